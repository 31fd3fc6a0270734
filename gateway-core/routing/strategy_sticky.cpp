// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_sticky.h"

#include "routing/cost_estimate.h"
#include "routing/ranking.h"
#include "routing/remembered.h"
#include "routing/request_fields.h"

#include <algorithm>
#include <array>

namespace pm::routing {

namespace {

constexpr std::array kSettings{
    config::Key{"idle", config::KeyType::Duration, "10m", "A conversation that was silent for so long is free again.", "", 1'000,
                86'400'000},
    config::Key{"switch-when-cheaper", config::KeyType::Bool, "true",
                "At the start of a turn, leave the target when another would cost less although its cache is cold."},
};

struct Spot
{
    std::size_t candidate = 0;
    std::size_t choice = 0;
};

std::optional<Spot> find(const std::vector<Candidate> &candidates, const Remembered &seen)
{
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (seen.is(*candidates[i].target))
            return Spot{i, 0};
        for (std::size_t j = 1; j < candidates[i].choices.size(); ++j) {
            if (seen.is(*candidates[i].choices[j].target))
                return Spot{i, j};
        }
    }
    return std::nullopt;
}

/// What the first in order would save in spite of its cold cache; nothing when staying is as cheap, or unknown.
std::optional<double> saving(const Target &stay, const Target &leave, const RequestNeeds &needs)
{
    const auto here = expectedCost(stay, needs, kExpectedOutput, true);
    const auto there = expectedCost(leave, needs, kExpectedOutput, false);
    return here && there && *there < *here ? std::optional(*here - *there) : std::nullopt;
}

void bringForward(std::vector<Candidate> &candidates, const Spot &spot)
{
    (void)candidates[spot.candidate].first();
    auto &choices = candidates[spot.candidate].choices;
    if (spot.choice != 0)
        candidates[spot.candidate].inner.reset(); // it says why another stood first
    const auto at = choices.begin() + static_cast<std::ptrdiff_t>(spot.choice);
    std::rotate(choices.begin(), at, at + 1);
    putFirst(candidates, spot.candidate);
}

} // namespace

std::span<const config::Key> StickyStrategy::settings() const
{
    return kSettings;
}

void StickyStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const Remembered seen(node, context, node.settings.duration("idle", std::chrono::minutes(10)));
    LateText why = "new conversation";
    if (const auto spot = find(candidates, seen)) {
        const Candidate &holder = candidates[spot->candidate];
        const Target &held = spot->choice == 0 ? *holder.target : *holder.choices[spot->choice].target;
        const bool mayLeave = node.settings.flag("switch-when-cheaper", true) && context.needs.fields->beginsTurn();
        const auto saved = mayLeave ? saving(held, targetOf(candidates.front()), context.needs) : std::nullopt;
        if (saved) {
            why = "left " + held.label() + " at the turn's start: " + costText(*saved) + " cheaper in spite of the cold cache";
        } else {
            bringForward(candidates, *spot);
            why = "holds the conversation's prompt cache";
        }
    } else if (seen.isKnown()) {
        why = "the conversation's target cannot be asked now";
    }
    keepPlanned(candidates);
    for (Candidate &candidate : candidates)
        candidate.first().reason = "in order";
    Choice &first = candidates.front().first();
    first.reason = first.figure = std::move(why);
    seen.rememberThrough(candidates);
}

} // namespace pm::routing
