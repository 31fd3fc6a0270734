// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/send_queue.h"

#include <algorithm>

namespace pm::http {

namespace {

/// Up to this size a piece is worth copying behind its predecessor: one call then sends both.
constexpr std::size_t kJoined = 16 * 1024;
/// An empty queue keeps a piece of this room for the next bytes: the events of a stream fit into it.
constexpr qsizetype kKept = 1024;

} // namespace

void SendQueue::add(std::string_view bytes)
{
    if (bytes.empty())
        return;
    if (!m_canJoin) {
        m_pieces.emplace_back();
        m_canJoin = true;
    }
    m_pieces.back().append(bytes.data(), static_cast<qsizetype>(bytes.size()));
    m_size += bytes.size();
    if (static_cast<std::size_t>(m_pieces.back().size()) >= kJoined)
        m_canJoin = false;
}

void SendQueue::share(const QByteArray &bytes)
{
    const auto size = static_cast<std::size_t>(bytes.size());
    if (size < kJoined && m_canJoin)
        return add(std::string_view(bytes.constData(), size));
    if (bytes.isEmpty())
        return;
    m_pieces.push_back(bytes);
    m_size += size;
    m_canJoin = false;
}

std::size_t SendQueue::front(std::string_view *pieces, std::size_t most) const
{
    const std::size_t count = std::min(most, m_pieces.size() - m_first);
    for (std::size_t i = 0; i < count; ++i) {
        const QByteArray &piece = m_pieces[m_first + i];
        pieces[i] = {piece.constData(), static_cast<std::size_t>(piece.size())};
    }
    if (count > 0)
        pieces[0].remove_prefix(m_offset);
    return count > 0 && m_size > 0 ? count : 0;
}

void SendQueue::drop(std::size_t count)
{
    m_size -= count;
    if (m_size == 0)
        return clear();
    m_offset += count;
    while (m_offset >= static_cast<std::size_t>(m_pieces[m_first].size())) {
        m_offset -= static_cast<std::size_t>(m_pieces[m_first].size());
        m_pieces[m_first++].clear();
    }
    // A slow reader's queue may never get empty.
    if (m_first > 64 && m_first > m_pieces.size() / 2) {
        m_pieces.erase(m_pieces.begin(), m_pieces.begin() + static_cast<std::ptrdiff_t>(m_first));
        m_first = 0;
    }
}

void SendQueue::clear()
{
    m_first = 0;
    m_offset = 0;
    m_size = 0;
    const bool keeps = m_canJoin && m_pieces.back().capacity() <= kKept;
    if (!keeps) {
        m_pieces.clear();
        m_canJoin = false;
        return;
    }
    if (m_pieces.size() > 1) {
        m_pieces.front() = std::move(m_pieces.back());
        m_pieces.resize(1);
    }
    m_pieces.back().resize(0); // keeps its room
}

} // namespace pm::http
