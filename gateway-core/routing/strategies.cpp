// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy.h"

#include "routing/strategy_ab.h"
#include "routing/strategy_balanced.h"
#include "routing/strategy_cascade.h"
#include "routing/strategy_cheap_weighted.h"
#include "routing/strategy_complexity.h"
#include "routing/strategy_conditional.h"
#include "routing/strategy_cost.h"
#include "routing/strategy_hedge.h"
#include "routing/strategy_latency.h"
#include "routing/strategy_least_connections.h"
#include "routing/strategy_mirror.h"
#include "routing/strategy_priority.h"
#include "routing/strategy_quality.h"
#include "routing/strategy_race.h"
#include "routing/strategy_round_robin.h"
#include "routing/strategy_semantic.h"
#include "routing/strategy_sticky.h"
#include "routing/strategy_task.h"
#include "routing/strategy_throughput.h"
#include "routing/strategy_usage.h"
#include "routing/strategy_weighted.h"

#include <unordered_map>

namespace pm::routing {

const std::vector<const Strategy *> &strategies()
{
    // THE TABLE: a new strategy is one file and one row here.
    static const LatencyStrategy latency;
    static const WeightedStrategy weighted;
    static const PriorityStrategy priority;
    static const RoundRobinStrategy roundRobin;
    static const LeastConnectionsStrategy leastConnections;
    static const CostStrategy cost;
    static const QualityStrategy quality;
    static const BalancedStrategy balanced;
    static const CheapWeightedStrategy cheapWeighted;
    static const ThroughputStrategy throughput;
    static const UsageStrategy usage;
    static const ConditionalStrategy conditional;
    static const TaskStrategy task;
    static const SemanticStrategy semantic;
    static const AbStrategy ab;
    static const StickyStrategy sticky;
    static const CascadeStrategy cascade;
    static const HedgeStrategy hedge;
    static const RaceStrategy race;
    static const MirrorStrategy mirror;
    static const ComplexityStrategy complexity;
    static const std::vector<const Strategy *> table{
        &latency,     &weighted, &priority, &roundRobin, &leastConnections, &cost,     &quality,
        &balanced,    &cheapWeighted, &throughput, &usage, &conditional, &task, &semantic,
        &complexity,  &ab, &sticky, &cascade, &hedge, &race, &mirror,
    };
    return table;
}

const Strategy *findStrategy(std::string_view key)
{
    static const auto byName = [] {
        std::unordered_map<std::string_view, const Strategy *> map;
        for (const Strategy *strategy : strategies()) {
            map.emplace(strategy->key(), strategy);
            for (const std::string_view alias : strategy->aliases())
                map.emplace(alias, strategy);
        }
        return map;
    }();
    const auto found = byName.find(key);
    return found == byName.end() ? nullptr : found->second;
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
