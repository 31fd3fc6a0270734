// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/latency_histogram.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace pm::routing {

namespace {

using std::chrono::microseconds;

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr double kBucketsPerDoubling = 3;
constexpr double kFirstMicros = 1000;   ///< upper bound of the first bucket
constexpr long long kHalvedEvery = 300; // seconds

std::size_t bucketOf(double micros)
{
    if (micros < kFirstMicros)
        return 0;
    const double bucket = 1 + std::floor(kBucketsPerDoubling * std::log2(micros / kFirstMicros));
    return static_cast<std::size_t>(std::min(bucket, double(LatencyHistogram::kBuckets - 1)));
}

/// Lower bound of a bucket; that of the one behind the last is the last's upper bound.
double lowerBound(std::size_t bucket)
{
    return bucket == 0 ? 0 : kFirstMicros * std::exp2(static_cast<double>(bucket - 1) / kBucketsPerDoubling);
}

} // namespace

void LatencyHistogram::record(microseconds latency, SteadyTime now)
{
    m_counts[bucketOf(static_cast<double>(latency.count()))].fetch_add(1, kRelaxed);
    if (m_total.fetch_add(1, kRelaxed) + 1 < kFull)
        return;
    const long long second = secondOf(now);
    long long from = m_halveFrom.load(kRelaxed);
    // Who moves the time does it.
    if (second >= from && m_halveFrom.compare_exchange_strong(from, second + kHalvedEvery, kRelaxed))
        halve();
}

void LatencyHistogram::halve()
{
    for (auto &count : m_counts) {
        std::uint32_t old = count.load(kRelaxed);
        while (!count.compare_exchange_weak(old, old / 2, kRelaxed))
            ;
        m_total.fetch_sub(old - old / 2, kRelaxed);
    }
}

std::optional<microseconds> LatencyHistogram::quantile(double q) const
{
    const Counts known = counts();
    const auto total = std::accumulate(known.begin(), known.end(), std::uint64_t(0));
    if (total < kEnough)
        return std::nullopt;
    const double rank = std::clamp(q, 0.0, 1.0) * static_cast<double>(total);
    double below = 0;
    std::size_t bucket = 0;
    while (bucket + 1 < kBuckets && (known[bucket] == 0 || below + known[bucket] < rank))
        below += known[bucket++];
    const double share = known[bucket] > 0 ? std::clamp((rank - below) / known[bucket], 0.0, 1.0) : 0;
    const double lower = lowerBound(bucket);
    return microseconds(std::llround(lower + share * (lowerBound(bucket + 1) - lower)));
}

LatencyHistogram::Counts LatencyHistogram::counts() const
{
    Counts counts;
    for (std::size_t i = 0; i < kBuckets; ++i)
        counts[i] = m_counts[i].load(kRelaxed);
    return counts;
}

void LatencyHistogram::restore(const Counts &counts, SteadyTime now)
{
    std::uint32_t total = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
        m_counts[i].store(counts[i], kRelaxed);
        total += counts[i];
    }
    m_total.store(total, kRelaxed);
    m_halveFrom.store(secondOf(now), kRelaxed);
}

} // namespace pm::routing
