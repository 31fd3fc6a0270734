// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_weighted.h"

#include "routing/ranking.h"
#include "routing/reasons.h"

#include <algorithm>

namespace pm::routing {

namespace {

double weightOf(const Candidate &candidate)
{
    return std::max(0.0, candidate.node->weight);
}

} // namespace

void WeightedStrategy::order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    std::vector<double> weights;
    double sum = 0;
    for (const Candidate &candidate : candidates) {
        weights.push_back(weightOf(candidate));
        sum += weights.back();
    }
    const std::string whole = shareText(sum);
    // Draws without replacement: what comes after the first is as it would be drawn if the first were not
    // there. Weights of zero come last, in order.
    const std::size_t kept = std::min(candidates.size(), kMostPlanned);
    for (std::size_t i = 0; i < kept; ++i) {
        const bool hasWeight = std::any_of(weights.begin(), weights.end(), [](double weight) { return weight > 0; });
        if (!hasWeight)
            break;
        const auto at = static_cast<std::ptrdiff_t>(drawn(weights, unitDraw(context.rng)));
        const auto place = candidates.begin() + static_cast<std::ptrdiff_t>(i);
        std::rotate(place, place + at, place + at + 1);
        weights.erase(weights.begin() + at);
    }
    keepPlanned(candidates);
    for (Candidate &candidate : candidates) {
        Choice &choice = candidate.first();
        choice.figure = shareText(weightOf(candidate)) + " of " + whole;
        choice.reason = "weight " + choice.figure;
    }
}

} // namespace pm::routing
