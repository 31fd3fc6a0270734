// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/plan.h"

#include <string_view>
#include <vector>

namespace pm::routing {

/// A child as a strategy sees it: its weight and the choices it stands for, best first.
struct Candidate
{
    const Node *node = nullptr;
    std::vector<Choice> choices; ///< never empty; the first one's target speaks for the child
};

/// One way of ordering children. Stateless; state lives in TargetStats. A new strategy is one file and one row.
class Strategy
{
public:
    virtual ~Strategy() = default;
    virtual std::string_view key() const = 0;
    virtual std::vector<std::string_view> aliases() const { return {}; }
    /// One sentence for help pages and tooltips.
    virtual std::string_view sense() const = 0;
    /// Puts `candidates` into the order of trying and writes the first choice's reason of each.
    virtual void order(std::vector<Candidate> &candidates, const ChooseContext &context) const = 0;
};

/// THE TABLE is in strategies.cpp.
const std::vector<const Strategy *> &strategies();
/// By key or alias; null when unknown.
const Strategy *findStrategy(std::string_view key);
/// Keys and aliases, for checks and suggestions.
std::vector<std::string> strategyNames();

} // namespace pm::routing
