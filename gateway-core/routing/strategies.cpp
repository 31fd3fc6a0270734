// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy.h"

#include "routing/strategy_latency.h"
#include "routing/strategy_priority.h"
#include "routing/strategy_weighted.h"

#include <algorithm>

namespace pm::routing {

const std::vector<const Strategy *> &strategies()
{
    // THE TABLE: a new strategy is one file and one row here.
    static const LatencyStrategy latency;
    static const WeightedStrategy weighted;
    static const PriorityStrategy priority;
    static const std::vector<const Strategy *> table{&latency, &weighted, &priority};
    return table;
}

const Strategy *findStrategy(std::string_view key)
{
    for (const Strategy *strategy : strategies()) {
        const auto aliases = strategy->aliases();
        if (strategy->key() == key || std::find(aliases.begin(), aliases.end(), key) != aliases.end())
            return strategy;
    }
    return nullptr;
}

std::vector<std::string> strategyNames()
{
    std::vector<std::string> names;
    for (const Strategy *strategy : strategies()) {
        names.emplace_back(strategy->key());
        for (const std::string_view alias : strategy->aliases())
            names.emplace_back(alias);
    }
    return names;
}

} // namespace pm::routing
