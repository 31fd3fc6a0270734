// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/latency_series.h"

#include <algorithm>
#include <cmath>

namespace pm::ui {

namespace {

constexpr double kLeast = 100; ///< microseconds, lower edge of the first bucket

/// The slot of a second, emptied when it held an older one; nothing when the second is out of the window.
template <typename Second>
Second *slotFor(std::vector<Second> &seconds, std::int64_t &newest, std::int64_t when)
{
    if (when < 0 || when <= newest - kSeriesSeconds)
        return nullptr;
    newest = std::max(newest, when);
    Second &second = seconds[std::size_t(when % kSeriesSeconds)];
    if (second.when > when)
        return nullptr;
    if (second.when != when) {
        second = {};
        second.when = when;
    }
    return &second;
}

/// The column of `when` in a window that ends with `last`; -1 outside.
int columnOf(std::int64_t when, std::int64_t last, int columnSeconds)
{
    const std::int64_t age = last - when;
    if (when < 0 || age < 0 || age >= kSeriesSeconds)
        return -1;
    return int((kSeriesSeconds - 1 - age) / columnSeconds);
}

} // namespace

int LatencyHistogram::bucketOf(std::int64_t micros)
{
    if (double(micros) <= kLeast)
        return 0;
    return std::min(kBuckets - 1, int(std::log10(double(micros) / kLeast) * kPerDecade));
}

double LatencyHistogram::lowerEdge(int bucket)
{
    return kLeast * std::pow(10.0, double(bucket) / kPerDecade);
}

void LatencyHistogram::add(std::int64_t micros)
{
    ++counts[std::size_t(bucketOf(micros))];
    ++total;
}

void LatencyHistogram::add(const LatencyHistogram &other)
{
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] += other.counts[i];
    total += other.total;
}

double LatencyHistogram::percentile(double share) const
{
    if (total == 0)
        return -1;
    const double rank = std::clamp(share, 0.0, 1.0) * double(total);
    double below = 0;
    for (int bucket = 0; bucket < kBuckets; ++bucket) {
        const double here = counts[std::size_t(bucket)];
        if (here > 0 && below + here >= rank) {
            const double part = std::clamp((rank - below) / here, 0.0, 1.0);
            return lowerEdge(bucket) * std::pow(10.0, part / kPerDecade);
        }
        below += here;
    }
    return lowerEdge(kBuckets);
}

void LatencySeries::add(std::int64_t unixSecond, std::int64_t micros)
{
    if (micros < 0)
        return;
    if (Second *second = slotFor(m_seconds, m_newest, unixSecond))
        second->histogram.add(micros);
}

std::vector<LatencyHistogram> LatencySeries::columns(std::int64_t unixSecond, int columnSeconds) const
{
    std::vector<LatencyHistogram> columns(std::size_t((kSeriesSeconds + columnSeconds - 1) / columnSeconds));
    for (const Second &second : m_seconds) {
        const int column = columnOf(second.when, unixSecond, columnSeconds);
        if (column >= 0)
            columns[std::size_t(column)].add(second.histogram);
    }
    return columns;
}

LatencyHistogram LatencySeries::whole(std::int64_t unixSecond) const
{
    return columns(unixSecond, kSeriesSeconds).front();
}

void LatencySeries::clear()
{
    *this = {};
}

void TargetSeries::add(std::int64_t unixSecond, const std::string &provider)
{
    auto found = std::find(m_providers.begin(), m_providers.end(), provider);
    if (found == m_providers.end()) {
        if (m_providers.size() < kMostProviders)
            found = m_providers.insert(m_providers.end(), provider);
        else if (m_providers.size() == kMostProviders)
            found = m_providers.insert(m_providers.end(), "other");
        else
            found = m_providers.end() - 1;
    }
    if (Second *second = slotFor(m_seconds, m_newest, unixSecond))
        ++second->counts[std::size_t(found - m_providers.begin())];
}

std::vector<std::vector<double>> TargetSeries::columns(std::int64_t unixSecond, int columnSeconds) const
{
    const auto count = std::size_t((kSeriesSeconds + columnSeconds - 1) / columnSeconds);
    std::vector<std::vector<double>> columns(m_providers.size(), std::vector<double>(count));
    for (const Second &second : m_seconds) {
        const int column = columnOf(second.when, unixSecond, columnSeconds);
        if (column < 0)
            continue;
        for (std::size_t provider = 0; provider < m_providers.size(); ++provider)
            columns[provider][std::size_t(column)] += second.counts[provider];
    }
    return columns;
}

void TargetSeries::clear()
{
    *this = {};
}

} // namespace pm::ui
