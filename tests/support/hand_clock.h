// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <atomic>

namespace pm::test {

/// A clock that stands still until it is moved on. Both of its times move together. Any thread.
class HandClock final : public Clock
{
public:
    SteadyTime steadyNow() const override { return SteadyTime(std::chrono::hours(9) + passed()); }
    /// Noon of a Sunday, UTC, and what has passed since.
    SystemTime systemNow() const override
    {
        return SystemTime(
            std::chrono::duration_cast<SystemTime::duration>(std::chrono::seconds(1'762'689'600) + passed()));
    }
    void advance(std::chrono::nanoseconds time) { m_passed.fetch_add(time.count()); }

private:
    std::chrono::nanoseconds passed() const { return std::chrono::nanoseconds(m_passed.load()); }
    std::atomic<std::int64_t> m_passed{0};
};

} // namespace pm::test
