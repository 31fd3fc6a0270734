// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

// Hashes that are the same in all runs and on all machines. Not for secrets, nor against those who want collisions.
namespace pm {

constexpr std::uint64_t kFnvStart = 0xCBF29CE484222325ULL;
constexpr std::uint64_t kFnvPrime = 0x100000001B3ULL;

/// FNV-1a, 64 bits, by one byte.
constexpr std::uint64_t fnv1aStep(std::uint64_t hash, unsigned char byte)
{
    return (hash ^ byte) * kFnvPrime;
}

/// Of a text. `hash` goes on where an earlier one ended.
constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = kFnvStart)
{
    for (const char c : text)
        hash = fnv1aStep(hash, static_cast<unsigned char>(c));
    return hash;
}

/// Near values fall far apart: the finalizer of MurmurHash3.
constexpr std::uint64_t spread(std::uint64_t value)
{
    value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCDULL;
    value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53ULL;
    return value ^ (value >> 33);
}

} // namespace pm
