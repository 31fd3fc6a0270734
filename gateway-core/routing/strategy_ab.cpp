// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_ab.h"

#include "routing/ranking.h"
#include "routing/reasons.h"
#include "routing/request_fields.h"

#include <array>

namespace pm::routing {

namespace {

constexpr std::array kSettings{
    config::Key{"experiment", config::KeyType::Text, "",
                "Its name: another one deals users out anew. Missing: the node's own name, or its place."},
};

std::string armName(const Candidate &candidate)
{
    return candidate.node->name.empty() ? targetOf(candidate).label() : candidate.node->name;
}

} // namespace

std::span<const config::Key> AbStrategy::settings() const
{
    return kSettings;
}

void AbStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    // Over all arms, also those that cannot be asked now: else a failing arm would deal everybody out anew.
    std::vector<double> weights;
    weights.reserve(node.children.size());
    double sum = 0;
    for (const Node &arm : node.children) {
        weights.push_back(arm.weight);
        sum += std::max(0.0, arm.weight);
    }
    std::string_view experiment = node.settings.text("experiment");
    if (experiment.empty())
        experiment = node.name.empty() ? std::string_view(node.place) : std::string_view(node.name);
    const std::string identity = context.needs.fields ? context.needs.fields->identity() : std::string();
    const std::string key = std::string(experiment) + "\n" + identity;
    const double point = identity.empty() ? unitDraw(context.rng) : unitOf(spreadHash(key));
    const Node &arm = node.children[drawn(weights, point)];
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (candidates[i].node == &arm) {
            putFirst(candidates, i);
            break;
        }
    }
    keepPlanned(candidates);
    for (Candidate &candidate : candidates) {
        Choice &choice = candidate.first();
        const bool isArm = candidate.node == &arm;
        if (isArm || !candidate.node->name.empty()) { // others are told by their target, which stands beside it
            choice.figure = LateText("arm ", nullptr, {});
            choice.figure.rest = armName(candidate);
        }
        choice.reason = "only if the arm fails";
        if (isArm)
            choice.reason = choice.figure.text() + ", " + shareText(sum > 0 ? arm.weight / sum * 100 : 0) + " % of "
                            + (identity.empty() ? "requests: no user or session is named" : "users");
    }
}

bool AbStrategy::draws(const ChooseContext &context) const
{
    return !context.needs.fields || context.needs.fields->identity().empty();
}

} // namespace pm::routing
