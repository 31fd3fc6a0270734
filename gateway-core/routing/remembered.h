// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace pm::routing {

/// Which target a request's conversation was at, as far as a node remembers it. Lives for one choice.
class Remembered
{
public:
    Remembered(const Node &node, const ChooseContext &context, std::chrono::milliseconds maxAge);

    bool isKnown() const { return m_mark.has_value(); }
    bool is(const Target &target) const;
    /// Has the target that answers remembered for the next request.
    void rememberThrough(std::vector<Candidate> &candidates) const;

private:
    std::shared_ptr<NodeState> m_state;
    std::uint64_t m_conversation = 0;
    std::optional<std::uint16_t> m_mark;
};

} // namespace pm::routing
