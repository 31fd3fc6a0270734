// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/send_queue.h"
#include "http/socket_calls.h"
#include "http/socket_watch.h"

namespace pm::http {

/// One accepted connection: reads on demand, and sends what was put when told to. Asks the watch about
/// reading once, and about writing only while the kernel takes no more. Not a QTcpSocket, which costs a
/// notifier in every poll() of the event loop, two buffers and a dozen calls for each piece.
///
/// Owned by its ConnectionGuard, on the worker's thread.
class ClientSocket final : private SocketWatch::User
{
public:
    /// Called from the event loop only, never inside a call of the owner's.
    class Owner
    {
    public:
        virtual void bytesCame() = 0;
        /// Some of what waited went out.
        virtual void bytesWent() = 0;
        /// The peer closed, or the connection broke.
        virtual void peerGone() = 0;

    protected:
        ~Owner() = default;
    };

    /// Takes the descriptor of an accepted connection.
    ClientSocket(SocketWatch &watch, qintptr descriptor, Owner &owner);
    ClientSocket(const ClientSocket &) = delete;
    ClientSocket &operator=(const ClientSocket &) = delete;
    ~ClientSocket() { close(); }

    const SocketAddresses &addresses() const { return m_addresses; }
    bool isConnected() const { return m_isConnected; }

    /// How many bytes were read; 0 when there are none now, or no more will come.
    std::size_t read(char *data, std::size_t size);
    /// Whether bytesCame() is called for what comes; what is not read stays in the kernel.
    void setReading(bool on);

    SendQueue &output() { return m_output; }
    const SendQueue &output() const { return m_output; }
    /// Sends what the kernel takes; the rest goes as it takes more. Returns whether anything went. A broken
    /// connection shows in isConnected(), not by a call from here.
    bool flush();

    void shutdownSending() { http::shutdownSending(m_descriptor); }
    void resetOnClose() { http::resetOnClose(m_descriptor); }
    void close();

private:
    void socketReady(qintptr socket, unsigned events) override;
    void watchAgain();

    SocketWatch &m_watch;
    Owner &m_owner;
    qintptr m_descriptor;
    SocketAddresses m_addresses;
    SendQueue m_output;
    bool m_isConnected;
    bool m_isReading = true;
    bool m_hasMore = false; ///< the kernel may have bytes for us
    bool m_hasEnded = false;
    bool m_isBlocked = false; ///< the kernel takes no more
};

} // namespace pm::http
