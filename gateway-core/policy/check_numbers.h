// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

// Is it one? Of each kind of number and address that check_pii.cpp looks for. Each says where it ends,
// `begin` when it is none. Pure.
namespace pm::policy {

std::size_t judgeEmail(std::string_view text, std::size_t begin, std::size_t end);
std::size_t judgeIban(std::string_view text, std::size_t begin,
                      std::size_t end); ///< length by country, modulo 97
std::size_t judgeCard(std::string_view text, std::size_t begin, std::size_t end); ///< issuer, length, Luhn
std::size_t judgeSsn(std::string_view text, std::size_t begin,
                     std::size_t end); ///< areas and groups that are given out
std::size_t judgeIpv4(std::string_view text, std::size_t begin,
                      std::size_t end); ///< public ones; no version numbers
std::size_t judgeIpv6(std::string_view text, std::size_t begin, std::size_t end);
std::size_t judgeInternational(std::string_view text, std::size_t begin,
                               std::size_t end); ///< E.164: 8 to 15 digits
std::size_t judgeAmerican(std::string_view text, std::size_t begin,
                          std::size_t end); ///< the North American plan
std::size_t judgeNational(std::string_view text, std::size_t begin,
                          std::size_t end); ///< a trunk 0, 9 to 12 digits

} // namespace pm::policy
