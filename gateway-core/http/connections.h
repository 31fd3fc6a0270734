// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "http/server.h"
#include "http/socket_watch.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>
#include <unordered_set>
#include <vector>

class QTcpSocket;

namespace pm::http {

class ConnectionGuard;

/// What the connections of one listener share: limits, handlers, the way to Qt's parser, one timer that looks
/// at all deadlines, one flush at the end of each turn of the event loop. Owns the guards. On the worker's
/// thread; only the count of open connections is shared with other threads.
class Connections : public QObject, private SocketWatch::Task
{
    Q_OBJECT

public:
    struct Handlers
    {
        RequestHandler request;
        RefusalHandler refused;
        std::function<void(QTcpSocket *)> announce; ///< gives Qt's server a facade as a new connection
        std::shared_ptr<SocketWatch> sockets;
    };

    Connections(ListenerLimits limits, Handlers handlers, std::shared_ptr<std::atomic<int>> open);
    ~Connections() override;

    /// Takes the descriptor of an accepted connection.
    void accept(qintptr descriptor);
    void drain();
    bool isDraining() const { return m_isDraining; }
    void setLimits(const ListenerLimits &limits);

    // For the guards.
    const ListenerLimits &limits() const { return m_limits; }
    const Handlers &handlers() const { return m_handlers; }
    SocketWatch &sockets() { return *m_handlers.sockets; }
    /// Calls flush() of the guard before the event loop waits again.
    void flushSoon(ConnectionGuard *guard);
    /// Forgets the guard and deletes it later.
    void remove(ConnectionGuard *guard);
    std::vector<char> &readBuffer() { return m_readBuffer; }
    /// The guard whose request Qt is parsing now, or null.
    ConnectionGuard *delivering() const { return m_delivering; }
    void setDelivering(ConnectionGuard *guard) { m_delivering = guard; }

private:
    void runSoon() override; // flushes
    void checkDeadlines();
    void setTimerInterval();

    ListenerLimits m_limits;
    Handlers m_handlers;
    std::shared_ptr<std::atomic<int>> m_open;
    std::unordered_set<ConnectionGuard *> m_guards;
    std::vector<ConnectionGuard *> m_toFlush;
    std::vector<char> m_readBuffer;
    QTimer m_deadlines;
    ConnectionGuard *m_delivering = nullptr;
    int m_surplus = 0; ///< connections over the limit that are being told so
    bool m_isDraining = false;
};

} // namespace pm::http
