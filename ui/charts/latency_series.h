// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

// What the overview's charts are drawn from: a quarter of an hour, second by second, in constant memory.
// Values, no widget, no clock: the caller says what second it is. GUI thread.
namespace pm::ui {

constexpr int kSeriesSeconds = 900;

/// Latencies counted in buckets that grow by a constant factor: 16 to a decade, from 0.1 ms to 100 s; what
/// lies outside counts in the first or last.
struct LatencyHistogram
{
    static constexpr int kPerDecade = 16;
    static constexpr int kBuckets = 96;
    std::array<std::uint32_t, kBuckets> counts{};
    std::uint32_t total = 0;

    void add(std::int64_t micros);
    void add(const LatencyHistogram &other);
    /// In microseconds, interpolated inside its bucket: at most 8 % off. -1 with nothing counted.
    double percentile(double share) const;

    static int bucketOf(std::int64_t micros);
    static double lowerEdge(int bucket); ///< microseconds
};

class LatencySeries
{
public:
    /// Older than the window that ends with the newest second seen is left out.
    void add(std::int64_t unixSecond, std::int64_t micros);
    /// The last `kSeriesSeconds` up to and with `unixSecond`, oldest first, in columns of `columnSeconds`.
    std::vector<LatencyHistogram> columns(std::int64_t unixSecond, int columnSeconds) const;
    LatencyHistogram whole(std::int64_t unixSecond) const;
    void clear();

private:
    struct Second
    {
        std::int64_t when = -1;
        LatencyHistogram histogram;
    };
    std::vector<Second> m_seconds = std::vector<Second>(kSeriesSeconds);
    std::int64_t m_newest = 0;
};

/// Requests per provider and second.
class TargetSeries
{
public:
    static constexpr std::size_t kMostProviders = 12; ///< further ones are counted as "other"

    void add(std::int64_t unixSecond, const std::string &provider);
    const std::vector<std::string> &providers() const { return m_providers; } ///< in the order they were seen
    /// counts[provider][column], oldest column first.
    std::vector<std::vector<double>> columns(std::int64_t unixSecond, int columnSeconds) const;
    void clear();

private:
    using Counts = std::array<std::uint32_t, kMostProviders + 1>;
    struct Second
    {
        std::int64_t when = -1;
        Counts counts{};
    };
    std::vector<std::string> m_providers;
    std::vector<Second> m_seconds = std::vector<Second>(kSeriesSeconds);
    std::int64_t m_newest = 0;
};

} // namespace pm::ui
