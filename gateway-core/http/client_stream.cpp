// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/client_stream.h"

#include "http/answer_head.h"

#include <array>
#include <charconv>
#include <utility>

namespace pm::http {

namespace {

/// A body up to this size is copied behind its head, so that both go out in one piece.
constexpr qsizetype kJoinedBody = 16 * 1024;

void putChunk(AnswerSink &sink, std::string_view bytes)
{
    std::array<char, 18> size{};
    char *end = std::to_chars(size.data(), size.data() + size.size() - 2, bytes.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    sink.put(std::string_view(size.data(), static_cast<std::size_t>(end - size.data())));
    sink.put(bytes);
    sink.put(std::string_view("\r\n"));
}

} // namespace

ConnectionStream::~ConnectionStream()
{
    if (!m_sink)
        return;
    if (m_hasBegun)
        ConnectionStream::abort();
    else
        release()->answerNeverCame();
}

AnswerSink *ConnectionStream::release()
{
    return std::exchange(m_sink, nullptr);
}

bool ConnectionStream::keepsAlive(const Headers &headers) const
{
    return m_rules.keepsAlive && !m_sink->isDraining() &&
           !equalsIgnoreCase(headers.value("connection"), "close");
}

void ConnectionStream::send(int status, Headers headers, QByteArray body)
{
    if (!m_sink || m_hasBegun)
        return;
    AnswerFraming framing;
    framing.closes = !keepsAlive(headers);
    framing.upgrade = headers.value("upgrade");
    if (!statusHasNoBody(status))
        framing.contentLength = static_cast<std::uint64_t>(body.size());
    const bool hasBody = framing.contentLength.value_or(0) > 0 && !m_rules.isHead;
    const bool isJoined = hasBody && body.size() <= kJoinedBody;
    QByteArray head = answerHead(status, headers, framing, isJoined ? body.size() : 0);
    if (isJoined)
        head.append(body);
    AnswerSink *sink = release();
    sink->put(head);
    if (hasBody && !isJoined)
        sink->put(body);
    sink->finishAnswer(!framing.closes);
}

void ConnectionStream::begin(int status, Headers headers)
{
    if (!m_sink || m_hasBegun)
        return;
    m_hasBegun = true;
    m_writesBody = !m_rules.isHead && !statusHasNoBody(status);
    m_keepsAlive = keepsAlive(headers);
    AnswerFraming framing;
    framing.closes = !m_keepsAlive;
    framing.isChunked = !m_rules.isHttp10 && !statusHasNoBody(status);
    m_sink->put(answerHead(status, headers, framing));
    m_sink->flushSoon();
}

void ConnectionStream::upgrade(Headers headers)
{
    if (!m_sink || m_hasBegun)
        return;
    m_hasBegun = m_isTunnel = true;
    m_keepsAlive = false;
    AnswerFraming framing;
    framing.upgrade = "websocket";
    m_sink->put(answerHead(101, headers, framing));
    m_sink->flushSoon();
    m_sink->beginTunnel();
}

void ConnectionStream::setReading(bool on)
{
    if (m_sink && m_isTunnel)
        m_sink->setTunnelReading(on);
}

void ConnectionStream::write(std::string_view bytes)
{
    // An empty chunk would end the answer.
    if (!m_sink || !m_hasBegun || !m_writesBody || bytes.empty())
        return;
    if (m_rules.isHttp10 || m_isTunnel)
        m_sink->put(bytes);
    else
        putChunk(*m_sink, bytes);
    m_sink->flushSoon();
    m_isAboveHigh = m_isAboveHigh || bytesPending() > kHighWatermark;
}

void ConnectionStream::end()
{
    if (!m_sink || !m_hasBegun)
        return;
    AnswerSink *sink = release();
    if (m_writesBody && !m_rules.isHttp10 && !m_isTunnel)
        sink->put(std::string_view("0\r\n\r\n"));
    sink->finishAnswer(m_keepsAlive);
}

void ConnectionStream::abort()
{
    if (m_sink)
        release()->cutAnswer(m_rules.isHttp10 && m_hasBegun);
}

void ConnectionStream::connectionLost()
{
    const std::shared_ptr<ConnectionStream> alive = shared_from_this(); // the callback may let go of us
    m_sink = nullptr;
    onDrained = nullptr;
    onData = nullptr;
    if (const auto callback = std::exchange(onClosed, nullptr))
        callback();
}

void ConnectionStream::bytesCame(std::string_view bytes)
{
    const std::shared_ptr<ConnectionStream> alive = shared_from_this();
    if (const auto callback = onData)
        callback(bytes);
}

void ConnectionStream::bytesLeft()
{
    if (!m_isAboveHigh || bytesPending() >= kLowWatermark)
        return;
    m_isAboveHigh = false;
    const std::shared_ptr<ConnectionStream> alive = shared_from_this();
    if (const auto callback = onDrained)
        callback();
}

} // namespace pm::http
