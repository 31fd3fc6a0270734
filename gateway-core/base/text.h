// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pm {

/// `names` by edit distance to `wanted`, nearest first; equal distances keep their order.
std::vector<std::string> nearest(std::string_view wanted, std::vector<std::string> names);

/// "a, b, c"; beyond `most` names "a, b, … (12 more)".
std::string joinNames(const std::vector<std::string> &names, std::size_t most = 8);

/// Cuts at most `bytes` bytes without cutting a UTF-8 sequence.
std::string_view clipUtf8(std::string_view text, std::size_t bytes);

/// `text` with A to Z as a to z. Other bytes stay, whatever the locale.
std::string lowerAscii(std::string_view text);

/// FNV-1a, 64 bits, as 16 hexadecimal digits: for names that must not change between runs and machines. Not
/// for secrets.
std::string stableHash(std::string_view text);

} // namespace pm
