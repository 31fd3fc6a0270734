// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "pipeline/simulate.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace pm {

/// Runs simulations one after the other on a background thread of its own, which begins with the first. Every
/// member function is safe from any thread.
class Simulator
{
public:
    struct Job
    {
        SnapshotPtr snapshot; ///< of the routers to try; what is served stays untouched
        SimulationQuery query;
        std::string tracePath;
        std::vector<trace::TargetRow> figures; ///< newer than what the trace file has of targets
    };
    /// On the simulator's thread, or on the one that cancels; once, but not when the simulator dies first.
    using Done = std::function<void(Result<SimulationReport>)>;
    static constexpr std::size_t kMostWaiting = 8;

    Simulator() = default;
    ~Simulator(); ///< cancels all

    /// A number for cancel(). Error: TooManyConnections when kMostWaiting wait already; then `done` is not
    /// called.
    Result<std::uint64_t> start(Job job, Done done);
    /// `done` gets the error Cancelled, soon. Of one that is done already nothing happens.
    void cancel(std::uint64_t number);

private:
    struct Order
    {
        std::uint64_t number = 0;
        Job job;
        Done done;
    };

    void run();
    Result<SimulationReport> work(Job &job) const;

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Order> m_waiting;             ///< guarded by m_mutex
    std::uint64_t m_lastNumber = 0;          ///< guarded by m_mutex
    std::uint64_t m_running = 0;             ///< number, 0 none; guarded by m_mutex
    bool m_isStopping = false;               ///< guarded by m_mutex
    std::atomic<bool> m_isCancelled = false; ///< the one that runs
    std::thread m_thread;                    ///< guarded by m_mutex until it is joined
};

} // namespace pm
