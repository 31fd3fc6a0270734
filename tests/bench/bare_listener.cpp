// SPDX-License-Identifier: GPL-3.0-or-later
//
// bare_listener [qt]: answers a constant to whatever comes, on a free port of 127.0.0.1, on one thread. By
// the gateway's own listener, or with "qt" by a plain QAbstractHttpServer: the limit of what stands behind
// everything else. Prints "listening on PORT".
#include "http/listener.h"

#include <QAbstractHttpServer>
#include <QCoreApplication>
#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QTcpServer>

#include <cstdio>
#include <cstring>

namespace {

constexpr char kBody[] = "{\"status\":\"ok\"}";

class PlainServer : public QAbstractHttpServer
{
protected:
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    bool handleRequest(const QHttpServerRequest &, QHttpServerResponder &responder) override
    {
        responder.write(QByteArray(kBody), "application/json");
        return true;
    }
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &) override {}
#else
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *socket) override
    {
        makeResponder(request, socket).write(QByteArray(kBody), "application/json");
        return true;
    }
    void missingHandler(const QHttpServerRequest &, QTcpSocket *) override {}
#endif
};

int listening(int port)
{
    std::printf("listening on %d\n", port);
    std::fflush(stdout);
    return QCoreApplication::exec();
}

int runPlain()
{
    PlainServer server;
    QTcpServer tcp;
    if (!tcp.listen(QHostAddress::LocalHost))
        return 1;
    const int port = tcp.serverPort();
    server.bind(&tcp);
    return listening(port);
}

int runOwn()
{
    pm::http::Listener::Handlers handlers;
    handlers.request = [](pm::http::Request, std::shared_ptr<pm::http::ClientStream> stream) {
        stream->send(200, {{"content-type", "application/json"}}, QByteArray(kBody));
    };
    handlers.refused = [](const pm::Error &error, const std::string &, const std::string &) {
        return error.message;
    };
    pm::http::Listener listener({}, std::move(handlers), std::make_shared<std::atomic<int>>(0));
    const auto port = listener.listen("127.0.0.1", 0);
    if (!port) {
        std::fprintf(stderr, "%s\n", port.error().message.c_str());
        return 1;
    }
    return listening(*port);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    return argc > 1 && std::strcmp(argv[1], "qt") == 0 ? runPlain() : runOwn();
}
