// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/json_progress.h"

namespace pm {

void JsonProgress::step(char c)
{
    if (m_inString) {
        if (m_isEscaped)
            m_isEscaped = false;
        else if (c == '\\')
            m_isEscaped = true;
        else if (c == '"')
            m_inString = false;
        return;
    }
    if (c == '"') {
        m_inString = true;
    } else if (c == '{' || c == '[') {
        ++m_depth;
    } else if (c == '}' || c == ']') {
        --m_depth;
        m_isComplete = m_depth <= 0;
    }
}

std::size_t JsonProgress::take(std::string_view piece)
{
    std::size_t taken = 0;
    while (taken < piece.size() && !m_isComplete)
        step(piece[taken++]);
    return taken;
}

} // namespace pm
