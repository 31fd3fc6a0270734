// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_race.h"

#include <algorithm>
#include <array>

namespace pm::routing {

namespace {

constexpr std::array kSettings{
    config::Key{"most", config::KeyType::Integer, "3", "So many of the children run; the others wait for a failure.", "", 2, 8},
};

std::string whole(const Numbers &numbers)
{
    return std::to_string(static_cast<int>(numbers[0]));
}

} // namespace

std::span<const config::Key> RaceStrategy::settings() const
{
    return kSettings;
}

void RaceStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &) const
{
    keepPlanned(candidates);
    const auto most = static_cast<std::size_t>(node.settings.number("most", 3));
    const std::size_t runners = std::min(most, candidates.size());
    std::vector<Choice> spare; // of the runners' own: tried when all of them have failed
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        Choice &choice = candidates[i].first();
        choice.reason = i < runners ? LateText("in the race of ", whole, {static_cast<double>(runners)}) : "next in order";
        if (i > 0 && i < runners)
            choice.start = Start::AtOnce;
        auto &own = candidates[i].choices;
        if (i + 1 < runners && own.size() > 1) {
            std::move(own.begin() + 1, own.end(), std::back_inserter(spare));
            own.resize(1);
        }
    }
    auto &last = candidates[runners - 1].choices;
    last.insert(last.end(), std::make_move_iterator(spare.begin()), std::make_move_iterator(spare.end()));
}

} // namespace pm::routing
