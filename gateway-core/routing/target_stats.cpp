// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/target_stats.h"

#include "base/hash.h"
#include "routing/breaker.h"

#include <algorithm>

namespace pm::routing {

namespace {

using std::chrono::microseconds;

/// What `value` says of a size class, or of its neighbours, smaller first.
template <typename Value>
auto nearestKnown(SizeClass size, Value value) -> decltype(value(std::size_t(0)))
{
    if (const auto own = value(static_cast<std::size_t>(size))) // as it mostly is
        return own;
    constexpr std::size_t kOthers[3][2] = {{1, 2}, {0, 2}, {1, 0}};
    for (const std::size_t index : kOthers[static_cast<std::size_t>(size)]) {
        if (const auto known = value(index))
            return known;
    }
    return std::nullopt;
}

/// None is below zero.
std::optional<microseconds> rounded(std::optional<double> micros)
{
    return micros ? std::optional(microseconds(static_cast<long long>(*micros + 0.5))) : std::nullopt;
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

std::uint16_t markOf(std::string_view label)
{
    return static_cast<std::uint16_t>(spread(fnv1a(label)) >> 48);
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

bool countsAsError(ErrorKind kind)
{
    return countsAgainstHealth(kind) || kind == ErrorKind::RateLimited || kind == ErrorKind::QuotaExhausted;
}

TargetStats::TargetStats(std::string label)
    : m_mark(markOf(label))
    , m_label(std::move(label))
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

void TargetStats::requestSent(std::int64_t inputTokens, SteadyTime now)
{
    m_requests.add(1, now);
    m_tokens.add(inputTokens, now);
}

void TargetStats::tokensUsed(std::int64_t tokens, SteadyTime now)
{
    m_tokens.add(tokens, now);
}

const PeakEstimate &TargetStats::estimate(std::size_t size, bool stream) const
{
    return stream ? m_speed[size].firstContent : m_speed[size].whole;
}

void TargetStats::recordLatency(SizeClass size, bool stream, microseconds latency, SteadyTime now)
{
    Speed &speed = m_speed[static_cast<std::size_t>(size)];
    (stream ? speed.firstContent : speed.whole).record(static_cast<double>(latency.count()), now);
    if (stream)
        speed.firstContents.record(latency, now);
}

void TargetStats::recordStreamEnd(SizeClass size, microseconds total, SteadyTime now)
{
    m_speed[static_cast<std::size_t>(size)].streamEnd.record(static_cast<double>(total.count()), now);
}

void TargetStats::recordOutput(SizeClass size, std::int64_t tokens, microseconds total, SteadyTime now)
{
    if (tokens < kFewTokens || total.count() <= 0)
        return;
    const double perSecond = static_cast<double>(tokens) * 1e6 / static_cast<double>(total.count());
    m_speed[static_cast<std::size_t>(size)].tokensPerSecond.add(perSecond, now);
}

std::optional<microseconds> TargetStats::latency(SizeClass size, bool stream) const
{
    return rounded(nearestKnown(size, [&](std::size_t index) { return estimate(index, stream).micros(); }));
}

std::optional<SteadyTime> TargetStats::latencySeenAt(SizeClass size, bool stream) const
{
    return estimate(static_cast<std::size_t>(size), stream).seenAt();
}

std::optional<microseconds> TargetStats::streamEnd(SizeClass size) const
{
    return rounded(nearestKnown(size, [&](std::size_t index) { return m_speed[index].streamEnd.micros(); }));
}

std::optional<double> TargetStats::tokensPerSecond(SizeClass size) const
{
    return nearestKnown(size, [&](std::size_t index) { return m_speed[index].tokensPerSecond.mean(); });
}

std::optional<microseconds> TargetStats::firstContentQuantile(SizeClass size, double q) const
{
    return m_speed[static_cast<std::size_t>(size)].firstContents.quantile(q);
}

std::optional<double> TargetStats::errorRate() const
{
    const auto rate = m_errors.mean();
    return rate ? std::optional(std::clamp(*rate, 0.0, 1.0)) : std::nullopt;
}

std::uint64_t TargetStats::errors(ErrorKind kind) const
{
    return m_errorCounts[static_cast<std::size_t>(kind)].load(std::memory_order_relaxed);
}

void TargetStats::recordSuccess(const config::CircuitBreaker &settings, SteadyTime now)
{
    m_errors.add(0, now);
    m_lastSuccess.moveTo(now);
    if (isSound()) // of a failure meanwhile it is as if this had come before
        return m_breaker->countSuccess(now);
    const std::lock_guard lock(m_mutex);
    m_breaker->succeeded(settings, now);
    m_isSound.store(m_breaker->isSound(now), std::memory_order_release);
}

void TargetStats::recordFailure(ErrorKind kind, std::string_view message,
                                const config::CircuitBreaker &settings, SteadyTime now)
{
    m_errorCounts[static_cast<std::size_t>(kind)].fetch_add(1, std::memory_order_relaxed);
    if (countsAsError(kind)) {
        m_errors.add(1, now);
        m_lastFailure.moveTo(now);
    }
    const std::lock_guard lock(m_mutex);
    m_breaker->failed(kind, message, settings, now);
    m_isSound.store(m_breaker->isSound(now), std::memory_order_release);
}

void TargetStats::rest(std::chrono::milliseconds duration, SteadyTime now)
{
    const std::lock_guard lock(m_mutex);
    m_breaker->rest(duration, now);
    m_isSound.store(m_breaker->isSound(now), std::memory_order_release);
}

TargetStats::HealthState TargetStats::health(const config::CircuitBreaker &settings, SteadyTime now) const
{
    const std::lock_guard lock(m_mutex);
    return m_breaker->state(settings, now);
}

bool TargetStats::tryAcquire(const config::CircuitBreaker &settings, SteadyTime now)
{
    if (isSound())
        return true;
    const std::lock_guard lock(m_mutex);
    return m_breaker->tryAcquire(settings, now);
}

bool TargetStats::tryAcquireDespiteOpen(const config::CircuitBreaker &settings, SteadyTime now)
{
    const std::lock_guard lock(m_mutex);
    return m_breaker->tryAcquireDespiteOpen(settings, now);
}

} // namespace pm::routing
