// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/node_state.h"

#include "base/hash.h"

#include <algorithm>

namespace pm::routing {

namespace {

constexpr std::uint64_t kTagMask = 0xFFFFFF;
constexpr std::uint64_t kTimeMask = 0xFFFFFF; ///< seconds: wraps after 194 days

std::uint64_t secondsOf(SteadyTime time)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    return static_cast<std::uint64_t>(seconds) & kTimeMask;
}

/// Never 0, which marks an empty slot.
std::uint64_t tagOf(std::uint64_t mixedKey)
{
    return std::max<std::uint64_t>(1, (mixedKey >> 40) & kTagMask);
}

} // namespace

std::optional<std::uint16_t> NodeState::recall(std::uint64_t key, SteadyTime now, std::chrono::seconds maxAge) const
{
    const std::uint64_t mixed = spread(key);
    const std::uint64_t slot = m_slots[mixed % kSlots].load(std::memory_order_relaxed);
    const std::uint64_t age = (secondsOf(now) - (slot >> 16)) & kTimeMask;
    if (slot >> 40 != tagOf(mixed) || age > static_cast<std::uint64_t>(maxAge.count()))
        return std::nullopt;
    return static_cast<std::uint16_t>(slot & 0xFFFF);
}

void NodeState::remember(std::uint64_t key, std::uint16_t child, SteadyTime now)
{
    const std::uint64_t mixed = spread(key);
    m_slots[mixed % kSlots].store(tagOf(mixed) << 40 | secondsOf(now) << 16 | child, std::memory_order_relaxed);
}

std::shared_ptr<NodeState> NodeStates::get(const std::string &name)
{
    const std::lock_guard lock(m_mutex);
    auto &state = m_byName[name];
    if (!state) {
        if (m_byName.size() > kMost) {
            m_byName.clear();
            return m_byName[name] = std::make_shared<NodeState>();
        }
        state = std::make_shared<NodeState>();
    }
    return state;
}

} // namespace pm::routing
