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

/// "over $0.01"; empty when it keeps to the limits. A target that was never seen may be quick.
std::string excess(const Target &target, const Limits &limits, const ChooseContext &context)
{
    const auto cost = expectedCost(target, context.needs, kExpectedOutput, false);
    if (limits.cost && (!cost || *cost > *limits.cost))
        return cost ? "over " + costText(*limits.cost) : "price unknown";
    const SizeClass size = sizeClassOf(context.needs.inputTokens);
    const auto latency = target.stats ? target.stats->latency(size, context.needs.stream) : std::nullopt;
    return limits.latency && latency && *latency > *limits.latency ? "slower than " + latencyText(*limits.latency) : "";
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
        const double behind = excess(target, limits, context).empty() ? 0 : kBehind;
        return Score{target.quality ? behind - std::min(*target.quality, enough) : kUnknown, cost};
    };
    const auto figure = [&](const Candidate &candidate) {
        const Target &target = targetOf(candidate);
        const std::string over = excess(target, limits, context);
        return (target.quality ? "rank " + shareText(*target.quality) : std::string("rank unknown"))
               + (over.empty() ? "" : ", " + over);
    };
    orderByScore(candidates, score, figure, enough <= 100 ? "cheapest that is good enough," : "best,");
}

} // namespace pm::routing
