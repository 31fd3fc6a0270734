// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/target_stats.h"

#include "routing/breaker.h"

#include <cmath>

namespace pm::routing {

namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

constexpr double kDecaySeconds = 600;

long long nanosOf(SteadyTime time)
{
    return std::chrono::duration_cast<nanoseconds>(time.time_since_epoch()).count();
}

/// Peak-sensitive average: worse news at once, better news by how long the last was ago. Nothing happens
/// while no samples come, so an idle target keeps what is known of it.
double blended(double estimate, double sample, double idleSeconds)
{
    if (estimate < 0 || sample >= estimate)
        return sample;
    const double keep = std::exp(-std::max(0.0, idleSeconds) / kDecaySeconds);
    return estimate * keep + sample * (1 - keep);
}

} // namespace

SizeClass sizeClassOf(std::int64_t inputTokens)
{
    constexpr std::int64_t kMediumFrom = 2'000;
    constexpr std::int64_t kLargeFrom = 20'000;
    if (inputTokens < kMediumFrom)
        return SizeClass::Small;
    return inputTokens < kLargeFrom ? SizeClass::Medium : SizeClass::Large;
}

bool countsAgainstHealth(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::ConnectFailed:
    case ErrorKind::UpstreamTimeout:
    case ErrorKind::UpstreamError:
    case ErrorKind::Overloaded:
    case ErrorKind::UpstreamAuth:
    case ErrorKind::UpstreamBroken:
        return true;
    default:
        return false;
    }
}

TargetStats::TargetStats(std::string label)
    : m_label(std::move(label))
    , m_breaker(std::make_shared<Breaker>())
{
}

void TargetStats::requestStarted()
{
    m_inFlight.fetch_add(1, std::memory_order_relaxed);
}

void TargetStats::requestEnded()
{
    m_inFlight.fetch_sub(1, std::memory_order_relaxed);
}

void TargetStats::recordLatency(SizeClass size, bool stream, microseconds latency, SteadyTime now)
{
    Estimate &estimate = m_estimates[static_cast<std::size_t>(size)][stream ? 1 : 0];
    // Two writers at once may each see the other's time or not: the blend differs by microseconds of idle
    // time.
    const long long previous = estimate.updatedAt.exchange(nanosOf(now), std::memory_order_relaxed);
    const double idleSeconds = static_cast<double>(nanosOf(now) - previous) / 1e9;
    const auto sample = static_cast<double>(std::max<long long>(0, latency.count()));
    double old = estimate.micros.load(std::memory_order_relaxed);
    while (!estimate.micros.compare_exchange_weak(old, blended(old, sample, idleSeconds),
                                                  std::memory_order_relaxed))
        ;
}

std::optional<microseconds> TargetStats::latency(SizeClass size, bool stream) const
{
    // The class itself, then its neighbours, smaller first.
    constexpr std::size_t kOrder[3][3] = {{0, 1, 2}, {1, 0, 2}, {2, 1, 0}};
    for (const std::size_t index : kOrder[static_cast<std::size_t>(size)]) {
        const double micros = m_estimates[index][stream ? 1 : 0].micros.load(std::memory_order_relaxed);
        if (micros >= 0)
            return microseconds(std::llround(micros));
    }
    return std::nullopt;
}

std::optional<SteadyTime> TargetStats::latencySeenAt(SizeClass size, bool stream) const
{
    const Estimate &estimate = m_estimates[static_cast<std::size_t>(size)][stream ? 1 : 0];
    if (estimate.micros.load(std::memory_order_relaxed) < 0)
        return std::nullopt;
    const nanoseconds at(estimate.updatedAt.load(std::memory_order_relaxed));
    return SteadyTime(std::chrono::duration_cast<SteadyTime::duration>(at));
}

void TargetStats::recordSuccess(const config::CircuitBreaker &settings, SteadyTime now)
{
    const std::lock_guard lock(m_mutex);
    m_breaker->succeeded(settings, now);
}

void TargetStats::recordFailure(ErrorKind kind, std::string_view message,
                                const config::CircuitBreaker &settings, SteadyTime now)
{
    const std::lock_guard lock(m_mutex);
    m_breaker->failed(kind, message, settings, now);
}

void TargetStats::rest(std::chrono::milliseconds duration, SteadyTime now)
{
    const std::lock_guard lock(m_mutex);
    m_breaker->rest(duration, now);
}

TargetStats::HealthState TargetStats::health(const config::CircuitBreaker &settings, SteadyTime now) const
{
    const std::lock_guard lock(m_mutex);
    return m_breaker->state(settings, now);
}

bool TargetStats::tryAcquire(const config::CircuitBreaker &settings, SteadyTime now)
{
    const std::lock_guard lock(m_mutex);
    return m_breaker->tryAcquire(settings, now);
}

bool TargetStats::tryAcquireDespiteOpen(const config::CircuitBreaker &settings, SteadyTime now)
{
    const std::lock_guard lock(m_mutex);
    return m_breaker->tryAcquireDespiteOpen(settings, now);
}

} // namespace pm::routing
