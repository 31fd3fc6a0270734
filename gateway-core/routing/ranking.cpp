// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/ranking.h"

#include "base/hash.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace pm::routing {

void orderByScore(std::vector<Candidate> &candidates, const std::function<Score(const Candidate &)> &scoreOf,
                  const std::function<std::string(const Candidate &)> &figureOf, std::string_view best)
{
    struct Place
    {
        double value;
        double tieBreak;
        std::size_t index;
        bool operator<(const Place &other) const
        {
            return std::tie(value, tieBreak, index) < std::tie(other.value, other.tieBreak, other.index);
        }
    };
    std::vector<Place> places;
    places.reserve(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Score score = scoreOf(candidates[i]);
        places.push_back({score.value, score.tieBreak, i});
    }
    const std::size_t kept = std::min(places.size(), kMostPlanned);
    std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(kept), places.end());
    std::vector<std::string> figures; // before anything moves: figures may look at their neighbours
    for (std::size_t i = 0; i < kept; ++i)
        figures.push_back(figureOf(candidates[places[i].index]));
    std::vector<Candidate> ordered;
    ordered.reserve(kept);
    for (std::size_t i = 0; i < kept; ++i) {
        ordered.push_back(std::move(candidates[places[i].index]));
        Choice &choice = ordered.back().first();
        choice.figure = std::move(figures[i]);
        choice.reason = std::string(i == 0 && places[i].value != kUnknown ? best : "next,") + " " + choice.figure;
    }
    candidates = std::move(ordered);
}

void putFirst(std::vector<Candidate> &candidates, std::size_t index)
{
    const auto at = candidates.begin() + static_cast<std::ptrdiff_t>(index);
    std::rotate(candidates.begin(), at, at + 1);
}

double unitDraw(Rng &rng)
{
    return unitOf(rng());
}

double unitOf(std::uint64_t hash)
{
    return static_cast<double>(hash >> 11) / 9007199254740992.0;
}

std::uint64_t spreadHash(std::string_view text)
{
    return spread(fnv1a(text));
}

std::size_t drawn(const std::vector<double> &weights, double point)
{
    double sum = 0;
    for (const double weight : weights)
        sum += std::max(0.0, weight);
    double left = point * sum;
    std::size_t last = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] <= 0)
            continue;
        last = i;
        left -= weights[i];
        if (left < 0)
            break;
    }
    return last;
}

std::uint16_t targetMark(const Target &target)
{
    return static_cast<std::uint16_t>(spreadHash(target.label()) >> 48);
}

} // namespace pm::routing
