// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/trace.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace pm::ui {

/// The heads a list holds, oldest first, found by id in constant time. Grows at both ends; what it may hold
/// is its owner's business. Positions are 0 for the oldest.
class TraceRing
{
public:
    std::size_t size() const { return m_heads.size(); }
    bool isEmpty() const { return m_heads.empty(); }
    const trace::Head &at(std::size_t position) const { return m_heads[position]; }
    std::optional<std::size_t> find(const std::string &id) const;

    void append(trace::Head head);
    void prepend(trace::Head head);
    void replace(std::size_t position, trace::Head head) { m_heads[position] = std::move(head); }
    void dropOldest(std::size_t count);
    void clear();

private:
    std::deque<trace::Head> m_heads;
    std::unordered_map<std::string, std::int64_t> m_places; ///< id -> position + m_offset
    std::int64_t m_offset = 0;                              ///< place of position 0
};

} // namespace pm::ui
