// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/raw_client.h"
#include "support/websocket_text.h"

#include <QTest>

namespace pm::test {

/// A client that asks for a WebSocket and speaks it, on the test's event loop. Wait with QTRY_*.
class WebSocketClient
{
public:
    static constexpr const char *kKey = "dGhlIHNhbXBsZSBub25jZQ=="; // RFC 6455 1.3
    static constexpr const char *kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    /// The head of a handshake. `fields` are further lines, each with its CRLF.
    static QByteArray handshake(const QByteArray &target, const QByteArray &fields = {})
    {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\n"
               "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + kKey + "\r\n" + fields + "\r\n";
    }

    explicit WebSocketClient(int port) : raw(port) {}
    WebSocketClient(int port, const QByteArray &target, const QByteArray &fields = {}) : raw(port)
    {
        raw.send(handshake(target, fields));
    }

    void say(const QByteArray &text) { raw.send(webSocketFrame(Opcode::Text, text, true)); }
    void close(int code, const QByteArray &reason = {}) { raw.send(webSocketCloseFrame(code, reason, true)); }

    /// What came so far, read.
    WebSocketLog &heard()
    {
        if (!reply && (reply = raw.takeReply()) && reply->status == 101)
            m_read = raw.received().indexOf("\r\n\r\n") + 4;
        if (reply && reply->status == 101) {
            const qsizetype size = raw.received().size() - m_read;
            m_log.reader.feed({raw.received().constData() + m_read, static_cast<std::size_t>(size)});
            m_read += size;
        }
        return m_log;
    }
    std::size_t messages() { return heard().texts.size(); }
    /// The status of the answer, waiting up to 5 s for it; 0 when none came.
    int status()
    {
        (void)QTest::qWaitFor([this] { return heard(), reply.has_value(); });
        return reply ? reply->status : 0;
    }

    RawClient raw;
    std::optional<RawReply> reply; ///< to the handshake

private:
    WebSocketLog m_log;
    qsizetype m_read = 0;
};

} // namespace pm::test
