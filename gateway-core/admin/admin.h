// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/metrics.h"
#include "pipeline/services.h"
#include "pipeline/status.h"
#include "policy/client_keys.h"
#include "pipeline/simulation_report.h"
#include "trace/trace_query.h"
#include "trace/trace_store.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace pm {

/// What the admin API reads and changes. All members are safe from any thread; `apply` and `reload` run on the main
/// thread and answer through their callback.
struct AdminBackend
{
    std::function<SnapshotPtr()> snapshot;
    const metrics::Metrics *metrics = nullptr;
    policy::AnswerCache *cache = nullptr; ///< null: none
    SharedLimits *limits = nullptr;
    std::function<trace::StoreStatus()> storeStatus;
    std::function<void(std::string text, std::function<void(Result<void>)> done)> apply;
    std::function<void(std::function<void(Result<void>)> done)> reload;
    /// See Gateway::simulate.
    std::function<void(SimulationQuery query, std::optional<std::string> configText,
                       std::function<void(Result<SimulationReport>)> done)>
        simulate;
    std::string tracePath; ///< empty without a store
    std::function<std::vector<policy::BudgetState>()> budgets;
    std::function<std::string()> budgetProblem; ///< see GatewayStatus
    /// See Gateway::createClientKey and revokeClientKey.
    std::function<void(policy::ClientKey wanted, std::function<void(Result<Secret>)> done)> createKey;
    std::function<void(std::string name, std::function<void(Result<void>)> done)> revokeKey;
    const policy::GuardCounts *guardCounts = nullptr; ///< null: nobody counts
};

/// Answers /api/v1/admin/…: health, routers, providers, models, targets, traces, stats, config, keys, client-keys,
/// cache, budgets, spend, reload, and asks where requests would go: routers/{name}/explain, simulate. Works on one thread
/// of its own, so that a long search never holds up a stream; at most kMaxWaiting requests wait, more get 503.
class Admin
{
public:
    explicit Admin(AdminBackend backend);
    ~Admin();

    /// Safe from any thread. `done` is called on the admin thread or the main thread.
    void handle(const http::Request &request, const Route &route, AdminDone done);

private:
    static constexpr std::size_t kMaxWaiting = 64;

    void run();
    void answer(const http::Request &request, const std::string &path, const AdminDone &done);
    AdminReply read(const std::string &path, const http::Request &request);
    AdminReply traces(const std::string &path, const http::Request &request);
    AdminReply stats();
    // admin_cache.cpp
    AdminReply cache();
    AdminReply nearMisses();
    void purgeCache(const http::Request &request, const AdminDone &done);
    // admin_routing.cpp
    AdminReply explainRouter(const std::string &name, const http::Request &request);
    void simulate(const http::Request &request, const AdminDone &done);
    // admin_spending.cpp
    bool clientKeys(const http::Request &request, const std::string &path, const AdminDone &done);
    AdminReply budgets();
    AdminReply spend(const http::Request &request);

    AdminBackend m_backend;
    std::unique_ptr<trace::Query> m_query; ///< admin thread only
    Rng m_rng = makeRng();                 ///< admin thread only
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_waiting; ///< guarded by m_mutex
    bool m_isStopping = false;                   ///< guarded by m_mutex
    std::thread m_thread;
};

} // namespace pm
