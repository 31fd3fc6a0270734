// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/ndjson.h"

namespace pm {

namespace {

/// False to stop. Blank lines are nothing; a CR belongs to the line's end.
bool takeLine(std::string_view line, const std::function<bool(std::string_view)> &onLine)
{
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    const bool isBlank = line.find_first_not_of(" \t\r") == std::string_view::npos;
    return isBlank || onLine(line);
}

} // namespace

Result<void> NdjsonFraming::feed(std::string_view bytes, const std::function<bool(std::string_view)> &onLine)
{
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end);
        if (m_line.size() + piece.size() > kMaxLine) {
            return fail(ErrorKind::UpstreamBroken,
                        "a line of the stream is larger than " + std::to_string(kMaxLine) + " bytes");
        }
        if (end == std::string_view::npos) {
            m_line.append(piece);
            return {};
        }
        bytes.remove_prefix(end + 1);
        bool goOn = true;
        if (m_line.empty()) {
            goOn = takeLine(piece, onLine);
        } else {
            m_line.append(piece);
            goOn = takeLine(m_line, onLine);
            m_line.clear();
        }
        if (!goOn)
            return {};
    }
    return {};
}

std::size_t endOfLine(std::string_view text, std::size_t from)
{
    const std::size_t end = text.find('\n', from);
    return end == std::string_view::npos ? end : end + 1;
}

} // namespace pm
