// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/ranking.h"

#include "base/hash.h"

#include <algorithm>
#include <utility>

namespace pm::routing {

void keepBest(std::vector<Place> &places)
{
    std::size_t kept = 0; // in front, sorted; most of many are no match for the last of them
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Place place = places[i];
        if (kept == kMostPlanned && !isBefore(place, places[kept - 1]))
            continue;
        std::size_t at = kept < kMostPlanned ? kept++ : kept - 1;
        for (; at > 0 && isBefore(place, places[at - 1]); --at)
            places[at] = places[at - 1];
        places[at] = place;
    }
    places.resize(kept);
}

void arrange(std::vector<Candidate> &candidates, const std::vector<Place> &places)
{
    std::vector<Candidate> ordered;
    ordered.reserve(places.size());
    for (const Place &place : places)
        ordered.push_back(std::move(candidates[place.index]));
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

std::size_t fallsOn(const std::vector<double> &weights, double point)
{
    std::size_t last = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] <= 0)
            continue;
        last = i;
        point -= weights[i];
        if (point < 0)
            break;
    }
    return last;
}

std::size_t drawn(const std::vector<double> &weights, double point)
{
    double sum = 0;
    for (const double weight : weights)
        sum += std::max(0.0, weight);
    return fallsOn(weights, point * sum);
}

std::uint16_t targetMark(const Target &target)
{
    return target.stats ? target.stats->mark() : markOf(target.label());
}

} // namespace pm::routing
