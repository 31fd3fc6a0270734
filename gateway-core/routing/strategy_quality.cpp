// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_quality.h"

#include "routing/cost_estimate.h"
#include "routing/ranking.h"
#include "routing/reasons.h"

#include <array>

namespace pm::routing {

namespace {

constexpr std::array kSettings{
    config::Key{"at-least", config::KeyType::Number, "",
                "A rank that is good enough: among those that have it the cheapest comes first.", "", 0, 100},
};

} // namespace

std::span<const config::Key> QualityStrategy::settings() const
{
    return kSettings;
}

void QualityStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const double enough = node.settings.number("at-least", 101);
    const auto score = [&](const Candidate &candidate) {
        const Target &target = targetOf(candidate);
        const double cost = expectedCost(target, context.needs, kExpectedOutput, false).value_or(kUnknown);
        return Score{target.quality ? -std::min(*target.quality, enough) : kUnknown, cost};
    };
    const auto figure = [](const Candidate &candidate) {
        const auto &quality = targetOf(candidate).quality;
        return quality ? "rank " + shareText(*quality) : std::string("rank unknown");
    };
    orderByScore(candidates, score, figure, enough <= 100 ? "cheapest that is good enough," : "best,");
}

} // namespace pm::routing
