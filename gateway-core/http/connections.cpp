// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/connections.h"

#include "http/connection_guard.h"

#include <QTcpSocket>

#include <algorithm>
#include <utility>

namespace pm::http {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kReadBuffer = 64 * 1024;
/// So many connections over the limit are answered 503 at a time; more are closed without a word.
constexpr int kMaxSurplus = 64;

} // namespace

Connections::Connections(ListenerLimits limits, Handlers handlers, std::shared_ptr<std::atomic<int>> open)
    : m_limits(limits)
    , m_handlers(std::move(handlers))
    , m_open(std::move(open))
    , m_readBuffer(kReadBuffer)
{
    m_deadlines.setTimerType(Qt::CoarseTimer);
    connect(&m_deadlines, &QTimer::timeout, this, &Connections::checkDeadlines);
    setTimerInterval();
}

Connections::~Connections()
{
    while (!m_guards.empty()) {
        ConnectionGuard *guard = *m_guards.begin();
        guard->closeNow();
        delete guard; // removed itself from the set
    }
    sockets().drop(*this);
}

void Connections::accept(qintptr descriptor)
{
    const bool isSurplus = m_open->fetch_add(1) >= m_limits.maxConnections;
    if (isSurplus)
        m_open->fetch_sub(1);
    auto *guard = new ConnectionGuard(*this, descriptor, isSurplus);
    m_guards.insert(guard);
    if (!m_deadlines.isActive())
        m_deadlines.start();
    if (!isSurplus) {
        guard->start();
    } else if (++m_surplus > kMaxSurplus) {
        guard->closeNow();
    } else {
        guard->refuse(
            refusal(ErrorKind::TooManyConnections,
                    "more than " + std::to_string(m_limits.maxConnections) + " connections are open"));
    }
}

void Connections::remove(ConnectionGuard *guard)
{
    if (m_guards.erase(guard) == 0)
        return;
    if (guard->isSurplus())
        --m_surplus;
    else
        m_open->fetch_sub(1);
    std::replace(m_toFlush.begin(), m_toFlush.end(), guard, static_cast<ConnectionGuard *>(nullptr));
    if (m_guards.empty())
        m_deadlines.stop();
    guard->deleteLater();
}

void Connections::drain()
{
    m_isDraining = true;
    const std::vector<ConnectionGuard *> guards(m_guards.begin(), m_guards.end());
    for (ConnectionGuard *guard : guards) {
        if (guard->isIdle())
            guard->closeNow();
    }
}

void Connections::setLimits(const ListenerLimits &limits)
{
    m_limits = limits;
    setTimerInterval();
}

void Connections::setTimerInterval()
{
    const auto shortest =
        std::min({m_limits.headerTimeout, m_limits.bodyStallTimeout, m_limits.keepAliveTimeout});
    m_deadlines.setInterval(std::clamp<std::chrono::milliseconds>(shortest / 8, 5ms, 1000ms));
}

void Connections::checkDeadlines()
{
    const SteadyTime now = std::chrono::steady_clock::now();
    const std::vector<ConnectionGuard *> guards(m_guards.begin(), m_guards.end());
    for (ConnectionGuard *guard : guards) {
        // A handler called for one may have closed another; what is closed lives until the event loop turns.
        if (guard->deadline() <= now)
            guard->deadlineReached();
    }
}

void Connections::flushSoon(ConnectionGuard *guard)
{
    sockets().soon(*this);
    m_toFlush.push_back(guard);
}

void Connections::runSoon()
{
    // A flush may find the client gone, whose handler may write elsewhere or close others: by index.
    for (std::size_t i = 0; i < m_toFlush.size(); ++i) {
        if (m_toFlush[i])
            m_toFlush[i]->flush();
    }
    m_toFlush.clear();
}

} // namespace pm::http

#include "moc_connections.cpp"
