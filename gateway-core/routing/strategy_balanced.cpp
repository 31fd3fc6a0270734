// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_balanced.h"

#include "routing/cost_estimate.h"
#include "routing/ranking.h"
#include "routing/reasons.h"

#include <algorithm>
#include <array>

namespace pm::routing {

namespace {

constexpr std::array kSettings{
    config::Key{"cost", config::KeyType::Number, "0.3", "Weight of the expected cost.", "", 0, 1000},
    config::Key{"latency", config::KeyType::Number, "0.3", "Weight of the expected time to first content.", "", 0, 1000},
    config::Key{"quality", config::KeyType::Number, "0.2", "Weight of the rank that is missing to the best.", "", 0, 1000},
    config::Key{"errors", config::KeyType::Number, "0.2", "Weight of the recent share of errors, 0..1 as it is.", "", 0, 1000},
};
constexpr double kNeutral = 0.5; ///< of what is not known: neither liked nor punished

using Figures = std::vector<std::optional<double>>;

/// To 0..1 among those that are known; all the same: 0.
std::vector<double> normalised(const Figures &figures)
{
    std::optional<double> least;
    std::optional<double> most;
    for (const auto &figure : figures) {
        if (figure) {
            least = std::min(least.value_or(*figure), *figure);
            most = std::max(most.value_or(*figure), *figure);
        }
    }
    std::vector<double> shares;
    for (const auto &figure : figures) {
        const double range = figure ? *most - *least : 0;
        shares.push_back(!figure ? kNeutral : range > 0 ? (*figure - *least) / range : 0);
    }
    return shares;
}

} // namespace

std::span<const config::Key> BalancedStrategy::settings() const
{
    return kSettings;
}

void BalancedStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    Figures costs;
    Figures latencies;
    Figures faults;
    std::vector<double> errors;
    const SizeClass size = sizeClassOf(context.needs.inputTokens);
    for (const Candidate &candidate : candidates) {
        const Target &target = targetOf(candidate);
        const TargetStats *stats = target.stats.get();
        costs.push_back(expectedCost(target, context.needs, kExpectedOutput, false));
        const auto latency = stats ? stats->latency(size, context.needs.stream) : std::nullopt;
        latencies.push_back(latency ? std::optional(static_cast<double>(latency->count())) : std::nullopt);
        faults.push_back(target.quality ? std::optional(100 - *target.quality) : std::nullopt);
        errors.push_back(stats ? stats->errorRate().value_or(0) : 0);
    }
    const std::vector<double> cost = normalised(costs);
    const std::vector<double> latency = normalised(latencies);
    const std::vector<double> fault = normalised(faults);
    const double byCost = node.settings.number("cost", 0.3);
    const double byLatency = node.settings.number("latency", 0.3);
    const double byQuality = node.settings.number("quality", 0.2);
    const double byErrors = node.settings.number("errors", 0.2);
    const auto indexOf = [&](const Candidate &candidate) { return static_cast<std::size_t>(&candidate - candidates.data()); };
    const auto sumOf = [&](std::size_t i) {
        return byCost * cost[i] + byLatency * latency[i] + byQuality * fault[i] + byErrors * errors[i];
    };
    const auto score = [&](const Candidate &candidate) { return Score{sumOf(indexOf(candidate)), 0}; };
    const auto figure = [&](const Candidate &candidate) {
        const std::size_t i = indexOf(candidate);
        return "score " + shareText(sumOf(i)) + " (cost " + shareText(cost[i]) + ", latency " + shareText(latency[i])
               + ", quality " + shareText(fault[i]) + ", errors " + shareText(errors[i]) + ")";
    };
    orderByScore(candidates, score, figure, "lowest");
}

} // namespace pm::routing
