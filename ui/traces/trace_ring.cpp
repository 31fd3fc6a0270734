// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/trace_ring.h"

#include <algorithm>

namespace pm::ui {

std::optional<std::size_t> TraceRing::find(const std::string &id) const
{
    const auto found = m_places.find(id);
    if (found == m_places.end())
        return std::nullopt;
    return static_cast<std::size_t>(found->second - m_offset);
}

void TraceRing::append(trace::Head head)
{
    m_places[head.id] = m_offset + static_cast<std::int64_t>(m_heads.size());
    m_heads.push_back(std::move(head));
}

void TraceRing::prepend(trace::Head head)
{
    --m_offset;
    m_places[head.id] = m_offset;
    m_heads.push_front(std::move(head));
}

void TraceRing::dropOldest(std::size_t count)
{
    count = std::min(count, m_heads.size());
    for (std::size_t i = 0; i < count; ++i)
        m_places.erase(m_heads[i].id);
    m_heads.erase(m_heads.begin(), m_heads.begin() + static_cast<std::ptrdiff_t>(count));
    m_offset += static_cast<std::int64_t>(count);
}

void TraceRing::clear()
{
    m_heads.clear();
    m_places.clear();
    m_offset = 0;
}

} // namespace pm::ui
