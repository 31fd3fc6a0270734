// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_mirror.h"

#include "routing/ranking.h"
#include "routing/reasons.h"

#include <array>

namespace pm::routing {

namespace {

constexpr std::array kSettings{
    config::Key{"share", config::KeyType::Number, "1", "Of the requests, that are sent to the mirrors too.", "", 0, 1},
};

std::string shareOfRequests(const Numbers &numbers)
{
    return shareText(numbers[0] * 100) + " % of requests";
}

} // namespace

std::span<const config::Key> MirrorStrategy::settings() const
{
    return kSettings;
}

void MirrorStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const double share = node.settings.number("share", 1);
    const bool isMirrored = unitDraw(context.rng) < share;
    std::erase_if(candidates, [&](Candidate &candidate) {
        candidate.isMirror = candidate.node != &node.children.front();
        return candidate.isMirror && !isMirrored;
    });
    keepPlanned(candidates);
    for (Candidate &candidate : candidates) {
        candidate.first().reason = candidate.isMirror ? LateText("mirror of ", shareOfRequests, {share})
                                                      : LateText("answers; others only mirror it");
    }
}

} // namespace pm::routing
