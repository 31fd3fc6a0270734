// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_least_connections.h"

#include "routing/ranking.h"

#include <algorithm>

namespace pm::routing {

void LeastConnectionsStrategy::order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &) const
{
    const auto score = [](const Candidate &candidate) {
        const TargetStats *stats = targetOf(candidate).stats.get();
        const int inFlight = stats ? std::max(0, stats->inFlight()) : 0;
        const double weight = candidate.node->weight;
        // One more than there are, so that weights count among idle ones too.
        return Score{weight > 0 ? (inFlight + 1) / weight : kUnknown, 0, std::to_string(inFlight) + " in flight"};
    };
    orderByScore(candidates, score, "least busy,");
}

} // namespace pm::routing
