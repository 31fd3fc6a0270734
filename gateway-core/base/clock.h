// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace pm {

using SteadyTime = std::chrono::steady_clock::time_point;
using SystemTime = std::chrono::system_clock::time_point;

/// The seam through which the core asks for the time, so that tests need no sleep. Safe from any thread.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual SteadyTime steadyNow() const { return std::chrono::steady_clock::now(); }
    virtual SystemTime systemNow() const { return std::chrono::system_clock::now(); }
};

/// Microseconds since the Unix epoch.
inline long long unixMicros(SystemTime time)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

} // namespace pm
