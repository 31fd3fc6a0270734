// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_complexity.h"

#include "routing/complexity_model.h"
#include "routing/ranking.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace pm::routing {

namespace {

constexpr double kShare = 0.3;
constexpr int kStrong = 0; ///< the strong child's position; the weak one's is 1, others wait for failures
constexpr int kWeak = 1;

constexpr std::array kSettings{
    config::Key{"share", config::KeyType::Number, "0.3",
                "Of the prompts that the model was calibrated on, that are to go to the strong child. Rules "
                "take no notice.",
                "", 0, 1},
    config::Key{"model", config::KeyType::Text, "",
                "The model's file; a relative path is of the data folder. Missing: complexity.json there."},
};

struct Verdict
{
    bool isStrong = false;
    std::string why;    ///< "score 0.71 >= 0.55 (share 30 %)"
    std::string figure; ///< "0.71"
};

std::string twoDecimals(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", value);
    return text;
}

/// The rules that hold, by name.
std::string namesOf(const RulePoints &points)
{
    std::string names;
    const auto add = [&names](bool holds, const char *name) {
        if (holds)
            names.append(names.empty() ? "" : ", ").append(name);
    };
    add(points.isLong, "long");
    add(points.hasCode, "code");
    add(points.asksWork, "words of work");
    add(points.hasSteps, "steps");
    return names.empty() ? "" : " (" + names + ")";
}

Verdict byRules(const PromptFacts &facts, const std::string &problem)
{
    const RulePoints points = rulePoints(facts);
    const std::string figure =
        std::to_string(points.sum()) + " of " + std::to_string(kRulePoints) + " points";
    const std::string because = problem.empty() ? "" : " (" + problem + ")";
    const bool isStrong = points.sum() >= kStrongFrom;
    return {isStrong, "by rules" + because + ": " + figure + namesOf(points), figure};
}

Verdict byModel(const PromptFacts &facts, const ComplexityModel &model, double share)
{
    const double score = model.score(featuresOf(facts));
    const double threshold = model.threshold(share);
    const bool isStrong = score >= threshold;
    const std::string percent = std::to_string(std::lround(share * 100)) + " %";
    const std::string limit = threshold > 1 ? "never" : twoDecimals(threshold);
    return {isStrong,
            "score " + twoDecimals(score) + (isStrong ? " >= " : " < ") + limit + " (share " + percent + ")",
            twoDecimals(score)};
}

Verdict judge(const Node &node, const RequestNeeds &needs)
{
    const PromptFacts facts = factsOf(needs);
    const ComplexitySource *source = node.complexity.get();
    if (source && source->model)
        return byModel(facts, *source->model, node.settings.number("share", kShare));
    return byRules(facts, source ? source->problem : std::string());
}

const char *tierName(int position)
{
    return position == kStrong ? "strong" : position == kWeak ? "weak" : "further";
}

} // namespace

std::span<const config::Key> ComplexityStrategy::settings() const
{
    return kSettings;
}

void ComplexityStrategy::order(const Node &node, std::vector<Candidate> &candidates,
                               const ChooseContext &context) const
{
    const Verdict verdict = judge(node, context.needs);
    const int wanted = verdict.isStrong ? kStrong : kWeak;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (candidates[i].node->position == wanted)
            putFirst(candidates, i);
    }
    keepPlanned(candidates);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const int position = candidates[i].node->position;
        Choice &choice = candidates[i].first();
        choice.figure = verdict.figure + ", " + tierName(position);
        if (position == wanted)
            choice.reason = verdict.why + ": " + tierName(position);
        else if (i == 0)
            choice.reason =
                verdict.why + ": " + tierName(wanted) + ", which is not there; " + tierName(position);
        else
            choice.reason = std::string("next, the ") + tierName(position) + " tier";
    }
}

} // namespace pm::routing
