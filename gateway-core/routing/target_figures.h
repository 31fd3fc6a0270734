// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/latency_histogram.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pm::routing {

/// What a target's statistics come down to, as it is kept across restarts: plain values, times in Unix
/// microseconds (0 never), arrays by size class.
struct TargetFigures
{
    static constexpr std::size_t kSizes = 3;
    static constexpr std::array<std::string_view, kSizes> kSizeNames{"small", "medium", "large"};

    struct Estimate
    {
        double micros = -1; ///< below 0: unseen
        std::int64_t seenAt = 0;
    };
    struct Mean
    {
        double sum = 0;
        double weight = 0; ///< 0: unseen
        std::int64_t seenAt = 0;
    };
    struct Speed
    {
        Estimate whole;        ///< to the end of answers that are no streams
        Estimate firstContent; ///< of streams
        Estimate streamEnd;
        Mean tokensPerSecond;
        LatencyHistogram::Counts firstContents{};
    };
    std::array<Speed, kSizes> speed;
    Mean errors; ///< of 1 for a failure, 0 for a success
    std::int64_t lastSuccess = 0;
    std::int64_t lastFailure = 0;

    /// One compact object; about 200 bytes for each size class that was seen.
    std::string toJson() const;
    /// Nothing for what this program does not understand: another version, or values that cannot be.
    static std::optional<TargetFigures> fromJson(std::string_view text);
};

} // namespace pm::routing
