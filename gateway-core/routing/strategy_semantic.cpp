// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_semantic.h"

#include "base/text.h"
#include "routing/reasons.h"
#include "routing/rules.h"
#include "routing/semantic_matches.h"

#include <array>
#include <cmath>

namespace pm::routing {

namespace {

constexpr std::size_t kShownExample = 40; ///< bytes
constexpr std::array kSettings{
    config::Key{.path = "embedding",
                .type = config::KeyType::Model,
                .sense = "provider/model that embeds prompts and examples; with a local one the prompt stays here.",
                .isRequired = true},
    config::Key{"threshold", config::KeyType::Number, "0.5", "Cosine similarity below which no rule fits.", "", -1, 1},
    config::Key{"timeout", config::KeyType::Duration, "1500ms", "For the embedding; after it the default is taken.", "", 10,
                60'000},
};

std::string hundredths(double value)
{
    return shareText(std::round(value * 100) / 100);
}

} // namespace

std::span<const config::Key> SemanticStrategy::settings() const
{
    return kSettings;
}

std::optional<Pick> SemanticStrategy::pick(const Node &node, const ChooseContext &context) const
{
    const SemanticMatches *matches = context.needs.semantic;
    const auto near = matches ? matches->nearest(node) : std::nullopt;
    Pick pick = firstFit(node, [](const Node &) { return std::optional<std::string>(); });
    if (!near) {
        const std::string problem = matches ? matches->problem() : std::string();
        pick.reason = (problem.empty() ? "no embedding was asked for" : problem) + ": default";
        return pick;
    }
    const double threshold = node.settings.number("threshold", 0.5);
    const std::string said = "\"" + std::string(clipUtf8(near->example, kShownExample)) + "\" is "
                             + hundredths(near->similarity) + " near";
    if (near->similarity < threshold) {
        pick.reason = said + ", below " + hundredths(threshold) + ": default";
        return pick;
    }
    return Pick{near->child, ruleLabel(node.children[near->child]) + ": " + said};
}

} // namespace pm::routing
