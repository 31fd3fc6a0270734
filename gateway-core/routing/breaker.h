// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/decaying.h"
#include "routing/target_stats.h"

namespace pm::routing {

/// The circuit breaker of one target: closed, open, half-open, and the rest after a 429. TargetStats owns it and holds
/// its mutex around every call but countSuccess(). Settings come with each call, because routers that share the target
/// may have their own.
struct TargetStats::Breaker
{
    using Settings = config::CircuitBreaker;

    void succeeded(const Settings &settings, SteadyTime now);
    /// All that a success means to a breaker that is sound. Needs no lock.
    void countSuccess(SteadyTime now) { count(false, now); }
    void failed(ErrorKind kind, std::string_view message, const Settings &settings, SteadyTime now);
    void rest(std::chrono::milliseconds duration, SteadyTime now);
    bool tryAcquire(const Settings &settings, SteadyTime now);
    bool tryAcquireDespiteOpen(const Settings &settings, SteadyTime now);
    HealthState state(const Settings &settings, SteadyTime now) const;
    /// Closed, no failure in a row, and no rest that `now` is not over: anybody may ask it, whatever the settings.
    bool isSound(SteadyTime now) const
    {
        return m_circuit == Circuit::Closed && m_failuresInRow == 0 && !isResting(now);
    }

private:
    enum class Circuit { Closed, Open, HalfOpen };
    struct Counts
    {
        int requests = 0;
        int failures = 0;
    };

    Counts countsAt(SteadyTime now) const;
    void count(bool failure, SteadyTime now);
    bool shouldOpen(const Settings &settings, SteadyTime now) const;
    void open(SteadyTime now);
    void close();
    bool isResting(SteadyTime now) const { return now < m_restUntil; }
    bool isDespiteFree(const Settings &settings, SteadyTime now) const;

    static constexpr std::size_t kWindow = 60; // seconds

    /// Ring by second number, which stands above the second's requests and failures, so that all change in one step.
    std::array<std::atomic<std::uint64_t>, kWindow> m_window{};
    LastTime m_lastSuccess;
    LastTime m_lastFailure; ///< that counted
    Circuit m_circuit = Circuit::Closed;
    SteadyTime m_openedAt;
    SteadyTime m_testUntil; ///< lease of the half-open tester; a tester that never reports loses it
    SteadyTime m_restUntil;
    std::optional<SteadyTime> m_despiteAt; ///< last attempt in spite of the open circuit
    int m_failuresInRow = 0;
    int m_successes = 0; ///< in half-open
    std::string m_lastError;
    long long m_lastErrorAt = 0;
};

} // namespace pm::routing
