// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "config/config.h"

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace pm::routing {

/// Requests are compared within a size class only: a 100k-token prompt is not slow because it is large.
enum class SizeClass { Small, Medium, Large }; ///< below 2k, below 20k, from 20k input tokens
SizeClass sizeClassOf(std::int64_t inputTokens);

/// Unknown until a first verdict; then what the last verdict said, however long ago it was. Failing: the last one was a
/// failure, but not the one that opens the circuit, so that the target is tried like any other.
enum class Health { Unknown, Healthy, Failing, HalfOpen, Open, Resting };

/// What one target (provider/model) did lately: latency estimate, load, breaker. Shared by all routers and worker
/// threads and kept across config reloads. Every member function is safe from any thread: latency and in-flight are
/// atomics, the breaker's window is under a mutex that is held for nanoseconds.
class TargetStats
{
public:
    explicit TargetStats(std::string label);

    const std::string &label() const { return m_label; }

    // Writers: the exchange, on any worker.
    void requestStarted();
    void requestEnded();
    /// To first content for streams, to the end for others. Failures are never recorded here.
    void recordLatency(SizeClass size, bool stream, std::chrono::microseconds latency, SteadyTime now);
    void recordSuccess(const config::CircuitBreaker &settings, SteadyTime now);
    /// Counts towards the breaker only if `kind` says that the target is at fault (see countsAgainstHealth).
    void recordFailure(ErrorKind kind, std::string_view message, const config::CircuitBreaker &settings, SteadyTime now);
    /// After a 429: not to be tried before now + duration.
    void rest(std::chrono::milliseconds duration, SteadyTime now);

    // Readers: strategies, admin, the window.
    /// PeakEWMA estimate, nothing while unseen. Falls back to other size classes when this one is unseen.
    std::optional<std::chrono::microseconds> latency(SizeClass size, bool stream) const;
    /// When the estimate of exactly this class was last fed; nothing while that class is unseen.
    std::optional<SteadyTime> latencySeenAt(SizeClass size, bool stream) const;
    int inFlight() const { return m_inFlight.load(std::memory_order_relaxed); }

    struct HealthState
    {
        Health health = Health::Unknown;
        std::chrono::milliseconds remaining{0}; ///< until the circuit may be tested or the rest is over
        bool mayTryAnyway = false; ///< not to be tried, but tryAcquireDespiteOpen would still say yes in this cooldown
        int failuresInRow = 0; ///< that counted; 0 when the last verdict was a success
        std::optional<SteadyTime> lastSuccess; ///< nothing: it has never answered
        std::optional<SteadyTime> lastFailure; ///< that counted
        int requests = 0;      ///< in the last 60 s
        int failures = 0;      ///< in the last 60 s
        std::string lastError; ///< of the last failure
        long long lastErrorAt = 0; ///< Unix microseconds, 0 never
    };
    HealthState health(const config::CircuitBreaker &settings, SteadyTime now) const;

    /// May this target be tried now? In half-open one caller at a time gets true and then must report.
    bool tryAcquire(const config::CircuitBreaker &settings, SteadyTime now);
    /// For the least bad of targets that are all open: true once per cooldown.
    bool tryAcquireDespiteOpen(const config::CircuitBreaker &settings, SteadyTime now);

private:
    struct Estimate
    {
        std::atomic<double> micros{-1};
        std::atomic<long long> updatedAt{0}; ///< steady nanoseconds
    };

    // (members of the breaker: routing/breaker.h)
    struct Breaker;

    std::string m_label;
    std::array<std::array<Estimate, 2>, 3> m_estimates; ///< [size class][stream]
    std::atomic<int> m_inFlight{0};
    mutable std::mutex m_mutex;
    std::shared_ptr<Breaker> m_breaker; ///< guarded by m_mutex
};

/// Connect errors, timeouts, 5xx, 401/403 and broken streams count; the caller's own 4xx and 429 do not.
bool countsAgainstHealth(ErrorKind kind);

} // namespace pm::routing
