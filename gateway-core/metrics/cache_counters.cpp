// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/cache_counters.h"

#include <algorithm>
#include <cstdio>

namespace pm::metrics {

namespace {

std::uint64_t growth(std::int64_t amount)
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(amount, 0)); // a counter never falls
}

void head(std::string &out, std::string_view name, std::string_view type, std::string_view help)
{
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name);
    out.append(" ").append(type).append("\n");
}

/// Millionths as a decimal number.
std::string decimal(std::uint64_t millionths)
{
    char text[40];
    const int length = std::snprintf(text, sizeof text, "%.9g", static_cast<double>(millionths) / 1e6);
    return std::string(text, static_cast<std::size_t>(length));
}

} // namespace

CacheCounts &CacheCounters::of(const std::string &router)
{
    const bool isFull = m_counts.size() >= kMost && !m_counts.contains(router);
    return m_counts[isFull ? std::string("other") : router];
}

void CacheCounters::answered(const std::string &router, std::string_view result)
{
    const std::lock_guard lock(m_mutex);
    CacheCounts &counts = of(router);
    counts.hits += result == "hit";
    counts.semanticHits += result == "semantic-hit";
    counts.misses += result == "miss";
    counts.refreshes += result == "refresh";
}

void CacheCounters::saved(const std::string &router, std::int64_t microUsd, std::int64_t us)
{
    const std::lock_guard lock(m_mutex);
    CacheCounts &counts = of(router);
    counts.savedMicroUsd += growth(microUsd);
    counts.savedUs += growth(us);
}

void CacheCounters::stored(const std::string &router, std::uint64_t entries, std::uint64_t bytes)
{
    const std::lock_guard lock(m_mutex);
    ++of(router).stored;
    m_entries = entries;
    m_bytes = bytes;
}

std::map<std::string, CacheCounts> CacheCounters::counts() const
{
    const std::lock_guard lock(m_mutex);
    return m_counts;
}

void CacheCounters::appendTo(std::string &out) const
{
    const std::lock_guard lock(m_mutex);
    if (m_counts.empty())
        return;
    const auto sample = [&out](std::string_view name, const std::string &labels, const std::string &value) {
        out.append(name).append("{").append(labels).append("} ").append(value).append("\n");
    };
    head(out, "pointsman_cache_requests_total", "counter", "Requests that asked the cache, by what it said.");
    for (const auto &[router, counts] : m_counts) {
        const std::pair<std::string_view, std::uint64_t> results[] = {{"hit", counts.hits},
                                                                      {"semantic-hit", counts.semanticHits},
                                                                      {"miss", counts.misses},
                                                                      {"refresh", counts.refreshes}};
        for (const auto &[result, count] : results) {
            sample("pointsman_cache_requests_total",
                   "router=\"" + router + "\",result=\"" + std::string(result) + "\"", std::to_string(count));
        }
    }
    const auto counter = [&](std::string_view name, std::string_view help, auto value) {
        head(out, name, "counter", help);
        for (const auto &[router, counts] : m_counts)
            sample(name, "router=\"" + router + "\"", value(counts));
    };
    counter("pointsman_cache_stored_total", "Answers that were kept.",
            [](const CacheCounts &c) { return std::to_string(c.stored); });
    counter("pointsman_cache_saved_usd_total", "What the answers of hits had cost when they were made.",
            [](const CacheCounts &c) { return decimal(c.savedMicroUsd); });
    counter("pointsman_cache_saved_seconds_total", "Time for which clients of hits did not wait.",
            [](const CacheCounts &c) { return decimal(c.savedUs); });
    head(out, "pointsman_cache_entries", "gauge", "Answers in the store, as of the last one that was kept.");
    out.append("pointsman_cache_entries ").append(std::to_string(m_entries)).append("\n");
    head(out, "pointsman_cache_bytes", "gauge", "Bytes of the store, as of the last one that was kept.");
    out.append("pointsman_cache_bytes ").append(std::to_string(m_bytes)).append("\n");
}

} // namespace pm::metrics
