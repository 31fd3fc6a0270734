// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/client_socket.h"

#include <array>
#include <utility>

namespace pm::http {

ClientSocket::ClientSocket(SocketWatch &watch, qintptr descriptor, Owner &owner)
    : m_watch(watch)
    , m_owner(owner)
    , m_descriptor(descriptor)
    , m_addresses(addressesOf(descriptor))
    , m_isConnected(prepareSocket(descriptor))
{
    m_watch.adopt(m_descriptor);
    if (m_isConnected)
        watchAgain();
}

std::size_t ClientSocket::read(char *data, std::size_t size)
{
    if (!m_hasMore || !m_isConnected)
        return 0;
    const Moved moved = receive(m_descriptor, data, size);
    m_hasMore = moved.bytes == size; // what comes behind a shorter piece is told anew
    m_hasEnded = m_hasEnded || moved.isOver;
    return moved.bytes;
}

void ClientSocket::setReading(bool on)
{
    if (std::exchange(m_isReading, on) != on && m_isConnected)
        watchAgain();
}

bool ClientSocket::flush()
{
    bool hasSent = false;
    std::array<std::string_view, kMostPieces> pieces;
    while (!m_isBlocked && m_isConnected && !m_output.isEmpty()) {
        const std::size_t count = m_output.front(pieces.data(), pieces.size());
        const Moved moved = sendPieces(m_descriptor, pieces.data(), count);
        m_output.drop(moved.bytes);
        hasSent = hasSent || moved.bytes > 0;
        if (moved.isOver) {
            m_isConnected = false;
            m_output.clear();
            m_watch.set(m_descriptor, 0, nullptr);
        } else if (moved.wouldBlock) {
            m_isBlocked = true;
            watchAgain();
        }
    }
    return hasSent;
}

void ClientSocket::close()
{
    if (m_descriptor < 0)
        return;
    m_isConnected = false;
    m_output.clear();
    m_watch.set(m_descriptor, 0, nullptr);
    m_watch.forget(m_descriptor);
    closeSocket(std::exchange(m_descriptor, -1));
}

void ClientSocket::watchAgain()
{
    m_watch.set(m_descriptor,
                SocketWatch::Gone | (m_isReading ? SocketWatch::Read : 0U) |
                    (m_isBlocked ? SocketWatch::Write : 0U),
                this);
}

/// What came is told before the end, and what may go out before either: an answer leaves even when its reader
/// has closed its own half.
void ClientSocket::socketReady(qintptr, unsigned events)
{
    if (events & SocketWatch::Write && m_isBlocked) {
        m_isBlocked = false;
        const bool hasSent = flush();
        if (m_isConnected && !m_isBlocked)
            watchAgain();
        if (hasSent)
            m_owner.bytesWent();
    }
    if (events & SocketWatch::Read && m_isConnected) {
        m_hasMore = true;
        m_owner.bytesCame();
    }
    if (events & SocketWatch::Gone)
        m_hasEnded = true;
    if (m_descriptor >= 0 && (m_hasEnded || !m_isConnected))
        m_owner.peerGone();
}

} // namespace pm::http
