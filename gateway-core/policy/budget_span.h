// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "config/budget.h"

#include <cstdint>
#include <limits>
#include <string>

// Which stretch of the calendar a time lies in. Pure but for the process's time zone; any thread.
namespace pm::policy {

/// [begin, end) in Unix seconds.
struct Span
{
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
    std::int64_t begin = 0;
    std::int64_t end = kNever; ///< kNever: of Total
    bool operator==(const Span &) const = default;
};

/// The span of local time that `time` lies in: days begin at midnight, weeks on Monday, months on the first, hours every
/// 3600 s from midnight on. The spans of one kind follow each other without gap or overlap also where clocks are changed:
/// such a day has 23 or 25 hours, and begins later where midnight is left out.
Span spanOf(config::Budget::Per per, SystemTime time);

/// "2026-12-01 00:00", local time; "never" for kNever.
std::string localText(std::int64_t unixSeconds);

std::string_view perName(config::Budget::Per per); ///< "hour", "day", "week", "month", "total"

} // namespace pm::policy
