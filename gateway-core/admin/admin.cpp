// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin.h"

#include "admin/admin_json.h"
#include "admin/admin_replies.h"
#include "base/text.h"
#include "pipeline/limits_taken.h"

#include <QUrlQuery>

namespace pm::admin {

AdminReply failed(const Error &error)
{
    return {error.status(), "application/json", dialect(DialectId::OpenAiChat).writeError(error, {})};
}

AdminReply failed(ErrorKind kind, std::string message)
{
    return failed(Error{kind, std::move(message)});
}

std::string argument(const http::Request &request, const char *name)
{
    const QUrlQuery query(QString::fromStdString(request.query));
    return query.queryItemValue(QLatin1String(name), QUrl::FullyDecoded).toStdString();
}

} // namespace pm::admin

namespace pm {

using admin::argument;
using admin::failed;

namespace {

AdminReply outcome(const Result<void> &result)
{
    return result ? AdminReply{200, "application/json", "{\"applied\":true}"} : failed(result.error());
}

trace::Filter filterOf(const http::Request &request)
{
    trace::Filter filter;
    filter.router = argument(request, "router");
    filter.provider = argument(request, "provider");
    filter.model = argument(request, "model");
    filter.app = argument(request, "app");
    filter.text = argument(request, "q");
    const std::string status = argument(request, "status");
    filter.status = status == "ok"          ? trace::Filter::Status::Ok
                    : status == "failed"    ? trace::Filter::Status::Failed
                    : status == "cancelled" ? trace::Filter::Status::Cancelled
                    : status == "refused"   ? trace::Filter::Status::Refused
                                            : trace::Filter::Status::Any;
    return filter;
}

const std::vector<std::string> kPaths{"router/health", "routers",  "routers/{name}", "routers/{name}/explain", "providers",
                                      "models",        "targets",  "traces",         "traces/{id}",            "stats",
                                      "config",        "keys",     "reload",         "simulate",              "cache",
                                      "cache/near-misses", "client-keys", "client-keys/{name}", "budgets", "spend",
                                      "guardrails", "limits"};

/// NAME of "routers/NAME/explain"; empty for other paths.
std::string explainedRouter(std::string_view path)
{
    constexpr std::string_view kBefore = "routers/";
    constexpr std::string_view kAfter = "/explain";
    if (!path.starts_with(kBefore) || !path.ends_with(kAfter) || path.size() <= kBefore.size() + kAfter.size())
        return {};
    return std::string(path.substr(kBefore.size(), path.size() - kBefore.size() - kAfter.size()));
}

} // namespace

Admin::Admin(AdminBackend backend) : m_backend(std::move(backend))
{
    m_thread = std::thread([this] { run(); });
}

Admin::~Admin()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void Admin::run()
{
    for (;;) {
        std::unique_lock lock(m_mutex);
        m_wake.wait(lock, [this] { return m_isStopping || !m_waiting.empty(); });
        if (m_isStopping)
            return;
        const std::function<void()> work = std::move(m_waiting.front());
        m_waiting.pop_front();
        lock.unlock();
        work();
    }
}

void Admin::handle(const http::Request &request, const Route &route, AdminDone done)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_waiting.size() < kMaxWaiting) {
            m_waiting.emplace_back([this, request, path = route.apiPath, done = std::move(done)] {
                answer(request, path, done);
            });
            m_wake.notify_one();
            return;
        }
    }
    done(failed(ErrorKind::TooManyConnections, "the admin API is busy; try again"));
}

void Admin::answer(const http::Request &request, const std::string &path, const AdminDone &done)
{
    const bool isRead = request.method == "GET" || request.method == "HEAD";
    if (path == "reload") {
        if (request.method != "POST")
            return done(failed(ErrorKind::MethodNotAllowed, "reload takes POST"));
        return m_backend.reload([done](const Result<void> &result) { done(outcome(result)); });
    }
    if (path == "config" && request.method == "PUT") {
        return m_backend.apply(request.body.toStdString(), [done](const Result<void> &result) { done(outcome(result)); });
    }
    if (path == "simulate") {
        if (request.method != "POST")
            return done(failed(ErrorKind::MethodNotAllowed, "simulate takes POST"));
        return simulate(request, done);
    }
    if (path == "cache" && request.method == "DELETE")
        return purgeCache(request, done);
    if (clientKeys(request, path, done))
        return;
    const std::string explained = explainedRouter(path);
    if (!explained.empty() && (isRead || request.method == "POST"))
        return done(explainRouter(explained, request));
    if (!isRead)
        return done(failed(ErrorKind::MethodNotAllowed, path.substr(0, 100) + " takes GET"));
    done(read(path, request));
}

AdminReply Admin::read(const std::string &path, const http::Request &request)
{
    const SnapshotPtr snapshot = m_backend.snapshot();
    if (path == "router/health")
        return {200, "application/json", admin::healthJson(*snapshot)};
    if (path == "providers")
        return {200, "application/json", admin::providersJson(*snapshot)};
    if (path == "keys")
        return {200, "application/json", admin::keysJson(*snapshot)};
    if (path == "targets") {
        return {200, "application/json", admin::targetsJson(*snapshot, std::chrono::steady_clock::now(),
                                                            std::chrono::system_clock::now())};
    }
    if (path == "limits" && m_backend.limits) {
        const auto limits = limitStatuses(*snapshot, *m_backend.limits, std::chrono::steady_clock::now());
        return {200, "application/json", admin::limitsJson(limits, m_backend.limits->store.load()->problem())};
    }
    if (path == "models")
        return {200, "application/json", admin::modelsJson(*snapshot, argument(request, "provider"))};
    if (path == "routers")
        return {200, "application/json", admin::routersJson(*snapshot, *m_backend.metrics)};
    if (path.starts_with("routers/")) {
        const std::string name = path.substr(8);
        if (!snapshot->findRouter(name)) {
            return failed(ErrorKind::NotFound, "there is no router \"" + name.substr(0, 50) + "\"; there are: "
                                                   + joinNames(nearest(name, snapshot->routerNames())));
        }
        return {200, "application/json", admin::routerJson(*snapshot, *m_backend.metrics, name)};
    }
    if (path == "guardrails") {
        return {200, "application/json",
                admin::guardrailsJson(m_backend.guardCounts
                                          ? snapshot->guardrails(*m_backend.guardCounts, std::chrono::system_clock::now())
                                          : std::vector<policy::GuardCount>())};
    }
    if (path == "config")
        return {200, "application/yaml", snapshot->configText};
    if (path == "stats")
        return stats();
    if (path == "cache")
        return cache();
    if (path == "cache/near-misses")
        return nearMisses();
    if (path == "budgets")
        return budgets();
    if (path == "spend")
        return spend(request);
    if (path == "traces" || path.starts_with("traces/"))
        return traces(path, request);
    return failed(ErrorKind::NotFound, "there is no /api/v1/admin/" + path.substr(0, 100) + "; there are: "
                                           + joinNames(nearest(path, kPaths), kPaths.size()));
}

AdminReply Admin::stats()
{
    trace::Totals totals;
    if (!m_backend.tracePath.empty()) {
        auto query = trace::Query::open(m_backend.tracePath);
        auto sums = query ? query->totals(0) : tl::unexpected(query.error());
        if (!sums)
            return failed(sums.error());
        totals = *sums;
    }
    return {200, "application/json", admin::statsJson(totals, m_backend.storeStatus(), *m_backend.metrics)};
}

AdminReply Admin::traces(const std::string &path, const http::Request &request)
{
    if (m_backend.tracePath.empty())
        return failed(ErrorKind::NotFound, "this gateway keeps no traces (--no-store)");
    if (!m_query) {
        auto query = trace::Query::open(m_backend.tracePath);
        if (!query)
            return failed(query.error());
        m_query = std::make_unique<trace::Query>(std::move(*query));
    }
    if (path != "traces") {
        const auto record = m_query->get(path.substr(7));
        return record ? AdminReply{200, "application/json", admin::recordJson(*record)} : failed(record.error());
    }
    const std::string wanted = argument(request, "limit");
    constexpr int kMaxLimit = 1000;
    const int limit = wanted.empty() ? 100 : QString::fromStdString(wanted).toInt();
    if (limit < 1 || limit > kMaxLimit)
        return failed(ErrorKind::BadRequest, "limit must be 1 to 1000");
    const auto page = m_query->list(filterOf(request), argument(request, "before"), limit);
    return page ? AdminReply{200, "application/json", admin::pageJson(*page)} : failed(page.error());
}

} // namespace pm
