// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_keys.h"
#include "routing/plan.h"

#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace pm::routing {

/// A child as a strategy sees it. Choices are made late: of many children most are looked at and not planned.
struct Candidate
{
    /// `memory` outlives it and is of the walk over the tree: of many children some get choices, and none should cost an
    /// allocation.
    Candidate(const Node &of, const Target &speaker, std::pmr::memory_resource &memory)
        : node(&of)
        , target(&speaker)
        , choices(&memory)
    {
    }

    const Node *node;
    const Target *target;                    ///< speaks for the child: the leaf's, or of its best choice
    std::pmr::vector<Choice> choices;        ///< best first; of a leaf empty until first() is asked for
    std::unique_ptr<LateText> inner;         ///< why the first of `choices` is that, below the child; null for leaves
    std::unique_ptr<LateText> excluded;      ///< set by the strategy: why it is not tried
    bool isMirror = false;                   ///< set by the strategy: asked too, its answer is nobody's

    /// The choice that gets the strategy's reason. Only of those that stay.
    Choice &first()
    {
        if (choices.empty())
            choices.emplace_back().target = node->target;
        return choices.front();
    }
};

/// A child that takes the request, and why.
struct Pick
{
    std::size_t child = 0;
    std::string reason; ///< "rule 2: metadata.team is ml"
};

/// One way of ordering children. Stateless; state lives in TargetStats and NodeState. A new strategy is one file, one row
/// of the table and one page in resources/help/strategies.
class Strategy
{
public:
    virtual ~Strategy() = default;
    virtual std::string_view key() const = 0;
    virtual std::vector<std::string_view> aliases() const { return {}; }
    /// One sentence for help pages and tooltips.
    virtual std::string_view sense() const = 0;
    /// The keys that may stand in `settings` of its nodes; paths are bare names.
    virtual std::span<const config::Key> settings() const { return {}; }
    /// How the configuration gives its children.
    virtual config::RuleKind rules() const { return config::RuleKind::None; }
    virtual std::size_t leastChildren() const { return 1; }

    /// For strategies that send a request to one child by what the request is: asked before any child is looked at.
    /// Nothing: all children are candidates for order().
    virtual std::optional<Pick> pick(const Node &, const ChooseContext &) const { return std::nullopt; }
    /// Puts `candidates` of `node` into the order of trying and says the first choice's reason of each. May mark mirrors
    /// and starts, and take candidates out; of more than kMostPlanned it leaves the first. Not asked when pick() decides.
    virtual void order(const Node &, std::vector<Candidate> &, const ChooseContext &) const {}
    /// Has a draw or a turn part in who comes first? Then the same request may go elsewhere the next time.
    virtual bool draws(const ChooseContext &) const { return false; }
    /// Has what is known of the targets part in it: their speed, errors or load?
    virtual bool readsFigures() const { return false; }
};

/// Leaves only those candidates that can have their turn.
inline void keepPlanned(std::vector<Candidate> &candidates)
{
    if (candidates.size() > kMostPlanned)
        candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(kMostPlanned), candidates.end());
}

/// THE TABLE is in strategies.cpp.
const std::vector<const Strategy *> &strategies();
/// By key or alias; null when unknown.
const Strategy *findStrategy(std::string_view key);
/// Keys and aliases, for checks and suggestions.
std::vector<std::string> strategyNames();

} // namespace pm::routing
