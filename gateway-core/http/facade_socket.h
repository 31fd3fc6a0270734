// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/socket_calls.h"

#include <QTcpSocket>

#include <array>
#include <string_view>

namespace pm::http {

/// What Qt's HTTP server takes for the client's socket: it has no descriptor, holds one whole, checked
/// request at a time, and swallows what Qt writes. So Qt's parser never sees half a request, or a byte that
/// was not checked.
///
/// It calls itself random-access: Qt wraps each request in a transaction, for which a sequential device would
/// keep a second copy of all bytes and read every byte of the head from it.
///
/// Owned by Qt's server as every accepted socket is; the guard lets go of it with retire().
class FacadeSocket : public QTcpSocket
{
public:
    explicit FacadeSocket(const SocketAddresses &addresses);

    /// Shows Qt one request: the head's bytes as they came, the body with its length, or as one chunk. Qt has
    /// handled it when this returns, or will not. The bytes need to live during the call only.
    void present(std::string_view head, std::string_view body, bool isChunked);
    /// Qt gave this socket up, or left bytes behind that the next request would begin with.
    bool isSpent() const { return m_isGivenUp || bytesAvailable() > 0; }
    /// Tells Qt that the client is gone; Qt then deletes this object.
    void retire();

    bool isSequential() const override { return false; }
    qint64 bytesAvailable() const override { return m_presented - pos(); }
    void disconnectFromHost() override { m_isGivenUp = true; }

protected:
    qint64 readData(char *data, qint64 size) override;
    qint64 writeData(const char *, qint64 size) override { return size; }

private:
    std::array<std::string_view, 4> m_pieces;
    std::size_t m_piece = 0;
    qint64 m_presented = 0; ///< bytes of all requests so far
    bool m_isGivenUp = false;
};

} // namespace pm::http
