// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/ids.h"
#include "http/server.h"
#include "http/upstream.h"
#include "metrics/metrics.h"
#include "pipeline/compiled_route.h"
#include "pipeline/example_vectors.h"
#include "pipeline/route.h"
#include "pipeline/signature_memory.h"
#include "pipeline/snapshot.h"
#include "policy/answer_cache.h"
#include "policy/guard_counts.h"
#include "providers/google_tokens.h"
#include "trace/trace_feed.h"
#include "trace/trace_store.h"

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace pm {

class Exchange;
class ResponseStore;
struct BudgetDesk;
struct SharedLimits;

/// What an admin handler answers.
struct AdminReply
{
    int status = 200;
    std::string contentType = "application/json";
    std::string body;
};
using AdminDone = std::function<void(AdminReply)>;
/// Answers /api/v1/admin/…; `done` is called once, on the thread that called, maybe later.
using AdminHandler = std::function<void(const http::Request &, const Route &, AdminDone done)>;

/// The exchanges of one worker: owns them while they run, and wakes them for time limits.
class ActiveExchanges
{
public:
    void add(std::shared_ptr<Exchange> exchange);
    /// The exchange is done; it dies at the next `tick`, never under its own feet.
    void retire(const Exchange *exchange);
    /// Time limits, keep-alives and feed updates of all; every 50 ms from the worker's timer.
    void tick(SteadyTime now);
    std::size_t size() const { return m_running.size(); }
    bool isIdle() const { return m_running.empty() && m_retired.empty(); }
    void abortAll();

private:
    std::unordered_map<const Exchange *, std::shared_ptr<Exchange>> m_running;
    std::vector<std::shared_ptr<Exchange>> m_retired;
};

/// Everything an exchange uses, one per worker thread. What is shared between threads says so where it is declared.
struct Services
{
    std::function<SnapshotPtr()> snapshot;
    http::Upstream *upstream = nullptr;
    const Clock *clock = nullptr;
    Rng rng = makeRng();
    trace::Store *store = nullptr; ///< null: none is kept
    trace::Feed *feed = nullptr;   ///< null: nobody listens
    metrics::Metrics *metrics = nullptr;
    ResponseStore *responses = nullptr; ///< null: no answer is kept
    AdminHandler admin;
    SignatureMemory *signatures = nullptr; ///< null: none; shared by the workers
    ExampleVectors *examples = nullptr; ///< null: rules by example take their default; shared by the workers
    GoogleTokens *tokens = nullptr; ///< null: no service accounts
    policy::AnswerCache *cache = nullptr; ///< null: none; shared by the workers
    /// Runs it on this worker's thread, from its event loop; safe from any thread. Dropped when the worker is gone.
    std::function<void(std::function<void()>)> post;
    const BudgetDesk *budgets = nullptr; ///< null: none are kept; shared by the workers
    policy::GuardCounts *guardCounts = nullptr; ///< null: nobody counts; shared by the workers
    SharedLimits *limits = nullptr; ///< null: no limits are held; shared by the workers
    RouteCache routes;
    ActiveExchanges active;
};

} // namespace pm
