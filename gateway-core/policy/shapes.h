// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

// What numbers, addresses and tokens look like, before anybody judges whether they are ones. By hand, since a regular
// expression's start costs more than a number has letters; the test `shapes` holds each to the expression beside it.
// Each says where ends what begins at `at`, `at` when it looks like nothing there. Pure; each reads at most some hundred bytes.
namespace pm::policy {

/// `[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}`, at the beginning of a word
std::size_t ibanShape(std::string_view text, std::size_t at);
/// `[0-9](?:[ -]?[0-9]){12,18}`
std::size_t cardShape(std::string_view text, std::size_t at);
/// `[0-9]{3}(?:-[0-9]{2}-| [0-9]{2} )[0-9]{4}`
std::size_t ssnShape(std::string_view text, std::size_t at);
/// `[0-9]{1,3}(?:\.[0-9]{1,3}){3}`
std::size_t ipv4Shape(std::string_view text, std::size_t at);
/// `[0-9A-Fa-f:]{2,39}(?:%[a-z0-9]+)?`; of the zone at most 32 letters
std::size_t ipv6Shape(std::string_view text, std::size_t at);
/// `\+[0-9]{1,3}[ .\-/]?(?:\(0?[0-9]{0,4}\)[ .\-/]?)?[0-9]{1,5}(?:[ .\-/]?[0-9]{2,8}){1,5}`
std::size_t internationalShape(std::string_view text, std::size_t at);
/// `(?:\([0-9]{3}\)[ ]?|[0-9]{3}[ .\-])[0-9]{3}[ .\-][0-9]{4}`
std::size_t americanShape(std::string_view text, std::size_t at);
/// `\(?0[0-9]{1,4}\)?(?:[ /\-][0-9]{2,8}){1,5}`
std::size_t nationalShape(std::string_view text, std::size_t at);
/// `[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}`
std::size_t emailShape(std::string_view text, std::size_t at);
/// Its end alone, from the "@".
std::size_t domainShape(std::string_view text, std::size_t at);
/// `[A-Za-z0-9][A-Za-z0-9_+/\-]{22,198}[A-Za-z0-9]={0,2}`
std::size_t tokenShape(std::string_view text, std::size_t at);

} // namespace pm::policy
