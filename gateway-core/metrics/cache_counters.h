// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace pm::metrics {

/// What the cache of answers did for one router since the start.
struct CacheCounts
{
    std::uint64_t hits = 0;
    std::uint64_t semanticHits = 0;
    std::uint64_t misses = 0;
    std::uint64_t refreshes = 0; ///< asked for anew
    std::uint64_t stored = 0;
    std::uint64_t savedMicroUsd = 0;
    std::uint64_t savedUs = 0; ///< what making the answers had taken, less what giving them again took
};

/// Counters of the cache, by router. Safe from any thread; bounded: beyond kMost routers "other" takes the rest.
class CacheCounters
{
public:
    static constexpr std::size_t kMost = 1000;

    /// `result` as in trace::Head::cache: "hit", "semantic-hit", "miss", "refresh"; others are not counted.
    void answered(const std::string &router, std::string_view result);
    void saved(const std::string &router, std::int64_t microUsd, std::int64_t us);
    /// `entries` and `bytes`: of the whole store, then.
    void stored(const std::string &router, std::uint64_t entries, std::uint64_t bytes);
    std::map<std::string, CacheCounts> counts() const;

    /// In Prometheus' text format, nothing before the first request that asked a cache.
    void appendTo(std::string &out) const;

private:
    CacheCounts &of(const std::string &router);

    mutable std::mutex m_mutex;
    std::map<std::string, CacheCounts> m_counts; // m_mutex
    std::uint64_t m_entries = 0;                 // m_mutex
    std::uint64_t m_bytes = 0;                   // m_mutex
};

} // namespace pm::metrics
