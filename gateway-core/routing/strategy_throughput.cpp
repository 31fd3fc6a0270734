// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_throughput.h"

#include "routing/ranking.h"

#include <cmath>

namespace pm::routing {

namespace {

constexpr double kUnseen = -1;

/// Of tokens a second, or kUnseen.
std::string figureText(const Numbers &numbers)
{
    return numbers[0] == kUnseen ? "not seen yet" : std::to_string(std::lround(numbers[0])) + " tokens/s";
}

} // namespace

void ThroughputStrategy::order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const SizeClass size = sizeClassOf(context.needs.inputTokens);
    const auto speedOf = [&](const Candidate &candidate) {
        const TargetStats *stats = targetOf(candidate).stats.get();
        return stats ? stats->tokensPerSecond(size) : std::nullopt;
    };
    const auto score = [&](const Candidate &candidate) {
        if (const auto speed = speedOf(candidate))
            return Score{-*speed, 0};
        // Explored first, but by one request at a time, and not when it has been failing.
        const TargetStats *stats = targetOf(candidate).stats.get();
        const bool mayExplore = stats && stats->inFlight() <= 0 && !stats->isFailing(context.breaker, context.now);
        return Score{mayExplore ? -1e12 : kUnknown, 0};
    };
    const auto figure = [&](const Candidate &candidate) {
        return LateText({}, figureText, {speedOf(candidate).value_or(kUnseen)});
    };
    orderByScore(candidates, score, figure, "fastest, ");
    if (!candidates.empty() && candidates.front().first().figure.numbers[0] == kUnseen)
        candidates.front().first().reason = "not seen yet: explored";
}

} // namespace pm::routing
