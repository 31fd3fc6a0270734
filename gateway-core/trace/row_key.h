// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

// Where a trace stands in the database. The row key is made from the id itself (ULID: 48 bits of milliseconds, then
// chance), so that rows lie in the order of time, ranges of time are ranges of keys, an id needs no index, and every
// index ends in the key for nothing. Ten bits of chance keep keys small in the word index; rows that meet in one key
// take the next free one, and readers compare the whole id. Plain functions, any thread.
namespace pm::trace {

using RowKey = std::int64_t;

constexpr int kChanceBits = 10;
/// An id lies at most this far behind its own key.
constexpr RowKey kProbeSpan = RowKey(1) << 18;

/// An id is made at the start of its request, but not in the same instant: ranges of time are searched this much wider.
constexpr std::int64_t kClockSlackMicros = 60'000'000;

/// The key that `id` asks for. Any text has one: characters outside Crockford's alphabet count as zero, a short id is
/// filled up with zeros.
RowKey rowKey(std::string_view id);

/// The lowest key of a moment. Moments before 1970 are 1970.
RowKey rowKeyAt(std::int64_t unixMicros);

/// The moment of a key, Unix microseconds, to the millisecond.
std::int64_t microsOf(RowKey key);

/// Keys that ids beginning with `prefix` can have; both ends belong to it.
struct RowKeyRange
{
    RowKey first = 0;
    RowKey last = 0;
};
RowKeyRange rowKeyRange(std::string_view prefix);

} // namespace pm::trace
