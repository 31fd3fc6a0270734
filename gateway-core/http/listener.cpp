// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/listener.h"

#include "http/connection_guard.h"
#include "http/connections.h"
#include "http/listening_socket.h"

#include <QAbstractHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QTcpServer>

namespace pm::http {

namespace {

/// Accepts descriptors for the guards, and hands Qt the facades that they make.
class Acceptor final : public QTcpServer
{
public:
    explicit Acceptor(QObject *parent)
        : QTcpServer(parent)
    {
    }

    void announce(QTcpSocket *facade)
    {
        facade->setParent(this);
        addPendingConnection(facade);
    }

    Connections *connections = nullptr;

protected:
    void incomingConnection(qintptr descriptor) override { connections->accept(descriptor); }
};

/// Qt's parser and dispatch. A request comes here out of FacadeSocket::present(), in the call of the guard
/// that shows it, and is answered through the guard's stream: what Qt offers for answering is not used.
class Server final : public QAbstractHttpServer
{
public:
    Connections *connections = nullptr;

protected:
#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *) override
    {
        return deliver(request);
    }
    void missingHandler(const QHttpServerRequest &, QTcpSocket *) override {}
#else
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &) override
    {
        return deliver(request);
    }
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &&) override {}
#else
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &) override {}
#endif
#endif

private:
    bool deliver(const QHttpServerRequest &request)
    {
        if (ConnectionGuard *guard = connections->delivering())
            guard->requestParsed(request.body());
        return true;
    }
};

QHostAddress parseAddress(const std::string &address)
{
    if (address == "localhost")
        return QHostAddress(QHostAddress::LocalHost);
    return QHostAddress(QString::fromStdString(address));
}

} // namespace

class Listener::Private
{
public:
    Private(const ListenerLimits &limits, Handlers handlers, std::shared_ptr<std::atomic<int>> open)
        : acceptor(new Acceptor(&server))
        , connections(limits,
                      {std::move(handlers.request), std::move(handlers.refused),
                       [this](QTcpSocket *facade) { acceptor->announce(facade); },
                       handlers.sockets ? handlers.sockets : watchByEpoll()},
                      std::move(open))
    {
        acceptor->connections = &connections;
        server.connections = &connections;
    }

    // The guards in `connections` go first: they let go of what the server owns.
    Server server;
    Acceptor *acceptor; ///< owned by the server
    std::unique_ptr<PortClaim> claim;
    Connections connections;
};

Listener::Listener(ListenerLimits limits, Handlers handlers,
                   std::shared_ptr<std::atomic<int>> openConnections, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(limits, std::move(handlers), std::move(openConnections)))
{
}

Listener::~Listener() = default;

Result<int> Listener::listen(const std::string &address, int port)
{
    const QHostAddress host = parseAddress(address);
    if (host.isNull() || port < 0 || port > 65535)
        return fail(ErrorKind::ConnectFailed, "cannot listen on \"" + address + "\" port " +
                                                  std::to_string(port) +
                                                  ": give an IP address and a port from 0 to 65535");
    auto claim = listenShared(*d->acceptor, host, static_cast<quint16>(port));
    if (!claim)
        return fail(claim.error());
    d->claim = std::move(*claim);
    d->server.bind(d->acceptor);
    return d->acceptor->serverPort();
}

void Listener::stopAccepting()
{
    d->acceptor->close();
    d->claim.reset();
}

void Listener::setLimits(const ListenerLimits &limits)
{
    d->connections.setLimits(limits);
}

void Listener::drain()
{
    d->connections.drain();
}

} // namespace pm::http

#include "moc_listener.cpp"
