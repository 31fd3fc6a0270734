// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/request_framing.h"

#include <algorithm>

namespace pm::http {

namespace {

/// Room made at once for a body whose length is declared: what is only promised is not reserved.
constexpr std::uint64_t kFirstBodyRoom = 256 * 1024;

} // namespace

std::size_t RequestFraming::feed(std::string_view bytes)
{
    std::size_t taken = 0;
    while (taken < bytes.size() && m_state != State::Complete && m_state != State::Refused) {
        const std::string_view rest = bytes.substr(taken);
        switch (m_part) {
        case Part::Line:
            taken += feedLine(rest);
            break;
        case Part::Fields:
            taken += feedFields(rest);
            break;
        case Part::LengthBody:
            taken += feedLengthBody(rest);
            break;
        case Part::ChunkedBody:
            taken += feedChunkedBody(rest);
            break;
        }
    }
    return taken;
}

void RequestFraming::reset()
{
    *this = RequestFraming(m_limits);
}

std::string_view RequestFraming::method() const
{
    if (m_part == Part::Line)
        return {};
    return m_request.method.empty() ? m_line.method : m_request.method;
}

std::string_view RequestFraming::path() const
{
    if (m_part == Part::Line)
        return {};
    const std::string_view target = m_request.target.empty() ? m_line.target : m_request.target;
    return target.substr(0, target.find('?'));
}

std::size_t RequestFraming::feedLine(std::string_view bytes)
{
    std::size_t taken = 0;
    std::size_t blank = 0;
    while (taken < bytes.size() && m_part == Part::Line && m_state != State::Refused) {
        if (++m_headBytes > m_limits.headerBytes) {
            refuseHeadSize();
            break;
        }
        const RequestLine::Step step = m_line.take(bytes[taken++]);
        if (step == RequestLine::Step::Bad)
            refuse(m_line.problem());
        else if (m_line.isBlank())
            blank = taken;
        else if (step == RequestLine::Step::Done)
            m_part = Part::Fields;
    }
    m_head.append(bytes.data() + blank, static_cast<qsizetype>(taken - blank));
    m_lineStart = m_head.size();
    if (m_state == State::Idle && !m_line.isBlank())
        m_state = State::Head;
    return taken;
}

std::size_t RequestFraming::feedFields(std::string_view bytes)
{
    const std::size_t room = m_limits.headerBytes - m_headBytes;
    const std::size_t end = bytes.find('\n');
    const std::size_t count = end == std::string_view::npos ? bytes.size() : end + 1;
    if (count > room) {
        refuseHeadSize();
        return 0;
    }
    m_head.append(bytes.data(), static_cast<qsizetype>(count));
    m_headBytes += count;
    if (end != std::string_view::npos && takeFieldLine())
        finishFields();
    return count;
}

/// True at the blank line that ends the head.
bool RequestFraming::takeFieldLine()
{
    const std::string_view line(m_head.constData() + m_lineStart,
                                static_cast<std::size_t>(m_head.size() - m_lineStart));
    m_lineStart = m_head.size();
    if (line.size() < 2 || line[line.size() - 2] != '\r') {
        refuse(refusal(ErrorKind::BadRequest, "a header line must end with CR LF"));
        return false;
    }
    const std::string_view text = line.substr(0, line.size() - 2);
    if (text.empty())
        return true;
    if (m_request.headers.size() >= m_limits.headerFields) {
        refuse(refusal(ErrorKind::HeaderTooLarge,
                       "more than " + std::to_string(m_limits.headerFields) + " header fields"));
        return false;
    }
    if (auto problem = parseField(text, m_request.headers))
        refuse(std::move(*problem));
    return false;
}

void RequestFraming::finishFields()
{
    if (auto problem = finishHead(std::move(m_line), m_request, m_framing))
        return refuse(std::move(*problem));
    m_line = {};
    if (m_framing.contentLength > m_limits.bodyBytes)
        return refuse(refusal(ErrorKind::PayloadTooLarge,
                              "the body is longer than " + std::to_string(m_limits.bodyBytes) + " bytes"));
    const bool hasBody = m_framing.isChunked || m_framing.contentLength > 0;
    m_part = m_framing.isChunked ? Part::ChunkedBody : Part::LengthBody;
    m_state = hasBody ? State::Body : State::Complete;
    if (m_state == State::Body && !m_framing.isChunked)
        m_request.body.reserve(static_cast<qsizetype>(std::min(m_framing.contentLength, kFirstBodyRoom)));
}

std::size_t RequestFraming::feedLengthBody(std::string_view bytes)
{
    const auto have = static_cast<std::uint64_t>(m_request.body.size());
    const std::size_t count = std::min<std::uint64_t>(m_framing.contentLength - have, bytes.size());
    m_request.body.append(bytes.data(), static_cast<qsizetype>(count));
    if (have + count == m_framing.contentLength)
        m_state = State::Complete;
    return count;
}

std::size_t RequestFraming::feedChunkedBody(std::string_view bytes)
{
    const std::size_t count = m_chunks.feed(bytes, m_request.body);
    if (m_chunks.problem())
        refuse(*m_chunks.problem());
    else if (m_chunks.isDone())
        m_state = State::Complete;
    return count;
}

void RequestFraming::refuse(Refusal problem)
{
    m_problem = std::move(problem);
    m_state = State::Refused;
}

void RequestFraming::refuseHeadSize()
{
    refuse(refusal(ErrorKind::HeaderTooLarge,
                   "the header is longer than " + std::to_string(m_limits.headerBytes) + " bytes"));
}

} // namespace pm::http
