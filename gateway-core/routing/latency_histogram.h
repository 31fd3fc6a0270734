// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/decaying.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace pm::routing {

/// How latencies spread, in buckets of a factor of 1.26 each from 1 ms to 40 min (the first and the last take
/// what is beyond). From kFull samples on all counts are halved, at most every 5 min: so it speaks of the
/// last minutes under load and of the last hundreds of requests where they are rare. Safe from any thread,
/// without a lock.
class LatencyHistogram
{
public:
    static constexpr std::size_t kBuckets = 64;
    static constexpr std::uint32_t kEnough = 20; ///< samples below which nothing is said
    static constexpr std::uint32_t kFull = 256;
    using Counts = std::array<std::uint32_t, kBuckets>;

    void record(std::chrono::microseconds latency, SteadyTime now);
    /// The latency that a share `q` (0..1) of the samples stays below, between the bounds of its bucket by
    /// its rank there. Nothing below kEnough samples.
    std::optional<std::chrono::microseconds> quantile(double q) const;

    Counts counts() const;
    void restore(const Counts &counts, SteadyTime now);

private:
    void halve();

    std::array<std::atomic<std::uint32_t>, kBuckets> m_counts{};
    std::atomic<std::uint32_t> m_total{0};
    std::atomic<long long> m_halveFrom{0}; ///< steady seconds
};

} // namespace pm::routing
