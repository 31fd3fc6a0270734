// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace pm {

/// Tells where the text of one JSON object or array, coming in pieces, is complete: its outermost bracket has closed.
/// Each byte is looked at once. Does not validate.
class JsonProgress
{
public:
    /// Takes bytes up to the closing bracket and says how many; 0 when it is complete already.
    std::size_t take(std::string_view piece);
    bool isComplete() const { return m_isComplete; }
    bool hasBegun() const { return m_depth > 0 || m_isComplete; }

private:
    void step(char c);

    int m_depth = 0;
    bool m_inString = false;
    bool m_isEscaped = false;
    bool m_isComplete = false;
};

} // namespace pm
