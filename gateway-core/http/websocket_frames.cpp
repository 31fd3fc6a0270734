// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/websocket_frames.h"

#include <algorithm>

namespace pm::http {

namespace {

constexpr unsigned kContinuation = 0;
constexpr unsigned kText = 1;
constexpr unsigned kBinary = 2;
constexpr unsigned kClose = 8;
constexpr unsigned kPong = 10;
constexpr std::size_t kMostControl = 125; ///< bytes of a control frame's payload (RFC 6455 5.5)

unsigned byteAt(std::string_view bytes, std::size_t index)
{
    return static_cast<unsigned char>(bytes[index]);
}

/// Bytes behind the first two that say the length (RFC 6455 5.2).
std::size_t lengthBytes(unsigned shortLength)
{
    return shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
}

} // namespace

void WebSocketReader::feed(std::string_view bytes)
{
    while (m_part == Part::Head || m_part == Part::Payload) {
        if (bytes.empty())
            return;
        bytes.remove_prefix(m_part == Part::Head ? takeHead(bytes) : takePayload(bytes));
    }
}

/// Known only in steps: two bytes say how many there are.
std::size_t WebSocketReader::headSize() const
{
    if (m_head.size() < 2)
        return 2;
    const unsigned second = byteAt(m_head, 1);
    return 2 + lengthBytes(second & 0x7FU) + ((second & 0x80U) != 0 ? m_mask.size() : 0);
}

std::size_t WebSocketReader::takeHead(std::string_view bytes)
{
    std::size_t taken = 0;
    while (m_head.size() < headSize() && taken < bytes.size())
        m_head += bytes[taken++];
    if (m_head.size() == headSize())
        beginFrame();
    return taken;
}

void WebSocketReader::beginFrame()
{
    const unsigned shortLength = byteAt(m_head, 1) & 0x7FU;
    const std::size_t count = lengthBytes(shortLength);
    m_length = count == 0 ? shortLength : 0;
    for (std::size_t i = 0; i < count; ++i)
        m_length = m_length << 8 | byteAt(m_head, 2 + i);
    m_mask = {};
    if ((byteAt(m_head, 1) & 0x80U) != 0)
        std::copy_n(m_head.end() - static_cast<std::ptrdiff_t>(m_mask.size()), m_mask.size(), m_mask.begin());
    if (!isSound()) {
        m_part = Part::Nonsense;
        return;
    }
    if (!isControl() && !m_isInMessage) {
        m_message = {.isText = opcode() == kText};
        m_text.clear();
        m_isInMessage = true;
    }
    m_taken = 0;
    m_control.clear();
    m_part = Part::Payload;
    if (m_length == 0)
        endFrame();
}

bool WebSocketReader::isSound() const
{
    const bool hasReserved = (byteAt(m_head, 0) & 0x70U) != 0; // extensions, which were not agreed on
    if (hasReserved || m_length >> 63 != 0)
        return false;
    if (isControl())
        return opcode() <= kPong && isFinal() && m_length <= kMostControl;
    return opcode() <= kBinary && (opcode() == kContinuation) == m_isInMessage;
}

std::size_t WebSocketReader::takePayload(std::string_view bytes)
{
    const std::size_t count = std::min<std::uint64_t>(m_length - m_taken, bytes.size());
    std::string *into = isControl() ? &m_control : m_message.isText ? &m_text : nullptr;
    if (!isControl()) {
        m_message.size += count;
        if (m_message.size > kMostText)
            into = nullptr;
    }
    if (into) {
        const std::size_t begin = into->size();
        into->append(bytes.substr(0, count));
        for (std::size_t i = 0; i < count; ++i)
            (*into)[begin + i] = static_cast<char>((*into)[begin + i] ^ m_mask[(m_taken + i) % m_mask.size()]);
    }
    m_taken += count;
    if (m_taken == m_length)
        endFrame();
    return count;
}

void WebSocketReader::endFrame()
{
    const bool isControlFrame = isControl();
    const bool isLast = isFinal();
    m_part = Part::Head;
    if (isControlFrame)
        return endControl();
    m_head.clear();
    if (!isLast)
        return;
    m_isInMessage = false;
    if (m_message.size <= kMostText)
        m_message.text = m_text;
    if (m_callbacks.onMessage)
        m_callbacks.onMessage(m_message);
    if (m_text.capacity() > kMostText / 4)
        m_text = {}; // one large message should not hold its room for hours
}

void WebSocketReader::endControl()
{
    const bool isClose = opcode() == kClose;
    m_head.clear();
    if (!isClose)
        return;
    if (m_control.size() == 1) { // half a code
        m_part = Part::Nonsense;
        return;
    }
    m_part = Part::Closed;
    WebSocketClose close;
    if (m_control.size() >= 2) {
        close.code = static_cast<int>(byteAt(m_control, 0) << 8 | byteAt(m_control, 1));
        close.reason = std::string_view(m_control).substr(2);
    }
    if (m_callbacks.onClose)
        m_callbacks.onClose(close);
}

std::string webSocketClose(int code, std::string_view reason, std::optional<WebSocketMask> mask)
{
    std::string payload{static_cast<char>(code >> 8 & 0xFF), static_cast<char>(code & 0xFF)};
    payload += reason.substr(0, kMostControl - payload.size());
    std::string frame{static_cast<char>(0x80U | kClose), static_cast<char>(payload.size() | (mask ? 0x80U : 0U))};
    if (mask) {
        frame.append(mask->data(), mask->size());
        for (std::size_t i = 0; i < payload.size(); ++i)
            payload[i] = static_cast<char>(payload[i] ^ (*mask)[i % mask->size()]);
    }
    return frame + payload;
}

} // namespace pm::http
