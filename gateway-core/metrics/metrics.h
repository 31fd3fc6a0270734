// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "metrics/cache_counters.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace pm::metrics {

/// One finished request, for the counters.
struct Finished
{
    std::string router;
    std::string provider;
    std::string model;
    int status = 0;
    std::string errorKind;
    int attempts = 0;
    std::int64_t totalUs = 0;
    std::int64_t firstContentUs = -1;
    std::int64_t inputTokens = 0;
    std::int64_t outputTokens = 0;
    std::int64_t costMicroUsd = 0;
};

/// Counters of the gateway, in Prometheus' text format (version 0.0.4) on request. Safe from any thread; one short lock a
/// request. Label sets are bounded: beyond kMaxSeries a series named "other" takes the rest.
class Metrics
{
public:
    static constexpr std::size_t kMaxSeries = 1000;

    void requestStarted() { m_inFlight.fetch_add(1, std::memory_order_relaxed); }
    void streamStarted() { m_streams.fetch_add(1, std::memory_order_relaxed); }
    void streamEnded() { m_streams.fetch_sub(1, std::memory_order_relaxed); }
    void requestFinished(const Finished &finished, SteadyTime now);
    /// A guardrail's check found something; `outcome` is "flagged", "redacted", "replaced" or "blocked".
    void guardrail(std::string_view check, std::string_view outcome, std::uint64_t count);
    void attemptFailed(const std::string &provider, std::string_view errorKind);

    /// What a budget did: "refused", "downgraded", "excluded" (a target), "warned".
    void budgetActed(const std::string &budget, const std::string &what);
    /// `limit` by its name in the configuration ("router work|tokens|user|60000").
    void limitRefused(const std::string &limit);
    void limitWaited() { m_waited.fetch_add(1, std::memory_order_relaxed); } ///< in the queue of a limit, and got in

    int inFlight() const { return m_inFlight.load(std::memory_order_relaxed); }
    int streams() const { return m_streams.load(std::memory_order_relaxed); }
    /// Requests finished a second, over the last ten whole seconds.
    double requestsPerSecond(SteadyTime now) const;

    /// Seen share of each provider/model of a router, by requests served since start.
    std::map<std::string, std::uint64_t> servedBy(const std::string &router) const;

    CacheCounters &cache() { return m_cache; }
    const CacheCounters &cache() const { return m_cache; }

    std::string prometheusText() const;

private:
    static constexpr std::array<double, 14> kBuckets{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                                     1,     2.5,  5,     10,   30,  60,   120}; // seconds
    struct Series
    {
        std::uint64_t requests = 0;
        std::uint64_t inputTokens = 0;
        std::uint64_t outputTokens = 0;
        std::uint64_t costMicroUsd = 0;
        std::array<std::uint64_t, kBuckets.size() + 1> duration{};
        double durationSum = 0;
        std::array<std::uint64_t, kBuckets.size() + 1> firstContent{};
        double firstContentSum = 0;
        std::uint64_t firstContentCount = 0;
    };
    struct Key
    {
        std::string router, provider, model, status;
        // NOLINTNEXTLINE(modernize-use-nullptr): what the compiler writes for it has a 0
        auto operator<=>(const Key &) const = default;
    };

    std::atomic<int> m_inFlight{0};
    std::atomic<int> m_streams{0};
    CacheCounters m_cache;
    std::atomic<std::uint64_t> m_waited{0};
    mutable std::mutex m_mutex;
    std::map<Key, Series> m_series;                                             ///< guarded by m_mutex
    std::map<std::pair<std::string, std::string>, std::uint64_t> m_failures;    ///< guarded by m_mutex
    std::map<std::pair<std::string, std::string>, std::uint64_t> m_budgets;     ///< guarded by m_mutex
    std::map<std::pair<std::string, std::string>, std::uint64_t> m_guardrails;  ///< guarded by m_mutex; bounded by the tables of both
    std::map<std::string, std::uint64_t> m_refusals;                            ///< guarded by m_mutex
    std::array<std::uint32_t, 16> m_perSecond{};                                ///< guarded by m_mutex
    std::array<long long, 16> m_perSecondAt{};                                  ///< guarded by m_mutex
};

} // namespace pm::metrics
