// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/breaker.h"

#include <algorithm>

namespace pm::routing {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kTestLease{60}; // the usual first-token timeout
constexpr std::chrono::hours kLongestRest{1};
constexpr std::size_t kLongestMessage = 300;

/// Rounded up, so that "0 s left" is never said of something that may not be tried yet.
milliseconds until(SteadyTime then, SteadyTime now)
{
    return now < then ? std::chrono::ceil<milliseconds>(then - now) : milliseconds(0);
}

// A second's number, 28 bits (8 years); its requests and its failures, 18 bits each.
constexpr int kCountBits = 18;
constexpr std::uint64_t kMostCounted = (std::uint64_t(1) << kCountBits) - 1;

struct Second
{
    std::uint64_t number = 0;
    std::uint64_t requests = 0;
    std::uint64_t failures = 0;

    static Second of(std::uint64_t packed)
    {
        return {packed >> (2 * kCountBits), packed >> kCountBits & kMostCounted, packed & kMostCounted};
    }
    std::uint64_t packed() const
    {
        return number << (2 * kCountBits) | std::min(requests, kMostCounted) << kCountBits | std::min(failures, kMostCounted);
    }
};

} // namespace

void TargetStats::Breaker::count(bool failure, SteadyTime now)
{
    const auto number = static_cast<std::uint64_t>(secondOf(now));
    std::atomic<std::uint64_t> &slot = m_window[number % kWindow];
    std::uint64_t old = slot.load(std::memory_order_relaxed);
    std::uint64_t changed = 0;
    do {
        Second second = Second::of(old);
        if (second.number < number)
            second = {number, 0, 0};
        ++second.requests; // a caller that is late by a lap counts into the newer second
        second.failures += failure ? 1 : 0;
        changed = second.packed();
    } while (!slot.compare_exchange_weak(old, changed, std::memory_order_relaxed));
    (failure ? m_lastFailure : m_lastSuccess).moveTo(now);
}

TargetStats::Breaker::Counts TargetStats::Breaker::countsAt(SteadyTime now) const
{
    const auto number = static_cast<std::uint64_t>(secondOf(now));
    Counts counts;
    for (const auto &slot : m_window) {
        const Second second = Second::of(slot.load(std::memory_order_relaxed));
        if (second.number + kWindow > number) {
            counts.requests += static_cast<int>(second.requests);
            counts.failures += static_cast<int>(second.failures);
        }
    }
    return counts;
}

bool TargetStats::Breaker::shouldOpen(const Settings &settings, SteadyTime now) const
{
    if (m_failuresInRow >= std::max(1, settings.failures))
        return true;
    const Counts counts = countsAt(now);
    return counts.requests >= std::max(1, settings.minRequests) &&
           counts.failures >= settings.ratio * counts.requests && counts.failures > 0;
}

void TargetStats::Breaker::open(SteadyTime now)
{
    m_circuit = Circuit::Open;
    m_openedAt = now;
    m_testUntil = {};
    m_despiteAt.reset();
    m_successes = 0;
}

void TargetStats::Breaker::close()
{
    m_circuit = Circuit::Closed;
    m_successes = 0;
    for (auto &second : m_window)
        second.store(0, std::memory_order_relaxed); // the failures that opened it must not open it again at the next one
}

void TargetStats::Breaker::succeeded(const Settings &settings, SteadyTime now)
{
    m_failuresInRow = 0;
    m_testUntil = {};
    if (m_circuit != Circuit::Closed) {
        // An answer while open (an attempt made in spite of it, or a late one) is as good as a test.
        m_circuit = Circuit::HalfOpen;
        if (++m_successes >= std::max(1, settings.successes))
            close();
    }
    count(false, now);
}

void TargetStats::Breaker::failed(ErrorKind kind, std::string_view message, const Settings &settings,
                                  SteadyTime now)
{
    m_lastError = message.substr(0, kLongestMessage);
    m_lastErrorAt = unixMicros(std::chrono::system_clock::now());
    m_testUntil = {}; // whatever it says, the tester has reported
    if (!countsAgainstHealth(kind))
        return;
    count(true, now);
    ++m_failuresInRow;
    if (m_circuit == Circuit::HalfOpen || (m_circuit == Circuit::Closed && shouldOpen(settings, now)))
        open(now);
}

void TargetStats::Breaker::rest(milliseconds duration, SteadyTime now)
{
    const auto bounded = std::clamp<milliseconds>(duration, milliseconds(0), kLongestRest);
    m_restUntil = std::max(m_restUntil, now + bounded);
    m_testUntil = {};
}

bool TargetStats::Breaker::tryAcquire(const Settings &settings, SteadyTime now)
{
    if (isResting(now))
        return false;
    if (m_circuit == Circuit::Closed)
        return true;
    const bool mayTest = m_circuit == Circuit::HalfOpen || now >= m_openedAt + settings.cooldown;
    if (!mayTest || now < m_testUntil)
        return false;
    m_circuit = Circuit::HalfOpen;
    m_testUntil = now + kTestLease;
    return true;
}

bool TargetStats::Breaker::isDespiteFree(const Settings &settings, SteadyTime now) const
{
    return !isResting(now) && m_circuit != Circuit::Closed &&
           (!m_despiteAt || now >= *m_despiteAt + settings.cooldown);
}

bool TargetStats::Breaker::tryAcquireDespiteOpen(const Settings &settings, SteadyTime now)
{
    if (tryAcquire(settings, now))
        return true;
    if (!isDespiteFree(settings, now))
        return false;
    m_despiteAt = now;
    return true;
}

TargetStats::HealthState TargetStats::Breaker::state(const Settings &settings, SteadyTime now) const
{
    HealthState state;
    const Counts counts = countsAt(now);
    state.requests = counts.requests;
    state.failures = counts.failures;
    state.failuresInRow = m_failuresInRow;
    state.lastSuccess = m_lastSuccess.get();
    state.lastFailure = m_lastFailure.get();
    state.lastError = m_lastError;
    state.lastErrorAt = m_lastErrorAt;
    const SteadyTime testAt = m_openedAt + settings.cooldown;
    if (m_circuit == Circuit::Open && now < testAt) {
        state.health = Health::Open;
        state.remaining = std::max(until(testAt, now), until(m_restUntil, now));
        state.mayTryAnyway = isDespiteFree(settings, now);
    } else if (isResting(now)) {
        state.health = Health::Resting;
        state.remaining = until(m_restUntil, now);
    } else if (m_circuit != Circuit::Closed) {
        state.health = Health::HalfOpen;
        state.remaining = until(m_testUntil, now);
        state.mayTryAnyway = now < m_testUntil && isDespiteFree(settings, now);
    } else if (m_failuresInRow > 0) {
        state.health = Health::Failing;
    } else {
        state.health = state.lastSuccess ? Health::Healthy : Health::Unknown;
    }
    return state;
}

} // namespace pm::routing
