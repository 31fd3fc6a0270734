// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_cascade.h"

#include <array>

namespace pm::routing {

namespace {

constexpr std::array kSettings{
    config::Key{"check", config::KeyType::Text, "empty,refusal,json,tools",
                "What makes an answer poor: any of empty, refusal, json (invalid, or against the schema that was asked for), "
                "tools (arguments that are no JSON, or a tool that was not offered), cut (it hit its length limit), logprob."},
    config::Key{"least-logprob", config::KeyType::Number, "-1",
                "For logprob: the mean log-probability of a token, where the provider sends it.", "", -100, 0},
};

} // namespace

std::span<const config::Key> CascadeStrategy::settings() const
{
    return kSettings;
}

void CascadeStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &) const
{
    keepPlanned(candidates);
    const std::string_view written = node.settings.text("check");
    const std::string_view check = written.empty() ? "empty,refusal,json,tools" : written;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        Choice &choice = candidates[i].first();
        const bool isLast = i + 1 == candidates.size();
        choice.reason = i == 0 ? "first of the cascade" : "when the answer before is poor";
        if (i > 0)
            choice.start = Start::WhenPoor;
        // A second target of the same step is as cheap as its first: its answer is looked at as well.
        for (Choice &each : candidates[i].choices) {
            if (!isLast) {
                each.check = check;
                each.leastLogprob = node.settings.number("least-logprob", -1);
            }
        }
    }
}

} // namespace pm::routing
