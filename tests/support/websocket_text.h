// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/websocket_frames.h"

#include <QByteArray>
#include <QCryptographicHash>

#include <string>
#include <string_view>
#include <vector>

// WebSocket frames and handshakes as either side writes them, for tests. Made without the gateway's own code.
namespace pm::test {

enum class Opcode : unsigned char { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

/// One frame; `isMasked` as a client's must be.
inline QByteArray webSocketFrame(Opcode opcode, const QByteArray &payload, bool isMasked, bool isFinal = true)
{
    constexpr char kMask[] = {0x37, static_cast<char>(0xfa), 0x21, 0x3d};
    QByteArray frame;
    frame += static_cast<char>((isFinal ? 0x80 : 0) | static_cast<int>(opcode));
    const auto size = static_cast<quint64>(payload.size());
    const int masked = isMasked ? 0x80 : 0;
    const int lengthBytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
    frame += static_cast<char>(masked | (lengthBytes == 0 ? static_cast<int>(size) : lengthBytes == 2 ? 126 : 127));
    for (int i = lengthBytes - 1; i >= 0; --i)
        frame += static_cast<char>(size >> (8 * i) & 0xFF);
    if (!isMasked)
        return frame + payload;
    frame.append(kMask, 4);
    for (qsizetype i = 0; i < payload.size(); ++i)
        frame += static_cast<char>(payload[i] ^ kMask[i % 4]);
    return frame;
}

inline QByteArray webSocketCloseFrame(int code, const QByteArray &reason, bool isMasked)
{
    const QByteArray payload = QByteArray(1, static_cast<char>(code >> 8)) + static_cast<char>(code & 0xFF) + reason;
    return webSocketFrame(Opcode::Close, payload, isMasked);
}

/// What a server answers to that key (RFC 6455 4.2.2).
inline QByteArray webSocketAccept(const QByteArray &key)
{
    return QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1).toBase64();
}

/// Keeps what one side of a WebSocket says.
struct WebSocketLog
{
    http::WebSocketReader reader{{[this](const http::WebSocketMessage &message) {
                                      texts.emplace_back(message.text);
                                      sizes.push_back(message.size);
                                  },
                                  [this](const http::WebSocketClose &close) {
                                      closeCode = close.code;
                                      closeReason = close.reason;
                                  }}};
    std::vector<std::string> texts; ///< empty for binary and for long messages
    std::vector<std::uint64_t> sizes;
    int closeCode = -1; ///< -1: no close frame came
    std::string closeReason;
};

} // namespace pm::test
