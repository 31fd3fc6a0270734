// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/chunked_body.h"
#include "http/request_head.h"
#include "http/server.h"

#include <QByteArray>

#include <cstddef>
#include <optional>
#include <string_view>

namespace pm::http {

/// Finds where one request begins and ends in a stream of bytes, and refuses what breaks a rule or a limit,
/// as early as it can be known. The outcome does not depend on how the bytes are split. Pure: no I/O, no
/// clock; one object for one request after another.
class RequestFraming
{
public:
    struct Limits
    {
        std::size_t headerBytes = 64 * 1024; ///< request line, fields and line ends together
        std::size_t headerFields = 100;
        std::size_t bodyBytes = 64 * 1024 * 1024; ///< after chunked coding
    };
    enum class State {
        Idle, ///< nothing but blank lines so far
        Head,
        Body,     ///< the head is accepted
        Complete, ///< request() and wire() may be taken
        Refused,  ///< problem() says why; the stream cannot be understood any further
    };

    explicit RequestFraming(Limits limits)
        : m_limits(limits)
        , m_chunks({limits.bodyBytes, limits.headerBytes})
    {
    }

    /// Takes bytes of one request and stops behind it. Returns how many it took; 0 when Complete or Refused.
    std::size_t feed(std::string_view bytes);
    State state() const { return m_state; }
    const std::optional<Refusal> &problem() const { return m_problem; }

    /// From Body on. The body is complete in Complete; peer fields are the caller's.
    Request &request() { return m_request; }
    const Framing &framing() const { return m_framing; }
    /// For telling about a refusal: both empty before the request line is complete. The path has no query,
    /// which may carry a key.
    std::string_view method() const;
    std::string_view path() const;
    /// The head's bytes exactly as they came, without blank lines before it.
    const QByteArray &head() const { return m_head; }

    /// Begins the next request.
    void reset();

private:
    enum class Part { Line, Fields, LengthBody, ChunkedBody };

    std::size_t feedLine(std::string_view bytes);
    std::size_t feedFields(std::string_view bytes);
    std::size_t feedLengthBody(std::string_view bytes);
    std::size_t feedChunkedBody(std::string_view bytes);
    bool takeFieldLine();
    void finishFields();
    void refuse(Refusal problem);
    void refuseHeadSize();

    Limits m_limits;
    State m_state = State::Idle;
    Part m_part = Part::Line;
    RequestLine m_line;
    std::size_t m_headBytes = 0; ///< blank lines before the head count as well
    qsizetype m_lineStart = 0;   ///< in m_head
    QByteArray m_head;
    ChunkedBody m_chunks;
    Request m_request;
    Framing m_framing;
    std::optional<Refusal> m_problem;
};

} // namespace pm::http
