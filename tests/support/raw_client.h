// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/http.h"

#include <QByteArray>
#include <QSocketNotifier>

#include <memory>
#include <optional>

namespace pm::test {

/// One answer as a strict reader understands it.
struct RawReply
{
    int status = 0;
    http::Headers headers;
    QByteArray body;         ///< without chunked coding
    bool isComplete = false; ///< ended as its framing says, not by a cut
};

/// Speaks TCP, byte by byte if need be, on the event loop of the test: what a polite HTTP client cannot say.
/// On the system's own sockets: Qt's do not tell a reset from a close. Nothing here blocks; wait with QTRY_*.
class RawClient
{
public:
    explicit RawClient(int port);
    ~RawClient();
    RawClient(const RawClient &) = delete;
    RawClient &operator=(const RawClient &) = delete;

    void send(const QByteArray &bytes);
    /// Each byte in a write of its own, with a turn of the event loop between.
    void sendByteByByte(const QByteArray &bytes);
    /// Goes away with a reset, as a process that is killed with bytes unread.
    void vanish();
    void close();
    /// Takes nothing more from the kernel, as a reader that hangs.
    void stopReading() { m_readable->setEnabled(false); }
    void goOnReading() { m_readable->setEnabled(true); }

    /// Given to send() and not yet taken by the kernel.
    qsizetype bytesUnsent() const { return m_unsent.size(); }
    /// All bytes so far.
    const QByteArray &received() const { return m_received; }
    /// The server closed, by FIN or RST.
    bool isClosed() const { return m_isClosed; }
    bool wasReset() const { return m_wasReset; }
    /// The next complete answer, if it is there. 1xx answers come by themselves. `isHead`: no body follows.
    std::optional<RawReply> takeReply(bool isHead = false);

private:
    void onReadable();
    void onWritable();

    int m_fd;
    std::unique_ptr<QSocketNotifier> m_readable;
    std::unique_ptr<QSocketNotifier> m_writable;
    QByteArray m_received;
    qsizetype m_taken = 0;
    QByteArray m_unsent;
    qsizetype m_pace; ///< bytes a write
    bool m_isClosed = false;
    bool m_wasReset = false;
};

} // namespace pm::test
