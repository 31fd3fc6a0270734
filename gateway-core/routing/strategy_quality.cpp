// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_quality.h"

#include "routing/cost_estimate.h"
#include "routing/ranking.h"
#include "routing/reasons.h"

#include <algorithm>
#include <array>

namespace pm::routing {

namespace {

constexpr std::array kSettings{
    config::Key{"at-least", config::KeyType::Number, "",
                "A rank that is good enough: among those that have it the cheapest comes first.", "", 0, 100},
    config::Key{"most-cost", config::KeyType::Number, "",
                "USD that the request may cost by estimate: those above, or of unknown price, come behind the others.", "", 0, 1e6},
    config::Key{"most-latency", config::KeyType::Duration, "",
                "How long a target may take, by what it did lately: slower ones come behind the others.", "", 1, 3'600'000},
};
constexpr double kBehind = 1'000; ///< beyond any rank

/// What a child should keep to. Unset: nothing.
struct Limits
{
    std::optional<double> cost;
    std::optional<std::chrono::milliseconds> latency;
};

Limits limitsOf(const Settings &settings)
{
    Limits limits;
    if (!settings.text("most-cost").empty())
        limits.cost = settings.number("most-cost", 0);
    if (!settings.text("most-latency").empty())
        limits.latency = settings.duration("most-latency", {});
    return limits;
}

/// How a target fails to keep to the limits, if it does.
enum class Excess { None, Cost, Price, Latency };

/// A target that was never seen may be quick.
Excess excessOf(const Target &target, const Limits &limits, const ChooseContext &context)
{
    if (limits.cost) {
        const auto cost = expectedCost(target, context.needs, kExpectedOutput, false);
        if (!cost || *cost > *limits.cost)
            return cost ? Excess::Cost : Excess::Price;
    }
    if (!limits.latency || !target.stats)
        return Excess::None;
    const auto latency = target.stats->latency(sizeClassOf(context.needs.inputTokens), context.needs.stream);
    return latency && *latency > *limits.latency ? Excess::Latency : Excess::None;
}

/// The limit that it goes beyond, as a number.
double limitOf(Excess excess, const Limits &limits)
{
    return excess == Excess::Cost      ? *limits.cost
           : excess == Excess::Latency ? static_cast<double>(limits.latency->count())
                                       : 0;
}

/// Of rank (or kUnknown), Excess and limit.
std::string figureText(const Numbers &numbers)
{
    const std::string rank = numbers[0] == kUnknown ? "rank unknown" : "rank " + shareText(numbers[0]);
    switch (static_cast<Excess>(static_cast<int>(numbers[1]))) {
    case Excess::None:
        break;
    case Excess::Cost:
        return rank + ", over " + costText(numbers[2]);
    case Excess::Price:
        return rank + ", price unknown";
    case Excess::Latency:
        return rank + ", slower than " + latencyText(std::chrono::milliseconds(static_cast<std::int64_t>(numbers[2])));
    }
    return rank;
}

} // namespace

std::span<const config::Key> QualityStrategy::settings() const
{
    return kSettings;
}

void QualityStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const double enough = node.settings.number("at-least", 101);
    const Limits limits = limitsOf(node.settings);
    const auto score = [&](const Candidate &candidate) {
        const Target &target = targetOf(candidate);
        const double cost = expectedCost(target, context.needs, kExpectedOutput, false).value_or(kUnknown);
        const double behind = excessOf(target, limits, context) == Excess::None ? 0 : kBehind;
        return Score{target.quality ? behind - std::min(*target.quality, enough) : kUnknown, cost};
    };
    const auto figure = [&](const Candidate &candidate) {
        const Target &target = targetOf(candidate);
        const Excess excess = excessOf(target, limits, context);
        return LateText({}, figureText,
                        {target.quality.value_or(kUnknown), static_cast<double>(excess), limitOf(excess, limits)});
    };
    orderByScore(candidates, score, figure, enough <= 100 ? "cheapest that is good enough, " : "best, ");
}

} // namespace pm::routing
