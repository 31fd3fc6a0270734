// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/facade_socket.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace pm::http {

FacadeSocket::FacadeSocket(const SocketAddresses &addresses)
{
    setPeerAddress(addresses.peer);
    setPeerPort(addresses.peerPort);
    setLocalAddress(addresses.local);
    setLocalPort(addresses.localPort);
    setSocketState(ConnectedState);
    open(ReadWrite);
}

void FacadeSocket::present(std::string_view head, std::string_view body, bool isChunked)
{
    std::array<char, 20> size{};
    std::string_view before;
    std::string_view after;
    if (isChunked && !body.empty()) {
        char *end = std::to_chars(size.data(), size.data() + size.size() - 2, body.size(), 16).ptr;
        *end++ = '\r';
        *end++ = '\n';
        before = {size.data(), static_cast<std::size_t>(end - size.data())};
        after = "\r\n0\r\n\r\n";
    } else if (isChunked) {
        after = "0\r\n\r\n";
    }
    m_pieces = {head, before, body, after};
    m_piece = 0;
    for (const std::string_view piece : m_pieces)
        m_presented += static_cast<qint64>(piece.size());
    Q_EMIT readyRead();
    m_pieces = {};
}

void FacadeSocket::retire()
{
    setSocketState(UnconnectedState);
    Q_EMIT disconnected();
}

qint64 FacadeSocket::readData(char *data, qint64 size)
{
    std::size_t done = 0;
    const auto wanted = static_cast<std::size_t>(size);
    while (done < wanted && m_piece < m_pieces.size()) {
        std::string_view &piece = m_pieces[m_piece];
        const std::size_t count = std::min(piece.size(), wanted - done);
        if (count > 0)
            std::memcpy(data + done, piece.data(), count);
        done += count;
        piece.remove_prefix(count);
        if (piece.empty())
            ++m_piece;
    }
    return static_cast<qint64>(done);
}

} // namespace pm::http
