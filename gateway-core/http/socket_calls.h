// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHostAddress>

#include <cstddef>
#include <string_view>

// The system's calls on a connected socket, the same everywhere. Any thread.
namespace pm::http {

/// Where a connection comes from and where it arrived.
struct SocketAddresses
{
    QHostAddress peer;
    quint16 peerPort = 0;
    QHostAddress local;
    quint16 localPort = 0;
};

/// What came of a read or a write.
struct Moved
{
    std::size_t bytes = 0;
    bool wouldBlock = false; ///< no more for now
    bool isOver = false;     ///< the peer sends no more, or the connection is broken
};

/// So many pieces go out in one call.
inline constexpr std::size_t kMostPieces = 16;

/// Makes calls return at once, small pieces leave at once, and a write to a closed connection an error and
/// not a signal. False when the connection is gone already.
bool prepareSocket(qintptr socket);
SocketAddresses addressesOf(qintptr socket);
Moved receive(qintptr socket, char *data, std::size_t size);
Moved sendPieces(qintptr socket, const std::string_view *pieces, std::size_t count);
void shutdownSending(qintptr socket);
/// Closing will be a reset, which no peer takes for a proper end.
void resetOnClose(qintptr socket);
void closeSocket(qintptr socket);

} // namespace pm::http
