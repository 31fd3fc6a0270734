// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_weighted.h"

#include "routing/reasons.h"

#include <algorithm>

namespace pm::routing {

namespace {

double weightOf(const Candidate &candidate)
{
    return std::max(0.0, candidate.node->weight);
}

double sumOf(std::vector<Candidate>::const_iterator begin, std::vector<Candidate>::const_iterator end)
{
    double sum = 0;
    for (auto candidate = begin; candidate != end; ++candidate)
        sum += weightOf(*candidate);
    return sum;
}

double unit(Rng &rng)
{
    return static_cast<double>(rng() >> 11) / 9007199254740992.0; // [0, 1) with 53 bits
}

} // namespace

void WeightedStrategy::order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const std::string whole = shareText(sumOf(candidates.begin(), candidates.end()));
    // Draws without replacement: what comes after the first is as it would be drawn if the first were not
    // there. Weights of zero come last, in order.
    const auto kept = static_cast<std::ptrdiff_t>(std::min(candidates.size(), kMostPlanned));
    for (auto place = candidates.begin(); place != candidates.begin() + kept; ++place) {
        const double sum = sumOf(place, candidates.end());
        if (sum <= 0)
            break;
        double draw = unit(context.rng) * sum;
        auto drawn = place;
        for (auto candidate = place; candidate != candidates.end(); ++candidate) {
            if (weightOf(*candidate) <= 0)
                continue;
            drawn = candidate; // the last one with a weight takes what rounding leaves
            draw -= weightOf(*candidate);
            if (draw < 0)
                break;
        }
        std::rotate(place, drawn, drawn + 1);
    }
    keepPlanned(candidates);
    for (Candidate &candidate : candidates) {
        Choice &choice = candidate.first();
        choice.figure = shareText(weightOf(candidate)) + " of " + whole;
        choice.reason = "weight " + choice.figure;
    }
}

} // namespace pm::routing
