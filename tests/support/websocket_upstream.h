// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/websocket_text.h"

#include <QObject>
#include <QSslConfiguration>
#include <QSslServer>
#include <QTcpServer>
#include <QTcpSocket>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A provider with WebSockets for tests, on 127.0.0.1 and the test's own event loop.
namespace pm::test {

/// One handshake and what follows.
struct WebSocketSession
{
    QTcpSocket *socket = nullptr; ///< owned by the server
    QByteArray head;              ///< as it came, with the blank line
    WebSocketLog log;             ///< what the other side says
    qsizetype heard = 0;          ///< bytes of frames that came
    bool isOpen = false;          ///< agreed, and not closed by the other side

    /// The value of a header field, empty when there is none.
    QByteArray field(const QByteArray &name) const
    {
        for (const QByteArray &line : head.split('\n')) {
            if (line.toLower().startsWith(name.toLower() + ':'))
                return line.mid(name.size() + 1).trimmed();
        }
        return {};
    }
    void send(const QByteArray &bytes) { socket->write(bytes); }
    void say(const QByteArray &text) { send(webSocketFrame(Opcode::Text, text, false)); }
};

class WebSocketUpstream : public QObject
{
public:
    /// What one server does with all handshakes until it is told otherwise.
    struct Manners
    {
        QByteArray answer;       ///< a whole HTTP answer in the place of an agreement; the connection is closed behind it
        bool staysOpen = false;  ///< not closed behind the answer
        bool isSilent = false;   ///< never answers
        bool hasWrongAccept = false;
        QByteArray fields;       ///< further lines of the head, each with its CRLF
        QByteArray greeting;     ///< sent in one piece with the head
        bool echoes = true;      ///< sends texts back, and answers a close frame by the same
        bool reads = true;       ///< false: leaves what comes in the kernel
    };

    explicit WebSocketUpstream(const std::optional<QSslConfiguration> &tls = {})
    {
        if (tls) {
            auto server = std::make_unique<QSslServer>();
            server->setSslConfiguration(*tls);
            m_server = std::move(server);
        } else {
            m_server = std::make_unique<QTcpServer>();
        }
        m_server->listen(QHostAddress::LocalHost, 0);
        connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, this, [this] {
            while (QTcpSocket *socket = m_server->nextPendingConnection())
                accept(socket);
        });
    }

    int port() const { return m_server->serverPort(); }
    std::string url(std::string_view path = {}) const
    {
        return "http://127.0.0.1:" + std::to_string(port()) + std::string(path);
    }

    Manners manners;
    std::vector<std::unique_ptr<WebSocketSession>> sessions; ///< one for each connection

    /// After manners.reads was false: takes what waits, and what comes.
    void goOnReading()
    {
        manners.reads = true;
        for (const auto &session : sessions)
            read(*session);
    }

    WebSocketSession &last() { return *sessions.back(); }
    bool isOpen() const { return !sessions.empty() && sessions.back()->isOpen; }

private:
    void accept(QTcpSocket *socket)
    {
        sessions.push_back(std::make_unique<WebSocketSession>());
        WebSocketSession &session = *sessions.back();
        session.socket = socket;
        socket->setReadBufferSize(64 * 1024);
        connect(socket, &QTcpSocket::readyRead, this, [this, &session] { read(session); });
        connect(socket, &QTcpSocket::disconnected, this, [&session] { session.isOpen = false; });
        read(session);
    }

    void read(WebSocketSession &session)
    {
        while (!session.isOpen && !session.head.endsWith("\r\n\r\n") && session.socket->bytesAvailable() > 0) {
            session.head += session.socket->read(1);
            if (session.head.endsWith("\r\n\r\n"))
                answer(session);
        }
        while (session.isOpen && manners.reads && session.socket->bytesAvailable() > 0)
            hear(session, session.socket->readAll());
    }

    void answer(WebSocketSession &session)
    {
        if (manners.isSilent)
            return;
        if (!manners.answer.isEmpty()) {
            session.send(manners.answer);
            if (!manners.staysOpen)
                session.socket->disconnectFromHost();
            return;
        }
        session.isOpen = true;
        const QByteArray key = session.field("sec-websocket-key") + (manners.hasWrongAccept ? "x" : "");
        session.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Accept: " + webSocketAccept(key) + "\r\n" + manners.fields + "\r\n" + manners.greeting);
    }

    void hear(WebSocketSession &session, const QByteArray &bytes)
    {
        WebSocketLog &log = session.log;
        const std::size_t known = log.texts.size();
        session.heard += bytes.size();
        log.reader.feed({bytes.constData(), static_cast<std::size_t>(bytes.size())});
        if (!manners.echoes)
            return;
        for (std::size_t i = known; i < log.texts.size(); ++i)
            session.say(QByteArray::fromStdString(log.texts[i]));
        if (log.closeCode >= 0) {
            session.send(webSocketCloseFrame(log.closeCode, QByteArray::fromStdString(log.closeReason), false));
            session.socket->disconnectFromHost();
        }
    }

    std::unique_ptr<QTcpServer> m_server;
};

} // namespace pm::test
