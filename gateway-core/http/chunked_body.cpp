// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/chunked_body.h"

#include "http/characters.h"

#include <algorithm>

namespace pm::http {

std::size_t ChunkedBody::feed(std::string_view bytes, QByteArray &body)
{
    std::size_t taken = 0;
    while (taken < bytes.size() && !isDone() && !m_problem) {
        if (m_part != Part::Data) {
            takeByte(bytes[taken++], body);
            continue;
        }
        const std::size_t count = std::min<std::uint64_t>(m_left, bytes.size() - taken);
        body.append(bytes.data() + taken, static_cast<qsizetype>(count));
        taken += count;
        m_left -= count;
        if (m_left == 0)
            m_part = Part::DataReturn;
    }
    return taken;
}

void ChunkedBody::takeByte(char c, QByteArray &body)
{
    switch (m_part) {
    case Part::Size:
        return takeSizeByte(c, static_cast<std::size_t>(body.size()));
    case Part::Extension:
        if (c == '\r')
            m_part = Part::SizeLineFeed;
        else if (!isValueChar(c) || ++m_extensionBytes > kMaxExtensionBytes)
            bad(ErrorKind::BadRequest, "a chunk extension is too long or has a control character");
        return;
    case Part::SizeLineFeed:
        if (c != '\n')
            return bad(ErrorKind::BadRequest, "a chunk size must end with CR LF");
        m_part = m_left == 0 ? Part::Trailer : Part::Data;
        m_digits = 0;
        return;
    case Part::DataReturn:
    case Part::DataLineFeed:
        if (c != (m_part == Part::DataReturn ? '\r' : '\n'))
            return bad(ErrorKind::BadRequest, "a chunk is longer than its size says");
        m_part = m_part == Part::DataReturn ? Part::DataLineFeed : Part::Size;
        return;
    case Part::Trailer:
        return takeTrailerByte(c);
    case Part::Data:
    case Part::Done:
        return;
    }
}

void ChunkedBody::takeSizeByte(char c, std::size_t bodySize)
{
    if (const int digit = hexValue(c); digit >= 0) {
        if (++m_digits > kMaxSizeDigits)
            return bad(ErrorKind::BadRequest, "a chunk size has too many digits");
        m_left = m_left * 16 + static_cast<std::uint64_t>(digit);
        if (m_left > m_limits.bodyBytes - bodySize)
            bad(ErrorKind::PayloadTooLarge,
                "the body is longer than " + std::to_string(m_limits.bodyBytes) + " bytes");
        return;
    }
    if (m_digits == 0 || (c != '\r' && c != ';' && c != ' ' && c != '\t'))
        return bad(ErrorKind::BadRequest, "a chunk must begin with its size in hexadecimal");
    m_part = c == '\r' ? Part::SizeLineFeed : Part::Extension;
}

void ChunkedBody::takeTrailerByte(char c)
{
    if (++m_trailerBytes > m_limits.trailerBytes)
        return bad(ErrorKind::HeaderTooLarge, "the trailer is too long");
    if (c != '\n') {
        m_trailerLine += c;
        return;
    }
    endTrailerLine();
}

void ChunkedBody::endTrailerLine()
{
    if (m_trailerLine.empty() || m_trailerLine.back() != '\r')
        return bad(ErrorKind::BadRequest, "a trailer line must end with CR LF");
    m_trailerLine.pop_back();
    if (m_trailerLine.empty()) {
        m_part = Part::Done;
        return;
    }
    Headers dropped;
    m_problem = parseField(m_trailerLine, dropped);
    m_trailerLine.clear();
}

} // namespace pm::http
