// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/check.h"

#include <string>
#include <string_view>
#include <vector>

// The disguises that check_injection.cpp looks behind. Pure; each linear in the text.
namespace pm::policy {

/// What was found in a text, and what it says.
struct Squashed
{
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string letters;
};

/// "i g n o r e", "i-g.n_o r e", "1gn0r3": runs of at least 12 letters that stand apart, and words with
/// digits for letters.
std::vector<Squashed> lettersApart(std::string_view text);
/// At least three words of orders near each other, one or more of them with the letters within the word mixed
/// up.
std::vector<Find> scrambled(std::string_view text);
/// What base64 or hexadecimal runs say, where that is text.
std::vector<Squashed> encoded(std::string_view text);
/// Runs of Unicode's tags (U+E0000 to U+E007F), which nobody sees and models read.
std::vector<Find> invisible(std::string_view text);

} // namespace pm::policy
