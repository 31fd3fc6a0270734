// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"

#include "base/hash.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace pm {

namespace {

/// Levenshtein distance, one row at a time.
std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t(0));
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row[b.size()];
}

} // namespace

std::vector<std::string> nearest(std::string_view wanted, std::vector<std::string> names)
{
    // Hostile names are cut: the distance costs the product of the lengths.
    const std::string_view clipped = wanted.substr(0, 128);
    std::stable_sort(names.begin(), names.end(), [&](const std::string &a, const std::string &b) {
        return editDistance(clipped, std::string_view(a).substr(0, 128))
               < editDistance(clipped, std::string_view(b).substr(0, 128));
    });
    return names;
}

std::string joinNames(const std::vector<std::string> &names, std::size_t most)
{
    std::string out;
    for (std::size_t i = 0; i < names.size() && i < most; ++i)
        out.append(i == 0 ? "" : ", ").append(names[i]);
    if (names.size() > most)
        out.append(", … (").append(std::to_string(names.size() - most)).append(" more)");
    return out;
}

std::string_view clipUtf8(std::string_view text, std::size_t bytes)
{
    if (text.size() <= bytes)
        return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80)
        --bytes;
    return text.substr(0, bytes);
}

std::string lowerAscii(std::string_view text)
{
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return low;
}

std::string stableHash(std::string_view text)
{
    std::uint64_t hash = fnv1a(text);
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string digits(16, '0');
    for (std::size_t i = digits.size(); i-- > 0; hash >>= 4)
        digits[i] = kDigits[hash & 15];
    return digits;
}

} // namespace pm
