// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "config/config.h"
#include "routing/decaying.h"
#include "routing/latency_histogram.h"
#include "routing/target_figures.h"

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

/// What one target (provider/model) did lately: speed, errors, load, breaker. Shared by all routers and worker threads,
/// kept across config reloads and, but for the breaker, across restarts. Every member function is safe from any thread:
/// all figures are atomics, and no lock is taken while all goes well; the breaker of a target that is failing is under a
/// mutex that is held for nanoseconds. Aligned, since what every choice reads lies in its first cache lines.
class alignas(64) TargetStats
{
public:
    static constexpr std::int64_t kFewTokens = 16;
    static constexpr std::size_t kErrorKinds = static_cast<std::size_t>(ErrorKind::Internal) + 1;

    explicit TargetStats(std::string label);

    const std::string &label() const { return m_label; }
    /// markOf(label()).
    std::uint16_t mark() const { return m_mark; }

    // Writers: the exchange, on any worker.
    void requestStarted();
    void requestEnded();
    /// An attempt goes out, with a prompt of about so many tokens.
    void requestSent(std::int64_t inputTokens, SteadyTime now);
    /// Tokens of an attempt besides those that requestSent counted: the output, and what the prompt was larger.
    void tokensUsed(std::int64_t tokens, SteadyTime now);
    /// To first content for streams, to the end for others. Failures are never recorded here.
    void recordLatency(SizeClass size, bool stream, std::chrono::microseconds latency, SteadyTime now);
    /// To the end of a stream that ended as it should.
    void recordStreamEnd(SizeClass size, std::chrono::microseconds total, SteadyTime now);
    /// Output tokens of a whole answer and the time from its request to its end: so a provider that thinks in silence or
    /// sends all at once is not taken for a fast one. Answers of less than kFewTokens say nothing of speed.
    void recordOutput(SizeClass size, std::int64_t tokens, std::chrono::microseconds total, SteadyTime now);
    void recordSuccess(const config::CircuitBreaker &settings, SteadyTime now);
    /// Counts towards the breaker only if `kind` says that the target is at fault (see countsAgainstHealth), towards the
    /// error rate also when it would not serve (see countsAsError).
    void recordFailure(ErrorKind kind, std::string_view message, const config::CircuitBreaker &settings, SteadyTime now);
    /// After a 429: not to be tried before now + duration.
    void rest(std::chrono::milliseconds duration, SteadyTime now);

    // Readers: strategies, admin, the window.
    /// PeakEWMA estimate, nothing while unseen. Falls back to other size classes when this one is unseen.
    std::optional<std::chrono::microseconds> latency(SizeClass size, bool stream) const;
    /// When the estimate of exactly this class was last fed; nothing while that class is unseen.
    std::optional<SteadyTime> latencySeenAt(SizeClass size, bool stream) const;
    /// PeakEWMA estimate of recordStreamEnd, with the same fallback.
    std::optional<std::chrono::microseconds> streamEnd(SizeClass size) const;
    /// Mean over some 10 min of answers (longer ago counts until there are newer ones), with the same fallback.
    std::optional<double> tokensPerSecond(SizeClass size) const;
    /// The time within which a share `q` of the streams of exactly this class had content; nothing below 20 samples.
    std::optional<std::chrono::microseconds> firstContentQuantile(SizeClass size, double q) const;
    /// 0..1, the newest verdicts foremost: half of it is of the last 5 min, or of the last 5 verdicts where these come
    /// less often. Nothing before the first verdict.
    std::optional<double> errorRate() const;
    std::uint64_t errors(ErrorKind kind) const; ///< since the start of the program
    std::optional<SteadyTime> lastSuccess() const { return m_lastSuccess.get(); }
    std::optional<SteadyTime> lastFailure() const { return m_lastFailure.get(); } ///< that countsAsError
    /// The later of both.
    std::optional<SteadyTime> lastSeen() const { return std::max(lastSuccess(), lastFailure()); }
    std::int64_t requestsLastMinute(SteadyTime now) const { return m_requests.sum(now); } ///< attempts that went out
    /// Prompts as estimated count when they are sent, the rest when it is known.
    std::int64_t tokensLastMinute(SteadyTime now) const { return m_tokens.sum(now); }
    int inFlight() const { return m_inFlight.load(std::memory_order_relaxed); }

    /// For keeping across restarts. Both clocks' present time relates the one's moments to the other's.
    TargetFigures figures(SteadyTime now, SystemTime wall) const;
    /// Before anything is recorded.
    void restore(const TargetFigures &figures, SteadyTime now, SystemTime wall);

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
    /// Its last verdict was a failure that counted.
    bool isFailing(const config::CircuitBreaker &settings, SteadyTime now) const
    {
        return !isSound() && health(settings, now).failuresInRow > 0;
    }
    /// Nothing speaks against asking it: closed, its last verdict was no failure, no rest. Without a lock; false says
    /// only that health() must be asked.
    bool isSound() const { return m_isSound.load(std::memory_order_acquire); }

    /// May this target be tried now? In half-open one caller at a time gets true and then must report.
    bool tryAcquire(const config::CircuitBreaker &settings, SteadyTime now);
    /// For the least bad of targets that are all open: true once per cooldown.
    bool tryAcquireDespiteOpen(const config::CircuitBreaker &settings, SteadyTime now);

private:
    static constexpr double kSpeedEFold = 600;  // seconds
    static constexpr double kErrorEFold = 432.8; // seconds: half-life 5 min
    static constexpr double kErrorLeastKept = 0.8706; // half-life 5 verdicts

    struct Speed
    {
        PeakEstimate whole;        ///< to the end of answers that are no streams
        PeakEstimate firstContent; ///< of streams
        PeakEstimate streamEnd;
        DecayedMean tokensPerSecond{kSpeedEFold};
        LatencyHistogram firstContents;
    };
    const PeakEstimate &estimate(std::size_t size, bool stream) const;

    // (members of the breaker: routing/breaker.h)
    struct Breaker;

    std::atomic<bool> m_isSound{true};  ///< written under m_mutex
    std::atomic<int> m_inFlight{0};
    const std::uint16_t m_mark;
    std::array<Speed, TargetFigures::kSizes> m_speed; ///< by size class
    DecayedMean m_errors{kErrorEFold, kErrorLeastKept};
    std::array<std::atomic<std::uint64_t>, kErrorKinds> m_errorCounts{};
    LastTime m_lastSuccess;
    LastTime m_lastFailure;
    RollingMinute m_requests;
    RollingMinute m_tokens;
    std::string m_label;
    mutable std::mutex m_mutex;
    const std::shared_ptr<Breaker> m_breaker; ///< guarded by m_mutex, but for what it counts
};

/// 16 bits of the hash of a target's label: what conversations remember of it.
std::uint16_t markOf(std::string_view label);
/// Connect errors, timeouts, 5xx, 401/403 and broken streams count; the caller's own 4xx and 429 do not.
bool countsAgainstHealth(ErrorKind kind);
/// These, and 429 and spent quotas: the target did not serve, whoever is at fault. The caller's own 4xx do not.
bool countsAsError(ErrorKind kind);

} // namespace pm::routing
