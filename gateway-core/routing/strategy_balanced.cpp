// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_balanced.h"

#include "routing/cost_estimate.h"
#include "routing/ranking.h"
#include "routing/reasons.h"

#include <algorithm>
#include <array>

namespace pm::routing {

namespace {

constexpr std::array kSettings{
    config::Key{"cost", config::KeyType::Number, "0.3", "Weight of the expected cost.", "", 0, 1000},
    config::Key{"latency", config::KeyType::Number, "0.3", "Weight of the expected time to first content.", "", 0, 1000},
    config::Key{"quality", config::KeyType::Number, "0.2", "Weight of the rank that is missing to the best.", "", 0, 1000},
    config::Key{"errors", config::KeyType::Number, "0.2", "Weight of the recent share of errors, 0..1 as it is.", "", 0, 1000},
};
constexpr double kNeutral = 0.5; ///< of what is not known: neither liked nor punished

/// What counts of a target, at first in units of its own (or kUnknown), then as shares.
struct Parts
{
    double cost = kUnknown;
    double latency = kUnknown;
    double fault = kUnknown; ///< of quality
    double errors = 0;
};

Parts partsOf(const Target &target, SizeClass size, const RequestNeeds &needs)
{
    Parts parts;
    parts.cost = expectedCost(target, needs, kExpectedOutput, false).value_or(kUnknown);
    if (target.quality)
        parts.fault = 100 - *target.quality;
    if (!target.stats)
        return parts;
    if (const auto latency = target.stats->latency(size, needs.stream))
        parts.latency = static_cast<double>(latency->count());
    parts.errors = target.stats->errorRate().value_or(0);
    return parts;
}

/// To 0..1 among those that are known; all the same: 0.
void normalise(std::vector<Parts> &all, double Parts::*part)
{
    double least = kUnknown;
    double most = -kUnknown;
    for (const Parts &parts : all) {
        if (const double figure = parts.*part; figure != kUnknown) {
            least = std::min(least, figure);
            most = std::max(most, figure);
        }
    }
    const double range = most - least;
    for (Parts &parts : all) {
        double &figure = parts.*part;
        figure = figure == kUnknown ? kNeutral : range > 0 ? (figure - least) / range : 0;
    }
}

/// Of the sum and its parts.
std::string figureText(const Numbers &numbers)
{
    return "score " + shareText(numbers[0]) + " (cost " + shareText(numbers[1]) + ", latency " + shareText(numbers[2])
           + ", quality " + shareText(numbers[3]) + ", errors " + shareText(numbers[4]) + ")";
}

} // namespace

std::span<const config::Key> BalancedStrategy::settings() const
{
    return kSettings;
}

void BalancedStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const SizeClass size = sizeClassOf(context.needs.inputTokens);
    std::vector<Parts> all;
    all.reserve(candidates.size());
    for (const Candidate &candidate : candidates)
        all.push_back(partsOf(targetOf(candidate), size, context.needs));
    for (double Parts::*part : {&Parts::cost, &Parts::latency, &Parts::fault})
        normalise(all, part);
    const double byCost = node.settings.number("cost", 0.3);
    const double byLatency = node.settings.number("latency", 0.3);
    const double byQuality = node.settings.number("quality", 0.2);
    const double byErrors = node.settings.number("errors", 0.2);
    const auto partsAt = [&](const Candidate &candidate) -> const Parts & { return all[indexIn(candidates, candidate)]; };
    const auto sumOf = [&](const Parts &parts) {
        return byCost * parts.cost + byLatency * parts.latency + byQuality * parts.fault + byErrors * parts.errors;
    };
    const auto score = [&](const Candidate &candidate) { return Score{sumOf(partsAt(candidate)), 0}; };
    const auto figure = [&](const Candidate &candidate) {
        const Parts &parts = partsAt(candidate);
        return LateText({}, figureText, {sumOf(parts), parts.cost, parts.latency, parts.fault, parts.errors});
    };
    orderByScore(candidates, score, figure, "lowest ");
}

} // namespace pm::routing
