// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/route_words.h"

#include "policy/checks.h"
#include "routing/request_class.h"
#include "routing/strategy.h"

#include <algorithm>
#include <array>

namespace pm {

namespace {

using config::StrategyGroup;

struct Traits
{
    std::string_view strategy;
    StrategyGroup group;
    bool usesWeights = false;
    bool usesRates = false;
};

/// Where lists have a strategy, and what its children may say of themselves. What is missing goes by figures.
constexpr std::array kTraits{
    Traits{"latency", StrategyGroup::Simple},
    Traits{"weighted", StrategyGroup::Simple, true},
    Traits{"priority", StrategyGroup::Simple},
    Traits{"round-robin", StrategyGroup::Simple, true},
    Traits{"least-connections", StrategyGroup::Simple, true},
    Traits{"usage", StrategyGroup::Figures, false, true},
    Traits{"conditional", StrategyGroup::Request},
    Traits{"task", StrategyGroup::Request},
    Traits{"ab", StrategyGroup::Request, true},
    Traits{"sticky", StrategyGroup::Request},
    Traits{"cascade", StrategyGroup::Several},
    Traits{"hedge", StrategyGroup::Several},
    Traits{"race", StrategyGroup::Several},
    Traits{"mirror", StrategyGroup::Several},
};

config::StrategyInfo infoOf(const routing::Strategy &strategy)
{
    const auto row = std::find_if(kTraits.begin(), kTraits.end(),
                                  [&](const Traits &traits) { return traits.strategy == strategy.key(); });
    const Traits traits = row == kTraits.end() ? Traits{strategy.key(), StrategyGroup::Figures} : *row;
    return {strategy.key(),
            strategy.aliases(),
            strategy.sense(),
            {strategy.rules(), strategy.settings(), strategy.leastChildren()},
            traits.group,
            traits.usesWeights,
            traits.usesRates};
}

} // namespace

const config::RouteWords &routeWords()
{
    static const config::RouteWords words = [] {
        config::RouteWords made;
        for (const routing::Strategy *each : routing::strategies())
            made.strategies.push_back(infoOf(*each));
        std::stable_sort(made.strategies.begin(), made.strategies.end(),
                         [](const auto &a, const auto &b) { return a.group < b.group; });
        for (const routing::RequestClass &row : routing::requestClasses())
            made.classes.push_back({row.name, row.sense});
        for (const policy::Check &row : policy::checks())
            made.checks.push_back(
                {row.name, row.sense, row.setting, row.entities, row.makeText != nullptr, row.mode, row.side, row.sides});
        return made;
    }();
    return words;
}

} // namespace pm
