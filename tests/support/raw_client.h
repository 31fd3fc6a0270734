// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/http.h"

#include <QByteArray>
#include <QTcpSocket>

#include <optional>

namespace pm::test {

/// One answer as a strict reader understands it.
struct RawReply
{
    int status = 0;
    http::Headers headers;
    QByteArray body;          ///< without chunked coding
    bool isComplete = false;  ///< ended as its framing says, not by a cut
};

/// Speaks TCP, byte by byte if need be, on the event loop of the test: what a polite HTTP client cannot say.
/// Nothing here blocks; wait with QTRY_*.
class RawClient
{
public:
    explicit RawClient(int port);
    ~RawClient();
    RawClient(const RawClient &) = delete;
    RawClient &operator=(const RawClient &) = delete;

    bool isConnected() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    void send(const QByteArray &bytes);
    /// Each byte in a packet of its own: the next goes out when the last was acknowledged to the event loop.
    void sendByteByByte(const QByteArray &bytes);
    /// Goes away without a goodbye (RST when something is unread).
    void vanish() { m_socket.abort(); }
    void close() { m_socket.disconnectFromHost(); }
    /// Takes nothing more from the kernel, as a reader that hangs.
    void stopReading();
    void goOnReading();

    /// All bytes so far.
    const QByteArray &received() const { return m_received; }
    /// The server closed, by FIN or RST.
    bool isClosed() const { return m_socket.state() == QAbstractSocket::UnconnectedState; }
    bool wasReset() const { return m_wasReset; }
    /// The next complete answer, if it is there. 1xx answers come by themselves. `isHead`: no body follows.
    std::optional<RawReply> takeReply(bool isHead = false);

private:
    void readAll();

    QTcpSocket m_socket;
    QByteArray m_received;
    qsizetype m_taken = 0;
    QByteArray m_unsent; ///< of sendByteByByte
    bool m_reads = true;
    bool m_wasReset = false;
};

} // namespace pm::test
