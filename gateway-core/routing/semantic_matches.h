// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace pm::routing {

struct Node;

/// How near a request's prompt is to the examples of rules, as far as it was found out before the choice.
class SemanticMatches
{
public:
    struct Near
    {
        std::size_t child = 0; ///< of the node
        double similarity = 0; ///< cosine, -1..1
        std::string example;
    };

    virtual ~SemanticMatches() = default;
    /// The nearest example of the node's rules; nothing when none is known.
    virtual std::optional<Near> nearest(const Node &node) const = 0;
    /// Why nothing is known; empty when something is.
    virtual std::string problem() const = 0;
};

} // namespace pm::routing
