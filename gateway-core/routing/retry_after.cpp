// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace pm::routing {

namespace {

using std::chrono::milliseconds;

constexpr double kLongestMillis = 24.0 * 3600 * 1000; // what says more is as good as "not today"

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// A decimal number without sign or exponent, times `factor`.
std::optional<milliseconds> readNumber(std::string_view text, double factor)
{
    double value = 0;
    const char *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    const bool isDecimal =
        !text.empty() && (text.front() == '.' || (text.front() >= '0' && text.front() <= '9'));
    if (!isDecimal || stop != end || error != std::errc() || !std::isfinite(value))
        return std::nullopt;
    return milliseconds(std::llround(std::min(value * factor, kLongestMillis)));
}

std::optional<int> digits(std::string_view text)
{
    int value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool isWhole = error == std::errc() && stop == text.data() + text.size();
    return isWhole && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<unsigned> monthOf(std::string_view name)
{
    constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto found = std::find(kMonths.begin(), kMonths.end(), name);
    if (found == kMonths.end())
        return std::nullopt;
    return static_cast<unsigned>(found - kMonths.begin()) + 1;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT", the one form that may be sent (RFC 9110 5.6.7).
std::optional<SystemTime> readDate(std::string_view text)
{
    constexpr std::size_t kLength = 29;
    if (text.size() != kLength || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' ||
        text[16] != ' ' || text[19] != ':' || text[22] != ':' || !text.ends_with(" GMT"))
        return std::nullopt;
    const auto day = digits(text.substr(5, 2));
    const auto month = monthOf(text.substr(8, 3));
    const auto year = digits(text.substr(12, 4));
    const auto hour = digits(text.substr(17, 2));
    const auto minute = digits(text.substr(20, 2));
    const auto second = digits(text.substr(23, 2));
    if (!day || !month || !year || !hour || !minute || !second)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

} // namespace

std::optional<milliseconds> parseRetryAfter(std::string_view retryAfter, std::string_view retryAfterMs,
                                            SystemTime now)
{
    if (const auto precise = readNumber(trimmed(retryAfterMs), 1))
        return precise;
    const std::string_view text = trimmed(retryAfter);
    if (const auto delay = readNumber(text, 1000))
        return delay;
    if (const auto date = readDate(text)) {
        const auto delay = std::chrono::ceil<milliseconds>(*date - now);
        return std::clamp(delay, milliseconds(0), milliseconds(std::llround(kLongestMillis)));
    }
    return std::nullopt;
}

} // namespace pm::routing
