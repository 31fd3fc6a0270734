// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/answer_reader.h"

#include "http/answer_head.h"
#include "http/request_head.h"

#include <algorithm>
#include <charconv>

namespace pm::http {

void AnswerReader::feed(std::string_view bytes, QByteArray &body)
{
    while (m_part == Part::Head && !bytes.empty())
        bytes.remove_prefix(takeHead(bytes));
    if (m_part == Part::Raw)
        body.append(bytes.data(), static_cast<qsizetype>(bytes.size()));
    else if (m_part == Part::Body)
        takeBody(bytes, body);
}

void AnswerReader::end()
{
    const bool untilClose = m_part == Part::Body && !m_chunks && !m_left;
    if (untilClose || m_part == Part::Raw)
        m_part = Part::Done;
}

std::size_t AnswerReader::takeHead(std::string_view bytes)
{
    const std::size_t end = bytes.find('\n');
    const std::size_t count = end == std::string_view::npos ? bytes.size() : end + 1;
    m_headBytes += count;
    if (m_headBytes > kMostHead) {
        broken("sent a head of more than 64 KiB");
        return count;
    }
    m_line.append(bytes.substr(0, count));
    if (end != std::string_view::npos)
        takeLine();
    return count;
}

void AnswerReader::takeLine()
{
    m_line.pop_back();
    if (m_line.ends_with('\r'))
        m_line.pop_back();
    const std::string line = std::exchange(m_line, {});
    if (m_head.status == 0) {
        if (!takeStatusLine(line))
            broken("did not answer in HTTP; check that the address is an API's");
    } else if (line.empty()) {
        endHead();
    } else if (const auto problem = parseField(line, m_head.headers)) {
        broken("sent a head that cannot be read: " + problem->error.message);
    }
}

/// "HTTP/1.1 101 Switching Protocols"
bool AnswerReader::takeStatusLine(std::string_view line)
{
    constexpr std::string_view kStart = "HTTP/1.";
    constexpr std::size_t kStatusAt = kStart.size() + 2;
    if (!line.starts_with(kStart) || line.size() < kStatusAt + 3 || line[kStatusAt - 1] != ' ')
        return false;
    const char *const status = line.data() + kStatusAt;
    const auto [end, failed] = std::from_chars(status, status + 3, m_head.status);
    m_head.httpVersion = line.substr(kStart.size() - 2, 3);
    return failed == std::errc() && end == status + 3 && m_head.status >= 100;
}

void AnswerReader::endHead()
{
    if (m_head.status < 200 && m_head.status != 101) {
        m_head = {};
        return;
    }
    m_hasHead = true;
    m_part = m_head.status == 101 ? Part::Raw : Part::Body;
    if (m_part == Part::Raw)
        return;
    const auto codings = listMembers(m_head.headers, "transfer-encoding");
    const std::string_view length = m_head.headers.value("content-length");
    if (!codings.empty() && equalsIgnoreCase(codings.back(), "chunked")) {
        m_chunks.emplace(ChunkedBody::Limits{kMostBody, kMostHead});
    } else if (codings.empty() && !length.empty()) {
        const auto [end, failed] =
            std::from_chars(length.data(), length.data() + length.size(), m_left.emplace());
        if (failed != std::errc() || end != length.data() + length.size())
            return broken("sent a content-length that is no number");
    }
    if (statusHasNoBody(m_head.status) || m_left == std::uint64_t(0))
        m_part = Part::Done;
}

void AnswerReader::takeBody(std::string_view bytes, QByteArray &body)
{
    if (m_chunks) {
        QByteArray decoded; // the limit is of the whole, which is not kept
        m_chunks->feed(bytes, decoded);
        bytes = {decoded.constData(), static_cast<std::size_t>(decoded.size())};
        const bool isOver = m_bodyBytes + bytes.size() >= kMostBody;
        const auto &problem = m_chunks->problem();
        if (m_chunks->isDone() || isOver || (problem && problem->error.kind == ErrorKind::PayloadTooLarge))
            m_part = Part::Done;
        else if (problem)
            broken("sent a body whose chunks cannot be read: " + problem->error.message);
        body.append(decoded.left(static_cast<qsizetype>(kMostBody - m_bodyBytes)));
        m_bodyBytes += bytes.size();
        return;
    }
    const std::size_t count =
        std::min({std::uint64_t(bytes.size()), m_left.value_or(kMostBody), std::uint64_t(kMostBody - m_bodyBytes)});
    body.append(bytes.data(), static_cast<qsizetype>(count));
    m_bodyBytes += count;
    if (m_left)
        *m_left -= count;
    if (m_left == std::uint64_t(0) || m_bodyBytes == kMostBody)
        m_part = Part::Done;
}

void AnswerReader::broken(std::string problem)
{
    m_part = Part::Broken;
    m_problem = std::move(problem);
}

} // namespace pm::http
