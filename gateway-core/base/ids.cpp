// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ids.h"

#include <string_view>

namespace pm {

Rng makeRng()
{
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    return Rng(seed);
}

std::string makeTraceId(SystemTime now, Rng &rng)
{
    constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    std::string id(26, '0');
    auto millis = static_cast<unsigned long long>(unixMicros(now) / 1000);
    for (int i = 9; i >= 0; --i, millis >>= 5)
        id[static_cast<std::size_t>(i)] = kCrockford[millis & 31];
    unsigned long long bits = rng();
    for (std::size_t i = 10; i < 26; ++i) {
        if (i == 18)
            bits = rng();
        id[i] = kCrockford[bits & 31];
        bits >>= 5;
    }
    return id;
}

std::string makeId(std::string_view prefix, std::size_t length, Rng &rng)
{
    constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::uniform_int_distribution<std::size_t> pick(0, kAlphabet.size() - 1);
    std::string id(prefix);
    for (std::size_t i = 0; i < length; ++i)
        id += kAlphabet[pick(rng)];
    return id;
}

} // namespace pm
