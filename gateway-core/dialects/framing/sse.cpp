// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/sse.h"

#include <algorithm>

namespace pm {

namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";

/// Finds line ends with a search that looks at each byte once for LF and once for CR, however they are mixed.
class LineEnds
{
public:
    explicit LineEnds(std::string_view bytes)
        : m_bytes(bytes)
    {
    }
    /// The first LF or CR at or after `from`; npos when there is none.
    std::size_t next(std::size_t from)
    {
        if (m_lf != std::string_view::npos && (m_lf < from || !m_started))
            m_lf = m_bytes.find('\n', from);
        if (m_cr != std::string_view::npos && (m_cr < from || !m_started))
            m_cr = m_bytes.find('\r', from);
        m_started = true;
        return std::min(m_lf, m_cr);
    }

private:
    std::string_view m_bytes;
    std::size_t m_lf = 0;
    std::size_t m_cr = 0;
    bool m_started = false;
};

} // namespace

Result<void> SseFraming::feed(std::string_view bytes, const std::function<bool(const SseEvent &)> &onEvent)
{
    if (m_afterCr && !bytes.empty()) {
        m_afterCr = false;
        if (bytes.front() == '\n')
            bytes.remove_prefix(1);
    }
    LineEnds ends(bytes);
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::size_t end = ends.next(at);
        const std::string_view piece = bytes.substr(at, end == std::string_view::npos ? end : end - at);
        if (m_line.size() + m_data.size() + piece.size() > kMaxEvent) {
            return fail(ErrorKind::UpstreamBroken,
                        "an event of the stream is larger than " + std::to_string(kMaxEvent) + " bytes");
        }
        if (end == std::string_view::npos) {
            m_line.append(piece);
            return {};
        }
        at = end + 1;
        if (bytes[end] == '\r') {
            m_afterCr = at == bytes.size();
            if (!m_afterCr && bytes[at] == '\n')
                ++at;
        }
        bool goOn = true;
        if (m_line.empty()) {
            goOn = takeLine(piece, onEvent);
        } else {
            m_line.append(piece);
            goOn = takeLine(m_line, onEvent);
            m_line.clear();
        }
        if (!goOn)
            return {};
    }
    return {};
}

bool SseFraming::hasPartial() const
{
    return !m_line.empty() || m_hasData || !m_name.empty();
}

bool SseFraming::takeLine(std::string_view line, const std::function<bool(const SseEvent &)> &onEvent)
{
    if (m_atStart) {
        m_atStart = false;
        if (line.substr(0, kBom.size()) == kBom)
            line.remove_prefix(kBom.size());
    }
    if (line.empty()) {
        const bool goOn = !m_hasData || onEvent(SseEvent{m_name, m_data});
        m_data.clear();
        m_name.clear();
        m_hasData = false;
        return goOn;
    }
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ')
        value.remove_prefix(1);
    if (field == "data") {
        if (m_hasData)
            m_data += '\n';
        m_data.append(value);
        m_hasData = true;
    } else if (field == "event") {
        m_name.assign(value);
    } // comments (an empty field), id, retry and unknown fields have no meaning here
    return true;
}

std::size_t endOfSseEvent(std::string_view text, std::size_t from)
{
    for (std::size_t at = text.find('\n', from); at != std::string_view::npos; at = text.find('\n', at + 1)) {
        std::size_t next = at + 1;
        if (next < text.size() && text[next] == '\r')
            ++next;
        if (next < text.size() && text[next] == '\n')
            return next + 1;
    }
    const std::size_t bare = text.find("\r\r", from); // nobody ends lines so, but the standard allows it
    return bare == std::string_view::npos ? bare : bare + 2;
}

void appendSse(std::string &out, std::string_view name, std::string_view data)
{
    if (!name.empty()) {
        out += "event: ";
        out += name;
        out += '\n';
    }
    out += "data: ";
    out += data;
    out += "\n\n";
}

} // namespace pm
