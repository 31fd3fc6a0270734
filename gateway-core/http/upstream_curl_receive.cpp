// SPDX-License-Identifier: GPL-3.0-or-later
//
// The side of Transfer that libcurl calls: the head line by line, then the body.
#include "http/upstream_curl_multi.h"
#include "http/upstream_curl_transfer.h"

#include <algorithm>
#include <charconv>

namespace pm::http {

namespace {

using std::chrono::steady_clock;

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

} // namespace

std::size_t Transfer::onHeader(char *data, std::size_t size, std::size_t count, void *self)
{
    Transfer &transfer = *static_cast<Transfer *>(self);
    const std::size_t bytes = size * count;
    if (transfer.isCancelled())
        return 0;
    if (transfer.m_headSeen)
        return bytes; // a trailer
    if (transfer.m_firstByte == Time{})
        transfer.m_firstByte = steady_clock::now();
    transfer.m_headBytes += bytes;
    if (transfer.m_headBytes > kMaxBytesOfHead) {
        transfer.m_headTooLarge = true;
        return 0;
    }
    const std::string_view line = trimmed({data, bytes});
    if (!line.empty())
        transfer.readHeaderLine(line);
    else if (!transfer.finishHead())
        return 0;
    return bytes;
}

void Transfer::readHeaderLine(std::string_view line)
{
    if (line.substr(0, 5) == "HTTP/") { // "HTTP/1.1 200 OK"; an interim answer is followed by another
        m_head = {};
        const std::size_t space = std::min(line.find(' '), line.size());
        m_head.httpVersion = line.substr(5, space - 5);
        const std::string_view status = trimmed(line.substr(space));
        std::from_chars(status.data(), status.data() + status.size(), m_head.status);
        return;
    }
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && colon > 0)
        m_head.headers.add(std::string(trimmed(line.substr(0, colon))),
                           std::string(trimmed(line.substr(colon + 1))));
}

bool Transfer::finishHead()
{
    if (m_head.status < 200)
        return true; // interim
    m_headSeen = true;
    const std::string_view encoding = m_head.headers.value("content-encoding");
    if (!encoding.empty() && !equalsIgnoreCase(encoding, "identity")) {
        m_head.headers.remove("content-encoding");
        m_head.headers.remove("content-length"); // it was that of the packed body
    }
    if (m_callbacks.onHead)
        m_callbacks.onHead(m_head);
    return !isCancelled();
}

std::size_t Transfer::onBody(char *data, std::size_t size, std::size_t count, void *self)
{
    Transfer &transfer = *static_cast<Transfer *>(self);
    const std::size_t bytes = size * count;
    if (transfer.isCancelled())
        return 0;
    if (transfer.m_paused) {
        transfer.m_stopped = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    transfer.m_lastPiece = steady_clock::now();
    const bool first = transfer.m_received == 0;
    transfer.m_received += static_cast<long long>(bytes);
    if (first)
        transfer.m_multi.watch(transfer.deadline()); // idle may be shorter than first-byte
    if (transfer.m_callbacks.onData)
        transfer.m_callbacks.onData({data, bytes});
    return transfer.isCancelled() ? 0 : bytes;
}

} // namespace pm::http
