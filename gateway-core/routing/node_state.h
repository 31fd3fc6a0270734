// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace pm::routing {

/// What a node of a router remembers between requests: its turn, and which child a conversation went to. Shared by all
/// workers without locks. Any thread.
class NodeState
{
public:
    /// The number of this request at this node, from 0.
    std::uint64_t nextTurn() { return m_turn.fetch_add(1, std::memory_order_relaxed); }
    /// What nextTurn() will say, left to be said.
    std::uint64_t turn() const { return m_turn.load(std::memory_order_relaxed); }

    /// Which child was remembered for `key` within `maxAge`. A table of fixed size without probing: two keys of one
    /// slot drive each other out, which costs a cache hit at the provider and nothing else.
    std::optional<std::uint16_t> recall(std::uint64_t key, SteadyTime now, std::chrono::seconds maxAge) const;
    void remember(std::uint64_t key, std::uint16_t child, SteadyTime now);

private:
    static constexpr std::size_t kSlots = 4096;

    std::atomic<std::uint64_t> m_turn{0};
    std::array<std::atomic<std::uint64_t>, kSlots> m_slots{}; ///< tag of the key (24 bits), time (24), child (16)
};

/// The states of all routers' nodes by what names them, "production/chat/0.1/round-robin": kept across reloads as long
/// as the node stays in its place. Any thread; bounded.
class NodeStates
{
public:
    std::shared_ptr<NodeState> get(const std::string &name);

private:
    static constexpr std::size_t kMost = 4096; ///< beyond it all nodes are forgotten: nobody has so many

    std::mutex m_mutex;
    std::map<std::string, std::shared_ptr<NodeState>> m_byName; ///< guarded by m_mutex
};

} // namespace pm::routing
