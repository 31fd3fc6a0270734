// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

// Figures that forget. All are safe from any thread and take no lock; the time is passed in. None forgets
// while nothing comes: idle time counts only when the next sample arrives, so what was known stays known
// until there is something newer.
namespace pm::routing {

inline long long secondOf(SteadyTime time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// Time of the last sample. Never goes back.
class LastTime
{
public:
    /// Seconds since the one before; 0 for the first, and for a time that is not later.
    double moveTo(SteadyTime now);
    std::optional<SteadyTime> get() const
    {
        const long long nanos = m_nanos.load(std::memory_order_relaxed);
        if (nanos == kNever)
            return std::nullopt;
        return SteadyTime(std::chrono::duration_cast<SteadyTime::duration>(std::chrono::nanoseconds(nanos)));
    }

private:
    static constexpr long long kNever = INT64_MIN;
    std::atomic<long long> m_nanos{kNever};
};

/// Peak-sensitive average of latencies, in microseconds: worse news at once, better news by how long the last
/// was ago (e-fold 10 min).
class PeakEstimate
{
public:
    void record(double micros, SteadyTime now);
    void restore(double micros, SteadyTime seenAt);
    std::optional<double> micros() const
    {
        const double micros = m_micros.load(std::memory_order_relaxed);
        return micros < 0 ? std::nullopt : std::optional(micros);
    }
    std::optional<SteadyTime> seenAt() const;

private:
    std::atomic<double> m_micros{-1};
    LastTime m_seenAt;
};

/// Mean of samples that lose weight with time, each counted once however many come at one moment. It is the
/// quotient of two sums that shrink alike; a reader between their two updates is off by one sample.
class DecayedMean
{
public:
    /// `eFold`: the time after which a sample weighs 1/e. `leastKept`: what a new sample leaves of the older
    /// ones however long they are ago, 0 to 1; it keeps the memory of rare samples to some events instead of
    /// the last one alone.
    constexpr explicit DecayedMean(double eFoldSeconds, double leastKept = 0)
        : m_eFold(eFoldSeconds)
        , m_leastKept(leastKept)
    {
    }

    void add(double sample, SteadyTime now);
    void restore(double sum, double weight, SteadyTime seenAt);
    std::optional<double> mean() const
    {
        const double count = weight();
        return count > 0 ? std::optional(sum() / count) : std::nullopt;
    }
    double sum() const { return m_sum.load(std::memory_order_relaxed); }
    double weight() const
    {
        return m_weight.load(std::memory_order_relaxed);
    } ///< samples that it stands for; 0: none yet
    std::optional<SteadyTime> seenAt() const { return m_seenAt.get(); }

private:
    const double m_eFold;
    const double m_leastKept;
    std::atomic<double> m_sum{0};
    std::atomic<double> m_weight{0};
    LastTime m_seenAt;
};

/// Sum over the last 60 s, the running second and the 59 before it. Readers are many: but for the first in a second
/// they look at two values only.
class RollingMinute
{
public:
    void add(std::int64_t amount, SteadyTime now); ///< nothing for an amount below 1
    std::int64_t sum(SteadyTime now) const;

private:
    static constexpr std::size_t kWindow = 60;
    std::uint64_t sumBeside(std::uint64_t number) const;

    std::array<std::atomic<std::uint64_t>, kWindow> m_seconds{}; ///< ring by number; number and sum packed
    /// What sumBeside() said last, packed with the number it was asked for: within a second only the second itself
    /// grows. A caller that is late takes it back; one that races with a reader is missing until the next second.
    mutable std::atomic<std::uint64_t> m_beside{0};
};

} // namespace pm::routing
