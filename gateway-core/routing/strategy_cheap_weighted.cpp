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

/// Of cost (or kUnknown) and share of the draws.
std::string figureText(const Numbers &numbers)
{
    const double cost = numbers[0];
    const double share = numbers[1];
    if (cost == kUnknown)
        return "price unknown";
    return costText(cost) + (share > 0 ? ", " + shareText(share) + " of the draws" : ", failed lately");
}

} // namespace

std::span<const config::Key> CheapWeightedStrategy::settings() const
{
    return kSettings;
}

void CheapWeightedStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const auto window = node.settings.duration("healthy-for", std::chrono::seconds(30));
    std::vector<double> costs;
    std::vector<double> weights;
    costs.reserve(candidates.size());
    weights.reserve(candidates.size());
    double sum = 0;
    for (const Candidate &candidate : candidates) {
        const Target &target = targetOf(candidate);
        costs.push_back(expectedCost(target, context.needs, kExpectedOutput, false).value_or(kUnknown));
        const double price = std::max(costs.back(), kLeastCost);
        weights.push_back(!failedLately(target, context.now, window) ? 1 / (price * price) : 0); // 0 for an unknown one
        sum += weights.back();
    }
    const std::size_t first = drawn(weights, unitDraw(context.rng));
    const auto score = [&](const Candidate &candidate) {
        const std::size_t i = indexIn(candidates, candidate);
        // With no price known and nobody without a failure nothing was drawn: the order stays, and nobody is called first.
        return Score{weights[i] <= 0 ? kUnknown : i == first ? -1 : costs[i], costs[i]};
    };
    const auto figure = [&](const Candidate &candidate) {
        const std::size_t i = indexIn(candidates, candidate);
        return LateText({}, figureText, {costs[i], weights[i] / sum});
    };
    orderByScore(candidates, score, figure, "drawn, ");
}

} // namespace pm::routing
