// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "http/server.h"
#include "pipeline/services.h"
#include "runtime/snapshot_holder.h"

#include <QThread>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pm {

class ResponseStore;
class Worker;

/// What all workers share. Everything in it is safe from any thread and outlives the pool.
struct WorkerShared
{
    SnapshotHolder *snapshots = nullptr;
    trace::Store *store = nullptr;
    trace::Feed *feed = nullptr;
    metrics::Metrics *metrics = nullptr;
    ResponseStore *responses = nullptr;
    AdminHandler admin;
    SignatureMemory *signatures = nullptr;
    ExampleVectors *examples = nullptr;
    policy::AnswerCache *cache = nullptr;
    const BudgetDesk *budgets = nullptr;
    policy::GuardCounts *guardCounts = nullptr;
    SharedLimits *rateLimits = nullptr;
    const Clock *clock = nullptr;
    http::ListenerLimits limits;
};

/// N threads, each with its own listener on the same port, its own upstream connections and its own exchanges. Lives on
/// the main thread.
class WorkerPool
{
public:
    WorkerPool(WorkerShared shared, int workers);
    ~WorkerPool();

    /// All workers listen. Error: ConnectFailed; then none does. Returns the port.
    Result<int> listen(const std::string &address, int port);
    void setLimits(const http::ListenerLimits &limits);
    /// Stops accepting, waits at most `grace` for running requests, ends the others visibly, joins the threads.
    /// `beforeJoin` runs when no exchange is left and the threads still live.
    void stop(std::chrono::milliseconds grace, const std::function<void()> &beforeJoin = {});

private:
    struct Seat
    {
        std::unique_ptr<QThread> thread;
        std::unique_ptr<QObject> foothold; ///< lives on the thread; where work for it is sent
        Worker *worker = nullptr;          ///< made and destroyed on the thread
    };

    WorkerShared m_shared;
    std::vector<Seat> m_seats;
};

} // namespace pm
