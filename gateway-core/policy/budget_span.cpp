// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/budget_span.h"

#include "base/local_time.h"

#include <algorithm>

namespace pm::policy {

namespace {

using Per = config::Budget::Per;

/// What mktime gives for a midnight that is left out, or comes twice, depends on what it was asked before: the first moment
/// of the day in both cases.
std::int64_t firstOf(std::int64_t midnight)
{
    constexpr std::int64_t kDay = 86'400;
    const std::tm local = localTime(midnight);
    if (local.tm_hour >= 12) // of the day before, as far before the gap as it should be behind
        return midnight + kDay - (local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec);
    for (const std::int64_t back : {7200, 3600, 1800}) {
        const std::tm before = localTime(midnight - back);
        if (before.tm_mday == local.tm_mday && before.tm_hour == local.tm_hour && before.tm_min == local.tm_min)
            return midnight - back;
    }
    return midnight;
}

/// When the local day begins that is `days` after that of `date` (or, of months, the first of the month `months` after).
/// mktime carries over what is too large or below zero.
std::int64_t midnight(const std::tm &date, int days, int months = 0)
{
    std::tm wanted{};
    wanted.tm_year = date.tm_year;
    wanted.tm_mon = date.tm_mon + months;
    wanted.tm_mday = date.tm_mday + days;
    wanted.tm_isdst = -1; // whatever holds there
    return firstOf(static_cast<std::int64_t>(std::mktime(&wanted)));
}

/// The borders of the kind of span that holds `date`: the `n`th after it.
std::int64_t border(Per per, const std::tm &date, int n)
{
    std::tm first = date;
    switch (per) {
    case Per::Week: return midnight(date, -((date.tm_wday + 6) % 7) + 7 * n);
    case Per::Month: first.tm_mday = 1; return midnight(first, 0, n);
    default: return midnight(date, n);
    }
}

/// The date of a time says its span but for the hours around a change of clocks at midnight, when yesterday comes again.
/// So the borders decide, which are one row for everybody.
Span between(Per per, std::int64_t seconds)
{
    const std::tm date = localTime(seconds);
    int n = 0;
    while (seconds < border(per, date, n))
        --n;
    while (seconds >= border(per, date, n + 1))
        ++n;
    return {border(per, date, n), border(per, date, n + 1)};
}

} // namespace

Span spanOf(Per per, SystemTime time)
{
    constexpr std::int64_t kHour = 3600;
    const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
    if (per == Per::Total)
        return {};
    if (per != Per::Hour)
        return between(per, seconds);
    const Span day = between(Per::Day, seconds);
    const std::int64_t begin = day.begin + (seconds - day.begin) / kHour * kHour;
    return {begin, std::min(begin + kHour, day.end)};
}

std::string localText(std::int64_t unixSeconds)
{
    if (unixSeconds == Span::kNever)
        return "never";
    return formatTime("%Y-%m-%d %H:%M", localTime(unixSeconds));
}

std::string_view perName(Per per)
{
    switch (per) {
    case Per::Hour: return "hour";
    case Per::Day: return "day";
    case Per::Week: return "week";
    case Per::Month: return "month";
    case Per::Total: return "total";
    }
    return "total";
}

} // namespace pm::policy
