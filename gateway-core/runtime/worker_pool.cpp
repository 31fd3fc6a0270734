// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/worker_pool.h"

#include "base/log.h"
#include "runtime/thread_call.h"
#include "runtime/worker.h"

#include <thread>

namespace pm {

WorkerPool::WorkerPool(WorkerShared shared, int workers) : m_shared(std::move(shared))
{
    const auto openConnections = std::make_shared<std::atomic<int>>(0);
    for (int i = 0; i < workers; ++i) {
        Seat seat{std::make_unique<QThread>(), std::make_unique<QObject>()};
        seat.thread->setObjectName(QStringLiteral("worker-%1").arg(i));
        seat.foothold->moveToThread(seat.thread.get());
        seat.thread->start();
        runOn(seat.foothold.get(), [&] { seat.worker = new Worker(m_shared, openConnections); });
        m_seats.push_back(std::move(seat));
    }
}

WorkerPool::~WorkerPool()
{
    stop(std::chrono::milliseconds(0));
}

Result<int> WorkerPool::listen(const std::string &address, int port)
{
    int bound = port;
    for (const Seat &seat : m_seats) {
        Result<int> result = 0;
        runOn(seat.foothold.get(), [&] { result = seat.worker->listen(address, bound); });
        if (!result)
            return result;
        bound = *result;
    }
    return bound;
}

void WorkerPool::setLimits(const http::ListenerLimits &limits)
{
    for (const Seat &seat : m_seats)
        runOn(seat.foothold.get(), [&] { seat.worker->setLimits(limits); });
}

void WorkerPool::stop(std::chrono::milliseconds grace, const std::function<void()> &beforeJoin)
{
    if (m_seats.empty())
        return;
    for (const Seat &seat : m_seats)
        runOn(seat.foothold.get(), [&] { seat.worker->drain(); });
    const auto deadline = std::chrono::steady_clock::now() + grace;
    while (m_shared.metrics->inFlight() > 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (const int left = m_shared.metrics->inFlight(); left > 0)
        log::warning("requests cut at shutdown", {{"count", std::to_string(left)}});
    for (const Seat &seat : m_seats)
        runOn(seat.foothold.get(), [&] { seat.worker->abortAll(); });
    if (beforeJoin)
        beforeJoin();
    for (const Seat &seat : m_seats) {
        runOn(seat.foothold.get(), [&] { delete seat.worker; });
        seat.thread->quit();
        seat.thread->wait();
    }
    m_seats.clear();
}

} // namespace pm
