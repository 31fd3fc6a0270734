// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/trace_feed.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace pm::trace {

namespace {

/// Keeps the last head of each id, at the place where the id came first.
void keepLastOfEach(std::vector<Head> &heads)
{
    std::unordered_map<std::string_view, std::size_t> last;
    last.reserve(heads.size());
    for (std::size_t i = 0; i < heads.size(); ++i)
        last[heads[i].id] = i;
    if (last.size() == heads.size())
        return;
    std::vector<std::size_t> order; // indices of the last ones, by first appearance
    order.reserve(last.size());
    for (const Head &head : heads) {
        const auto found = last.find(head.id);
        if (found == last.end())
            continue;
        order.push_back(found->second);
        last.erase(found);
    }
    std::vector<Head> kept;
    kept.reserve(order.size());
    for (const std::size_t i : order)
        kept.push_back(std::move(heads[i]));
    heads = std::move(kept);
}

} // namespace

void Feed::publish(Head head)
{
    if (!m_enabled.load(std::memory_order_relaxed))
        return;
    const std::lock_guard lock(m_mutex);
    if (m_pending.size() >= kMaxPending) {
        // An eighth at once, so that a reader that hangs costs each publish next to nothing.
        const std::size_t target = kMaxPending - kMaxPending / 8;
        keepLastOfEach(m_pending);
        std::size_t excess = m_pending.size() > target ? m_pending.size() - target : 0;
        m_dropped += excess;
        std::erase_if(m_pending, [&](const Head &old) {
            return old.state == State::Running && excess > 0 && excess-- > 0;
        });
        m_pending.erase(m_pending.begin(), m_pending.begin() + static_cast<std::ptrdiff_t>(excess));
    }
    m_pending.push_back(std::move(head));
}

std::vector<Head> Feed::take()
{
    std::vector<Head> taken;
    {
        const std::lock_guard lock(m_mutex);
        taken.swap(m_pending);
    }
    keepLastOfEach(taken);
    return taken;
}

void Feed::setEnabled(bool enabled)
{
    m_enabled.store(enabled, std::memory_order_relaxed);
    if (enabled)
        return;
    const std::lock_guard lock(m_mutex);
    m_pending.clear();
}

std::uint64_t Feed::dropped() const
{
    const std::lock_guard lock(m_mutex);
    return m_dropped;
}

} // namespace pm::trace
