// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/decaying.h"

#include <algorithm>
#include <cmath>

namespace pm::routing {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr double kLatencyEFold = 600; // seconds
/// A second's number stands above its sum, so that both change in one step: 8 years, 68e9 a second.
constexpr int kSumBits = 36;
constexpr std::uint64_t kMostInSecond = (std::uint64_t(1) << kSumBits) - 1;

long long nanosOf(SteadyTime time)
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

/// The sum of 59 seconds needs six bits more; what is left for the number wraps after 24 days. Never 0.
constexpr int kBesideBits = kSumBits + 6;
constexpr std::uint64_t kMostBeside = (std::uint64_t(1) << kBesideBits) - 1;

constexpr std::uint64_t besideTag(std::uint64_t number)
{
    return 1 + (number & ((std::uint64_t(1) << (63 - kBesideBits)) - 1));
}

constexpr std::uint64_t besideNumber(std::uint64_t beside)
{
    return beside >> kBesideBits;
}

double blended(double estimate, double sample, double idleSeconds)
{
    if (estimate < 0 || sample >= estimate)
        return sample;
    const double keep = std::exp(-idleSeconds / kLatencyEFold);
    return estimate * keep + sample * (1 - keep);
}

template <typename T, typename Change>
void change(std::atomic<T> &value, Change next)
{
    T old = value.load(kRelaxed);
    while (!value.compare_exchange_weak(old, next(old), kRelaxed))
        ;
}

} // namespace

double LastTime::moveTo(SteadyTime now)
{
    const long long time = nanosOf(now);
    long long previous = m_nanos.load(kRelaxed);
    do {
        if (time <= previous)
            return 0;
    } while (!m_nanos.compare_exchange_weak(previous, time, kRelaxed));
    return previous == kNever ? 0 : static_cast<double>(time - previous) / 1e9;
}

void PeakEstimate::record(double micros, SteadyTime now)
{
    const double sample = std::max(0.0, micros);
    const double idleSeconds = m_seenAt.moveTo(now);
    change(m_micros, [&](double old) { return blended(old, sample, idleSeconds); });
}

void PeakEstimate::restore(double micros, SteadyTime seenAt)
{
    m_seenAt.moveTo(seenAt);
    m_micros.store(micros, kRelaxed);
}

std::optional<SteadyTime> PeakEstimate::seenAt() const
{
    return micros() ? m_seenAt.get() : std::nullopt;
}

void DecayedMean::add(double sample, SteadyTime now)
{
    const double kept = std::max(m_leastKept, std::exp(-m_seenAt.moveTo(now) / m_eFold));
    change(m_sum, [&](double old) { return old * kept + sample; });
    change(m_weight, [&](double old) { return old * kept + 1; });
}

void DecayedMean::restore(double sum, double weight, SteadyTime seenAt)
{
    m_seenAt.moveTo(seenAt);
    m_sum.store(sum, kRelaxed);
    m_weight.store(weight, kRelaxed);
}

void RollingMinute::add(std::int64_t amount, SteadyTime now)
{
    if (amount <= 0)
        return;
    const auto number = static_cast<std::uint64_t>(secondOf(now));
    change(m_seconds[number % kWindow], [&](std::uint64_t old) {
        // A caller that is late by a lap counts into the newer second.
        const std::uint64_t newer = std::max(old >> kSumBits, number);
        const std::uint64_t before = newer == old >> kSumBits ? old & kMostInSecond : 0;
        return newer << kSumBits |
               std::min(kMostInSecond, before + std::min(kMostInSecond, static_cast<std::uint64_t>(amount)));
    });
    if (const std::uint64_t beside = m_beside.load(kRelaxed); beside != 0 && besideNumber(beside) != besideTag(number))
        m_beside.store(0, kRelaxed);
}

std::uint64_t RollingMinute::sumBeside(std::uint64_t number) const
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kWindow; ++i) {
        const std::uint64_t packed = m_seconds[i].load(kRelaxed);
        if (i != number % kWindow && (packed >> kSumBits) + kWindow > number)
            sum += packed & kMostInSecond;
    }
    return sum;
}

std::int64_t RollingMinute::sum(SteadyTime now) const
{
    const auto number = static_cast<std::uint64_t>(secondOf(now));
    std::uint64_t beside = m_beside.load(kRelaxed);
    if (besideNumber(beside) != besideTag(number)) {
        beside = besideTag(number) << kBesideBits | sumBeside(number);
        m_beside.store(beside, kRelaxed);
    }
    const std::uint64_t own = m_seconds[number % kWindow].load(kRelaxed);
    const std::uint64_t running = (own >> kSumBits) + kWindow > number ? own & kMostInSecond : 0;
    return static_cast<std::int64_t>((beside & kMostBeside) + running);
}

} // namespace pm::routing
