// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_least_connections.h"

#include "routing/ranking.h"

#include <algorithm>

namespace pm::routing {

namespace {

int inFlight(const Candidate &candidate)
{
    const TargetStats *stats = targetOf(candidate).stats.get();
    return stats ? std::max(0, stats->inFlight()) : 0;
}

std::string figureText(const Numbers &numbers)
{
    return std::to_string(static_cast<int>(numbers[0])) + " in flight";
}

} // namespace

void LeastConnectionsStrategy::order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &) const
{
    const auto score = [](const Candidate &candidate) {
        const double weight = candidate.node->weight;
        // One more than there are, so that weights count among idle ones too.
        return Score{weight > 0 ? (inFlight(candidate) + 1) / weight : kUnknown, 0};
    };
    const auto figure = [](const Candidate &candidate) {
        return LateText({}, figureText, {static_cast<double>(inFlight(candidate))});
    };
    orderByScore(candidates, score, figure, "least busy, ");
}

} // namespace pm::routing
