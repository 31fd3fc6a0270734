// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_cost.h"

#include "routing/cost_estimate.h"
#include "routing/ranking.h"
#include "routing/remembered.h"

#include <array>

namespace pm::routing {

namespace {

constexpr std::array kSettings{
    config::Key{"output-tokens", config::KeyType::Integer, "500",
                "Tokens of answer to reckon with; a smaller max-tokens of the request goes before it.", "", 0, 1e6},
    config::Key{"cache-time", config::KeyType::Duration, "5m",
                "How long a conversation's prompt is taken to be in its provider's cache.", "", 0, 86'400'000},
};

/// Of cost (or kUnknown) and whether the prompt is in the cache there.
std::string figureText(const Numbers &numbers)
{
    const double cost = numbers[0];
    const bool isCached = numbers[1] != 0;
    return cost == kUnknown ? "price unknown" : costText(cost) + (isCached ? " with its prompt cache" : "");
}

} // namespace

std::span<const config::Key> CostStrategy::settings() const
{
    return kSettings;
}

void CostStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const double output = node.settings.number("output-tokens", kExpectedOutput);
    const Remembered seen(node, context, node.settings.duration("cache-time", std::chrono::minutes(5)));
    const auto costOf = [&](const Candidate &candidate) {
        return expectedCost(targetOf(candidate), context.needs, output, seen.is(targetOf(candidate))).value_or(kUnknown);
    };
    const auto score = [&](const Candidate &candidate) { return Score{costOf(candidate), 0}; };
    const auto figure = [&](const Candidate &candidate) {
        return LateText({}, figureText, {costOf(candidate), seen.is(targetOf(candidate)) ? 1.0 : 0.0});
    };
    orderByScore(candidates, score, figure, "cheapest, ");
    seen.rememberThrough(candidates);
}

} // namespace pm::routing
