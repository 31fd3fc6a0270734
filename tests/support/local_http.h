// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/upstream.h"
#include "support/qt_text.h"

#include <QObject>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <QUrl>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

// Both ends of plain GETs over loopback sockets, on one thread's event loop: for what asks local servers.
namespace pm::test {

using std::chrono::milliseconds;

/// A tiny HTTP server on loopback: one answer for every request, or silence.
class LocalHttp : public QObject
{
public:
    LocalHttp()
    {
        m_server.listen(QHostAddress::LocalHost, 0);
        connect(&m_server, &QTcpServer::newConnection, this, [this] { accept(); });
    }
    int port() const { return m_server.serverPort(); }
    std::string base() const { return "http://127.0.0.1:" + std::to_string(port()) + "/v1"; }
    void answers(const QByteArray &body, int status = 200, const QByteArray &header = {})
    {
        m_answer =
            "HTTP/1.1 " + QByteArray::number(status) + " X\r\nconnection: close\r\n" + header + "\r\n" + body;
    }
    void staysSilent() { m_answer.clear(); }
    void stop() { m_server.close(); }
    int requests = 0;
    QByteArray lastRequest;

private:
    void accept()
    {
        QTcpSocket *socket = m_server.nextPendingConnection();
        socket->setParent(this);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
            lastRequest = socket->readAll();
            ++requests;
            if (m_answer.isEmpty())
                return;
            socket->write(m_answer);
            socket->disconnectFromHost();
        });
    }
    QTcpServer m_server;
    QByteArray m_answer;
};

/// Just enough of a client for plain GETs; the real one has tests of its own.
class SocketCall final : public QObject, public http::UpstreamCall
{
public:
    SocketCall(const http::UpstreamRequest &request, http::UpstreamCallbacks callbacks, milliseconds patience)
        : m_callbacks(std::move(callbacks))
    {
        const QUrl url(q(request.url));
        const QByteArray head = QByteArray::fromStdString(request.method) + ' ' + url.path().toLatin1() +
                                " HTTP/1.1\r\nhost: x\r\n\r\n";
        connect(m_socket, &QTcpSocket::connected, this, [this, head] { m_socket->write(head); });
        connect(m_socket, &QTcpSocket::readyRead, this, [this] { m_bytes += m_socket->readAll(); });
        connect(m_socket, &QTcpSocket::disconnected, this, [this] { ended(); });
        connect(m_socket, &QTcpSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
            if (error != QAbstractSocket::RemoteHostClosedError)
                done(fail(ErrorKind::ConnectFailed, "refused"));
        });
        m_patience.setSingleShot(true);
        connect(&m_patience, &QTimer::timeout, this,
                [this] { done(fail(ErrorKind::UpstreamTimeout, "too slow")); });
        m_patience.start(patience);
        m_socket->connectToHost(url.host(), static_cast<quint16>(url.port()));
    }
    ~SocketCall() override
    {
        m_socket->disconnect(this);
        m_socket->abort();
        m_socket->deleteLater();
    }
    void pause() override {}
    void resume() override {}
    http::PhaseTimes phases() const override { return {}; }
    long long bytesReceived() const override { return m_bytes.size(); }

private:
    void ended()
    {
        const qsizetype split = m_bytes.indexOf("\r\n\r\n");
        if (split < 0)
            return done(fail(ErrorKind::UpstreamBroken, "cut"));
        http::UpstreamHead head;
        head.status = m_bytes.mid(9, 3).toInt();
        for (const QByteArray &line : m_bytes.left(split).split('\n').mid(1)) {
            const qsizetype colon = line.indexOf(':');
            head.headers.add(line.left(colon).toStdString(), line.mid(colon + 1).trimmed().toStdString());
        }
        const QPointer<SocketCall> alive(this);
        m_callbacks.onHead(head);
        const QByteArray body = m_bytes.mid(split + 4);
        for (qsizetype i = 0; i < body.size() && alive; i += 100'000)
            m_callbacks.onData(std::string_view(body.constData() + i,
                                                std::size_t(std::min<qsizetype>(100'000, body.size() - i))));
        if (alive)
            done({});
    }
    void done(Result<void> result)
    {
        if (m_isDone)
            return;
        m_isDone = true;
        m_patience.stop();
        const auto callback = m_callbacks.onDone; // may destroy this
        callback(std::move(result));
    }

    http::UpstreamCallbacks m_callbacks;
    QTcpSocket *m_socket =
        new QTcpSocket; // outlives this, for it may be destroyed in the socket's own signal
    QTimer m_patience;
    QByteArray m_bytes;
    bool m_isDone = false;
};

class SocketUpstream final : public http::Upstream
{
public:
    milliseconds patience{5'000};
    std::vector<std::string> urls;
    std::vector<std::size_t> secrets;
    std::unique_ptr<http::UpstreamCall> start(http::UpstreamRequest request,
                                              http::UpstreamCallbacks callbacks) override
    {
        urls.push_back(request.url);
        secrets.push_back(request.secretHeaders.size());
        return std::make_unique<SocketCall>(request, std::move(callbacks), patience);
    }
};

} // namespace pm::test
