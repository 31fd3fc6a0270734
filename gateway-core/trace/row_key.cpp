// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/row_key.h"

#include <algorithm>

namespace pm::trace {

namespace {

constexpr std::size_t kKeyCharacters = 12; ///< ten of time, two of chance

int crockford(char c)
{
    constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    if (c >= 'a' && c <= 'z')
        c = static_cast<char>(c - 'a' + 'A');
    const std::size_t at = kAlphabet.find(c);
    return at == std::string_view::npos ? 0 : static_cast<int>(at);
}

RowKey decode(std::string_view id, int filler)
{
    RowKey key = 0;
    for (std::size_t i = 0; i < kKeyCharacters; ++i)
        key = (key << 5) | (i < id.size() ? crockford(id[i]) : filler);
    return key;
}

} // namespace

RowKey rowKey(std::string_view id)
{
    return decode(id, 0);
}

RowKey rowKeyAt(std::int64_t unixMicros)
{
    return std::max<std::int64_t>(unixMicros, 0) / 1000 << kChanceBits;
}

std::int64_t microsOf(RowKey key)
{
    return (key >> kChanceBits) * 1000;
}

RowKeyRange rowKeyRange(std::string_view prefix)
{
    return {decode(prefix, 0), decode(prefix, 31) + kProbeSpan};
}

} // namespace pm::trace
