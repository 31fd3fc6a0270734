// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstddef>
#include <string_view>
#include <vector>

namespace pm::http {

/// Bytes on their way to a socket, in order. Small ones are joined, large ones shared with whoever made them.
/// Not bounded by itself: the writer looks at size(). One thread.
class SendQueue
{
public:
    /// Copies.
    void add(std::string_view bytes);
    /// Shares what is too large to be worth a copy.
    void share(const QByteArray &bytes);
    /// Writes views of the first pieces into `pieces`, at most `most`; returns how many. They are valid until
    /// the queue is changed.
    std::size_t front(std::string_view *pieces, std::size_t most) const;
    /// The first `count` bytes are sent.
    void drop(std::size_t count);
    void clear();

    std::size_t size() const { return m_size; }
    bool isEmpty() const { return m_size == 0; }

private:
    std::vector<QByteArray> m_pieces;
    std::size_t m_first = 0;  ///< pieces sent
    std::size_t m_offset = 0; ///< bytes sent of the piece at m_first
    std::size_t m_size = 0;
    bool m_canJoin = false; ///< the last piece is nobody else's, and small
};

} // namespace pm::http
