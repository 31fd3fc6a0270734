// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_hedge.h"

#include "routing/ranking.h"
#include "routing/reasons.h"

#include <algorithm>
#include <array>

namespace pm::routing {

namespace {

using std::chrono::milliseconds;

constexpr std::array kSettings{
    config::Key{"quantile", config::KeyType::Number, "0.95", "Of the first target's own times to first content.", "", 0.5, 0.999},
    config::Key{"delay", config::KeyType::Duration, "3s", "Before the second starts, while the first is not known well enough.", "",
                1, 600'000},
    config::Key{"least-delay", config::KeyType::Duration, "200ms", "Never sooner than this.", "", 0, 600'000},
};

/// Of the delay in microseconds and the quantile that it is of the first one's times, 0 when it is not learnt.
std::string delayText(const Numbers &numbers)
{
    const auto delay = std::chrono::microseconds(static_cast<std::int64_t>(numbers[0]));
    const double quantile = numbers[1];
    return latencyText(delay) + (quantile > 0 ? ", the first one's p" + shareText(quantile * 100) : "");
}

} // namespace

std::span<const config::Key> HedgeStrategy::settings() const
{
    return kSettings;
}

void HedgeStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    keepPlanned(candidates);
    const double quantile = node.settings.number("quantile", 0.95);
    const TargetStats *stats = targetOf(candidates.front()).stats.get();
    const auto learnt = stats && context.needs.stream
                            ? stats->firstContentQuantile(sizeClassOf(context.needs.inputTokens), quantile)
                            : std::nullopt;
    const milliseconds delay =
        std::max(learnt ? std::chrono::duration_cast<milliseconds>(*learnt) : node.settings.duration("delay", milliseconds(3'000)),
                 node.settings.duration("least-delay", milliseconds(200)));
    const auto micros = static_cast<double>(std::chrono::microseconds(delay).count());
    const LateText hedge("hedge, after ", delayText, {micros, learnt ? quantile : 0});
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        Choice &choice = candidates[i].first();
        choice.reason = i == 0 ? "first in order" : "next in order";
    }
    if (candidates.size() < 2)
        return;
    Choice &second = candidates[1].first();
    second.reason = hedge;
    second.start = Start::AfterDelay;
    second.delay = delay;
    // What the first child has behind its best target would else stand before the hedge.
    auto &first = candidates[0].choices;
    auto &last = candidates.back().choices;
    if (first.size() > 1) {
        last.insert(last.end(), std::make_move_iterator(first.begin() + 1), std::make_move_iterator(first.end()));
        first.resize(1);
    }
}

} // namespace pm::routing
