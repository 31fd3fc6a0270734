// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/worker.h"

#include "http/socket_watch.h"
#include "pipeline/exchange.h"
#include "runtime/thread_call.h"

namespace pm {

namespace {

constexpr std::chrono::milliseconds kTick{50};

} // namespace

Worker::Worker(const WorkerShared &shared, std::shared_ptr<std::atomic<int>> openConnections)
    : m_snapshots(*shared.snapshots), m_sockets(http::watchByEpoll()), m_upstream({.sockets = m_sockets}),
      m_tokens(m_upstream, *shared.clock),
      m_listener(shared.limits,
                 {[this](http::Request request, std::shared_ptr<http::ClientStream> client) {
                      onRequest(std::move(request), std::move(client));
                  },
                  [this](const Error &error, const std::string &method, const std::string &path) {
                      return onRefused(error, method, path);
                  },
                  m_sockets},
                 std::move(openConnections))
{
    m_services.snapshot = [this] { return m_snapshots.get(); };
    m_services.upstream = &m_upstream;
    m_services.clock = shared.clock;
    m_services.store = shared.store;
    m_services.feed = shared.feed;
    m_services.metrics = shared.metrics;
    m_services.responses = shared.responses;
    m_services.signatures = shared.signatures;
    m_services.examples = shared.examples;
    m_services.guardCounts = shared.guardCounts;
    m_services.tokens = &m_tokens;
    m_services.cache = shared.cache;
    m_services.post = [this](std::function<void()> work) { postTo(this, std::move(work)); };
    m_services.budgets = shared.budgets;
    m_services.limits = shared.rateLimits;
    // Answers of other threads come back to this one; a worker that is gone gets none.
    m_services.admin = [this, handler = shared.admin](const http::Request &request, const Route &route, AdminDone done) {
        handler(request, route, [this, done = std::move(done)](AdminReply reply) {
            postTo(this, [done, reply = std::move(reply)] { done(reply); });
        });
    };
    m_tick.setInterval(kTick);
    connect(&m_tick, &QTimer::timeout, this, &Worker::onTick);
}

Worker::~Worker()
{
    m_services.active.abortAll();
}

Result<int> Worker::listen(const std::string &address, int port)
{
    return m_listener.listen(address, port);
}

void Worker::setLimits(const http::ListenerLimits &limits)
{
    m_listener.setLimits(limits);
}

void Worker::drain()
{
    m_listener.stopAccepting();
    m_listener.drain();
}

void Worker::abortAll()
{
    m_services.active.abortAll();
}

void Worker::onRequest(http::Request request, std::shared_ptr<http::ClientStream> client)
{
    auto exchange = std::make_shared<Exchange>(m_services, std::move(request), std::move(client));
    m_services.active.add(exchange);
    // The timer runs only while there is something to wait for: an idle gateway sleeps.
    if (!m_tick.isActive())
        m_tick.start();
    exchange->start();
}

void Worker::onTick()
{
    m_services.active.tick(m_services.clock->steadyNow());
    if (m_services.active.isIdle())
        m_tick.stop();
}

std::string Worker::onRefused(const Error &error, const std::string &method, const std::string &path)
{
    trace::Record record;
    trace::Head &head = record.head;
    head.id = makeTraceId(m_services.clock->systemNow(), m_services.rng);
    head.startedAt = unixMicros(m_services.clock->systemNow());
    head.state = trace::State::Refused;
    head.status = error.status();
    head.method = method.substr(0, 20);
    head.path = path.substr(0, 500);
    head.errorKind = traits(error.kind).label;
    head.errorMessage = error.message;
    head.totalUs = 0;
    const DialectId asker = dialectOfPath(path, {});
    std::string body = dialect(asker).writeError(error, head.id);
    m_services.metrics->requestStarted();
    metrics::Finished finished{};
    finished.status = head.status;
    finished.errorKind = head.errorKind;
    m_services.metrics->requestFinished(finished, m_services.clock->steadyNow());
    if (m_services.feed)
        m_services.feed->publish(head);
    if (m_services.store)
        m_services.store->add(std::move(record));
    return body;
}

} // namespace pm

#include "moc_worker.cpp"
