// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/worker_pool.h"

#include "base/log.h"
#include "runtime/worker.h"

#include <QHostAddress>
#include <QTcpServer>

#include <thread>

namespace pm {

namespace {

/// Runs `work` on the worker's thread and waits for it. The thread must be running.
template <typename Work>
void runOn(Worker *worker, Work work)
{
    QMetaObject::invokeMethod(worker, work, Qt::BlockingQueuedConnection);
}

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
        auto thread = std::make_unique<QThread>();
        thread->setObjectName(QStringLiteral("worker-%1").arg(i));
        QObject maker; // a foothold on the new thread, to build the worker there
        maker.moveToThread(thread.get());
        thread->start();
        Worker *worker = nullptr;
        QMetaObject::invokeMethod(
            &maker,
            [&] {
                worker = new Worker(m_shared, openConnections);
                maker.moveToThread(nullptr);
            },
            Qt::BlockingQueuedConnection);
        QObject::connect(thread.get(), &QThread::finished, worker, &QObject::deleteLater);
        m_workers.push_back(worker);
        m_threads.push_back(std::move(thread));
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
    for (Worker *worker : m_workers) {
        Result<int> result = 0;
        runOn(worker, [&] { result = worker->listen(address, bound); });
        if (!result)
            return result;
        bound = *result;
    }
    return bound;
}

void WorkerPool::setLimits(const http::ListenerLimits &limits)
{
    for (Worker *worker : m_workers)
        runOn(worker, [&] { worker->setLimits(limits); });
}

void WorkerPool::stop(std::chrono::milliseconds grace, const std::function<void()> &beforeJoin)
{
    if (m_threads.empty())
        return;
    for (Worker *worker : m_workers)
        runOn(worker, [&] { worker->drain(); });
    const auto deadline = std::chrono::steady_clock::now() + grace;
    while (m_shared.metrics->inFlight() > 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (const int left = m_shared.metrics->inFlight(); left > 0)
        log::warning("requests cut at shutdown", {{"count", std::to_string(left)}});
    for (Worker *worker : m_workers)
        runOn(worker, [&] { worker->abortAll(); });
    if (beforeJoin)
        beforeJoin();
    for (const auto &thread : m_threads) {
        thread->quit();
        thread->wait();
    }
    m_threads.clear();
    m_workers.clear();
}

} // namespace pm
