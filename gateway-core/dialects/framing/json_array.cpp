// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/json_array.h"

namespace pm {

Result<void> JsonArrayFraming::between(char c)
{
    const bool isSpace = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (isSpace)
        return {};
    if (c == '[' && !m_isArray && !m_hasEnded) {
        m_isArray = true;
    } else if (c == ']' && m_isArray && !m_hasEnded) {
        m_hasEnded = true;
    } else if (c != ',' || !m_isArray || m_hasEnded) {
        return fail(ErrorKind::UpstreamBroken, "the provider's stream is no JSON array of objects");
    }
    return {};
}

Result<void> JsonArrayFraming::feed(std::string_view bytes, const std::function<bool(std::string_view)> &onElement)
{
    while (!bytes.empty()) {
        if (!m_inElement && !(bytes.front() == '{' && !m_hasEnded)) {
            if (auto taken = between(bytes.front()); !taken)
                return taken;
            bytes.remove_prefix(1);
            continue;
        }
        if (!m_inElement) {
            m_inElement = true;
            m_progress = {};
            m_held.clear();
        }
        const std::size_t taken = m_progress.take(bytes);
        if (m_held.size() + taken > kMaxElement)
            return fail(ErrorKind::UpstreamBroken, "an element of the provider's stream is larger than 16 MiB");
        m_held.append(bytes.substr(0, taken));
        bytes.remove_prefix(taken);
        if (!m_progress.isComplete())
            continue;
        m_inElement = false;
        m_hasEnded = !m_isArray;
        if (!onElement(m_held))
            return {};
    }
    return {};
}

void JsonArrayWriter::element(std::string_view json, std::string &out)
{
    out += m_hasBegun ? ',' : '[';
    m_hasBegun = true;
    out.append(json);
    out += "\n\n";
}

void JsonArrayWriter::end(std::string &out)
{
    if (m_hasEnded)
        return;
    m_hasEnded = true;
    out += m_hasBegun ? "]\n\n" : "[]\n\n";
}

} // namespace pm
