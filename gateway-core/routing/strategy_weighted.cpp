// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_weighted.h"

#include "routing/ranking.h"
#include "routing/reasons.h"

#include <algorithm>
#include <utility>

namespace pm::routing {

namespace {

double weightOf(const Candidate &candidate)
{
    return std::max(0.0, candidate.node->weight);
}

/// Of weight and sum.
std::string figureText(const Numbers &numbers)
{
    return shareText(numbers[0]) + " of " + shareText(numbers[1]);
}

} // namespace

void WeightedStrategy::order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    std::vector<double> weights; // what is drawn has none any more
    weights.reserve(candidates.size());
    double sum = 0;
    std::size_t withWeight = 0;
    for (const Candidate &candidate : candidates) {
        weights.push_back(weightOf(candidate));
        sum += weights.back();
        withWeight += weights.back() > 0 ? 1 : 0;
    }
    // Draws without replacement: what comes after the first is as it would be drawn if the first were not
    // there. Weights of zero come last, in order.
    const std::size_t kept = std::min(candidates.size(), kMostPlanned);
    std::vector<Place> places;
    places.reserve(kept);
    for (double left = sum; places.size() < std::min(kept, withWeight);) {
        const std::size_t at = fallsOn(weights, unitDraw(context.rng) * left);
        places.push_back({{}, at});
        left -= std::exchange(weights[at], 0);
    }
    for (std::size_t i = 0; places.size() < kept; ++i) {
        if (weightOf(candidates[i]) <= 0)
            places.push_back({{}, i});
    }
    arrange(candidates, places);
    for (Candidate &candidate : candidates) {
        Choice &choice = candidate.first();
        choice.figure = LateText({}, figureText, {weightOf(candidate), sum});
        choice.reason = LateText("weight ", figureText, choice.figure.numbers);
    }
}

} // namespace pm::routing
