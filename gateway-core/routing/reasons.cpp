// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/reasons.h"

#include <array>
#include <charconv>
#include <cmath>

namespace pm::routing {

namespace {

std::string decimal(double value, int decimals)
{
    std::array<char, 64> text;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
    return end.ec == std::errc() ? std::string(text.data(), end.ptr) : std::string("?");
}

std::string trimmed(std::string text)
{
    if (text.find('.') == std::string::npos)
        return text;
    while (text.ends_with('0'))
        text.pop_back();
    if (text.ends_with('.'))
        text.pop_back();
    return text;
}

std::string tokensText(std::int64_t tokens, bool up)
{
    constexpr std::int64_t kThousand = 1'000;
    constexpr std::int64_t kTenth = 100'000; // of a million
    constexpr std::int64_t kMillion = 1'000'000;
    if (tokens < kThousand)
        return std::to_string(tokens);
    const auto divided = [&](std::int64_t unit) {
        return tokens / unit + (up && tokens % unit != 0 ? 1 : 0);
    };
    if (tokens < kMillion)
        return std::to_string(divided(kThousand)) + "k";
    return trimmed(decimal(static_cast<double>(divided(kTenth)) / 10, 1)) + "M";
}

} // namespace

std::string latencyText(std::chrono::microseconds latency)
{
    const double millis = static_cast<double>(latency.count()) / 1000;
    if (millis < 10)
        return trimmed(decimal(millis, 1)) + " ms";
    return millis < 10'000 ? decimal(millis, 0) + " ms" : decimal(millis / 1000, 1) + " s";
}

std::string secondsText(std::chrono::milliseconds time)
{
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(time).count()) + " s";
}

std::string tokensHave(std::int64_t tokens)
{
    return tokensText(tokens, false);
}

std::string tokensNeeded(std::int64_t tokens)
{
    return tokensText(tokens, true);
}

std::string shareText(double share)
{
    return trimmed(decimal(share, 3));
}

} // namespace pm::routing
