// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_cheap_weighted.h"

#include "routing/cost_estimate.h"
#include "routing/ranking.h"
#include "routing/reasons.h"

#include <algorithm>
#include <array>

namespace pm::routing {

namespace {

constexpr std::array kSettings{
    config::Key{"healthy-for", config::KeyType::Duration, "30s", "So long ago a failure is forgotten.", "", 0, 86'400'000},
};
constexpr double kLeastCost = 1e-9; ///< USD: what costs nothing is as likely as what costs next to nothing

bool failedLately(const Target &target, SteadyTime now, std::chrono::milliseconds window)
{
    const auto failure = target.stats ? target.stats->lastFailure() : std::nullopt;
    return failure && now - *failure < window;
}

} // namespace

std::span<const config::Key> CheapWeightedStrategy::settings() const
{
    return kSettings;
}

void CheapWeightedStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const auto window = node.settings.duration("healthy-for", std::chrono::seconds(30));
    std::vector<std::optional<double>> costs;
    std::vector<double> weights;
    double sum = 0;
    for (const Candidate &candidate : candidates) {
        const Target &target = targetOf(candidate);
        costs.push_back(expectedCost(target, context.needs, kExpectedOutput, false));
        const double price = std::max(costs.back().value_or(0), kLeastCost);
        weights.push_back(costs.back() && !failedLately(target, context.now, window) ? 1 / (price * price) : 0);
        sum += weights.back();
    }
    const std::size_t first = drawn(weights, unitDraw(context.rng));
    const auto indexOf = [&](const Candidate &candidate) { return static_cast<std::size_t>(&candidate - candidates.data()); };
    const auto score = [&](const Candidate &candidate) {
        const std::size_t i = indexOf(candidate);
        const double cost = costs[i].value_or(kUnknown);
        return Score{i == first ? -1 : weights[i] > 0 ? cost : kUnknown, cost};
    };
    const auto figure = [&](const Candidate &candidate) {
        const std::size_t i = indexOf(candidate);
        const std::string cost = costs[i] ? costText(*costs[i]) : "price unknown";
        return cost + (weights[i] > 0 ? ", " + shareText(weights[i] / sum) + " of the draws" : costs[i] ? ", failed lately" : "");
    };
    orderByScore(candidates, score, figure, "drawn,");
}

} // namespace pm::routing
