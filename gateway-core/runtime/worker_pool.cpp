// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/worker_pool.h"

#include "base/log.h"
#include "runtime/thread_call.h"
#include "runtime/worker.h"

#include <QHostAddress>
#include <QTcpServer>

#include <thread>

namespace pm {

namespace {

/// With SO_REUSEPORT two gateways of one user would share a port in silence; a plain bind finds that out first.
Result<void> checkFree(const std::string &address, int port)
{
    if (port == 0)
        return {};
    QTcpServer probe;
    if (probe.listen(QHostAddress(QString::fromStdString(address)), static_cast<quint16>(port)))
        return {};
    return fail(ErrorKind::ConnectFailed, "cannot listen on " + address + ":" + std::to_string(port) + ": "
                                              + probe.errorString().toStdString()
                                              + "; choose another with --port or server.port");
}

} // namespace

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
    if (auto isFree = checkFree(address, port); !isFree)
        return tl::unexpected(isFree.error());
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
