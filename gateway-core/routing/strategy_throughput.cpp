// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_throughput.h"

#include "routing/ranking.h"

#include <cmath>

namespace pm::routing {

void ThroughputStrategy::order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const SizeClass size = sizeClassOf(context.needs.inputTokens);
    const auto score = [&](const Candidate &candidate) {
        const TargetStats *stats = targetOf(candidate).stats.get();
        const auto speed = stats ? stats->tokensPerSecond(size) : std::nullopt;
        if (speed)
            return Score{-*speed, 0, std::to_string(std::lround(*speed)) + " tokens/s"};
        // Explored first, but by one request at a time, and not when it has been failing.
        const bool mayExplore = stats && stats->inFlight() <= 0 && stats->health(context.breaker, context.now).failuresInRow == 0;
        return Score{mayExplore ? -1e12 : kUnknown, 0, "not seen yet"};
    };
    orderByScore(candidates, score, "fastest,");
    if (!candidates.empty() && candidates.front().choices.front().figure == "not seen yet")
        candidates.front().choices.front().reason = "not seen yet: explored";
}

} // namespace pm::routing
