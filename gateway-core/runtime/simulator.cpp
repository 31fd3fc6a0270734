// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/simulator.h"

#include "base/background_thread.h"
#include "trace/target_rows.h"

#include <algorithm>
#include <iterator>

namespace pm {

Simulator::~Simulator()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
        m_isCancelled = true;
    }
    m_wake.notify_one();
    if (m_thread.joinable())
        m_thread.join();
}

Result<std::uint64_t> Simulator::start(Job job, Done done)
{
    const std::lock_guard lock(m_mutex);
    if (m_waiting.size() >= kMostWaiting)
        return fail(ErrorKind::TooManyConnections, "too many simulations wait; try again when one is done");
    m_waiting.push_back({++m_lastNumber, std::move(job), std::move(done)});
    if (!m_thread.joinable())
        m_thread = std::thread([this] { run(); });
    m_wake.notify_one();
    return m_lastNumber;
}

void Simulator::cancel(std::uint64_t number)
{
    Done done;
    {
        const std::lock_guard lock(m_mutex);
        if (m_running == number && number != 0)
            m_isCancelled = true;
        const auto found = std::find_if(m_waiting.begin(), m_waiting.end(),
                                        [&](const Order &o) { return o.number == number; });
        if (found == m_waiting.end())
            return;
        done = std::move(found->done);
        m_waiting.erase(found);
    }
    done(fail(ErrorKind::Cancelled, "the simulation was cancelled"));
}

void Simulator::run()
{
    becomeBackgroundThread("simulator");
    for (;;) {
        Order order;
        {
            std::unique_lock lock(m_mutex);
            m_running = 0;
            m_wake.wait(lock, [this] { return m_isStopping || !m_waiting.empty(); });
            if (m_isStopping)
                return;
            order = std::move(m_waiting.front());
            m_waiting.pop_front();
            m_running = order.number;
            m_isCancelled = false;
        }
        auto report = work(order.job);
        {
            const std::lock_guard lock(m_mutex);
            if (m_isStopping)
                return;
        }
        order.done(std::move(report));
    }
}

Result<SimulationReport> Simulator::work(Job &job) const
{
    const auto query = trace::Query::open(job.tracePath);
    if (!query)
        return tl::unexpected(query.error());
    std::vector<trace::TargetRow> figures = trace::readTargetRows(job.tracePath);
    std::move(job.figures.begin(), job.figures.end(),
              std::back_inserter(figures)); // of one label the later counts
    const SnapshotPtr snapshot = snapshotForSimulation(*job.snapshot, std::move(figures));
    return simulate(*query, job.query, snapshot, [this] { return m_isCancelled.load(); });
}

} // namespace pm
