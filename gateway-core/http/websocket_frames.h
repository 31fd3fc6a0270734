// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

// Frames of the WebSocket protocol (RFC 6455 5), for who looks on while they pass. Pure: no I/O, no clock.
namespace pm::http {

/// A whole message, its fragments joined and the mask undone.
struct WebSocketMessage
{
    bool isText = false;
    std::uint64_t size = 0; ///< bytes
    std::string_view text;  ///< of a text message; empty when it is longer than WebSocketReader::kMostText
};

struct WebSocketClose
{
    int code = 0; ///< 0: the frame had none
    std::string_view reason;
};

/// Reads what one side sends, at any split. It only looks on: after nonsense, compressed frames among it, and after a
/// close frame it reads no further, and who passes the bytes on is not concerned.
class WebSocketReader
{
public:
    struct Callbacks
    {
        std::function<void(const WebSocketMessage &)> onMessage;
        std::function<void(const WebSocketClose &)> onClose;
    };
    /// Text that is kept of one message; of binary ones only the size.
    static constexpr std::size_t kMostText = 1024 * 1024;

    explicit WebSocketReader(Callbacks callbacks) : m_callbacks(std::move(callbacks)) {}

    void feed(std::string_view bytes);
    bool hasClosed() const { return m_part == Part::Closed; }
    /// Nothing of a frame is open: a frame of our own may follow what was read. False after nonsense.
    bool isBetweenFrames() const { return m_part == Part::Head && m_head.empty(); }

private:
    enum class Part { Head, Payload, Closed, Nonsense };

    std::size_t takeHead(std::string_view bytes);
    std::size_t headSize() const;
    void beginFrame();
    bool isSound() const;
    std::size_t takePayload(std::string_view bytes);
    void endFrame();
    void endControl();

    unsigned opcode() const { return static_cast<unsigned char>(m_head[0]) & 0x0FU; }
    bool isFinal() const { return (static_cast<unsigned char>(m_head[0]) & 0x80U) != 0; }
    bool isControl() const { return opcode() >= 8; }

    Callbacks m_callbacks;
    Part m_part = Part::Head;
    std::string m_head;           ///< of the frame that is being read
    std::uint64_t m_length = 0;   ///< of its payload
    std::uint64_t m_taken = 0;
    std::array<char, 4> m_mask{}; ///< zeros: none
    std::string m_control;        ///< payload of a control frame
    bool m_isInMessage = false;   ///< fragments are still to come
    WebSocketMessage m_message;
    std::string m_text;
};

using WebSocketMask = std::array<char, 4>;

/// A frame that says goodbye, with a mask on the way to a server (RFC 6455 5.5.1, 5.3). A reason of more than 123 bytes
/// is cut.
std::string webSocketClose(int code, std::string_view reason, std::optional<WebSocketMask> mask);

} // namespace pm::http
