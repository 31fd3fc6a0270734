// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/target_stats.h"

#include <chrono>

namespace pm::routing::test {

using std::chrono::milliseconds;

/// A clock that stands still until it is moved.
struct Timeline
{
    SteadyTime now{std::chrono::hours(5)};
    config::CircuitBreaker settings;
    TargetStats stats{"openai/gpt-5"};

    void pass(milliseconds time) { now += time; }
    void succeed() { stats.recordSuccess(settings, now); }
    void fail(ErrorKind kind = ErrorKind::UpstreamError)
    {
        stats.recordFailure(kind, "answered 500", settings, now);
    }
    bool acquire() { return stats.tryAcquire(settings, now); }
    bool acquireDespite() { return stats.tryAcquireDespiteOpen(settings, now); }
    TargetStats::HealthState state() const { return stats.health(settings, now); }
    Health health() const { return state().health; }
    void open()
    {
        for (int i = 0; i < settings.failures; ++i)
            fail();
    }
    void record(milliseconds latency, SizeClass size = SizeClass::Small, bool stream = true)
    {
        stats.recordLatency(size, stream, latency, now);
    }
    double millis(SizeClass size = SizeClass::Small, bool stream = true) const
    {
        const auto latency = stats.latency(size, stream);
        return latency ? double(latency->count()) / 1000 : -1;
    }
};

} // namespace pm::routing::test
