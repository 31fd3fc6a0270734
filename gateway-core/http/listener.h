// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/server.h"

#include <QObject>

#include <atomic>
#include <memory>

namespace pm::http {

class SocketWatch;

/// One HTTP/1.1 listener on one worker thread, on QAbstractHttpServer. Several share a port (SO_REUSEPORT).
/// All API of Qt HttpServer that changes between Qt versions stays in listener.cpp.
class Listener : public QObject
{
    Q_OBJECT

public:
    struct Handlers
    {
        RequestHandler request;
        RefusalHandler refused;
        std::shared_ptr<SocketWatch> sockets = {}; ///< of this thread; null makes one
    };

    /// `openConnections` is shared by all listeners of the gateway (written by each, read by each).
    Listener(ListenerLimits limits, Handlers handlers, std::shared_ptr<std::atomic<int>> openConnections,
             QObject *parent = nullptr);
    ~Listener() override;

    /// Binds and listens. Port 0 picks one. Error: ConnectFailed with the address, port and the system's reason.
    /// Returns the port.
    Result<int> listen(const std::string &address, int port);
    /// Stops accepting; open connections go on.
    void stopAccepting();
    /// Applies to connections accepted from now on.
    void setLimits(const ListenerLimits &limits);
    /// Closes every idle connection, and each other one after its answer.
    void drain();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace pm::http
