// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_round_robin.h"

#include "routing/ranking.h"

#include <algorithm>
#include <numeric>

// A child of weight w has its turns at the times (j + 1/2) / w; the n-th request gets the n-th of all turns. That is
// smooth (weights 5, 1, 1 give a a a b c a a), needs one counter that workers share without a lock, and holds for
// whatever children are left: who is out for a while has no debt to work off later.
namespace pm::routing {

namespace {

/// Times and weights are not below zero.
std::int64_t turnsBefore(double time, double weight)
{
    return static_cast<std::int64_t>(time * weight + 0.5);
}

std::int64_t allTurnsBefore(double time, const std::vector<double> &weights)
{
    std::int64_t turns = 0;
    for (const double weight : weights)
        turns += turnsBefore(time, weight);
    return turns;
}

/// All weigh the same, as they mostly do.
std::vector<Place> placesInTurn(std::size_t count, std::uint64_t turn)
{
    std::vector<Place> places;
    places.reserve(kMostPlanned);
    for (std::size_t i = 0; i < std::min(count, kMostPlanned); ++i)
        places.push_back({{}, static_cast<std::size_t>((turn + i) % count)});
    return places;
}

/// A time at which at most `wanted` of all turns are over, so late that nobody has two more before `wanted` are.
double timeBefore(const std::vector<double> &weights, double sum, std::int64_t wanted)
{
    const double most = *std::max_element(weights.begin(), weights.end());
    const double slack = static_cast<double>(weights.size());
    double low = std::max(0.0, (static_cast<double>(wanted) - slack) / sum);
    double high = (static_cast<double>(wanted) + slack) / sum;
    while ((high - low) * most > 0.5) {
        const double middle = (low + high) / 2;
        (allTurnsBefore(middle, weights) <= wanted ? low : high) = middle;
    }
    return low;
}

/// The order of next turns once `turn` of all turns are over.
std::vector<Place> placesAt(const std::vector<double> &weights, std::uint64_t turn)
{
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    const bool isSane = sum > 1e-100 && sum < 1e100; // times can be reckoned with
    if (!isSane || std::all_of(weights.begin(), weights.end(), [&](double weight) { return weight == weights.front(); }))
        return placesInTurn(weights.size(), turn);
    // Beyond 2^40 a double would no longer tell turns apart; starting over harms nobody.
    const auto wanted = static_cast<std::int64_t>(turn & ((1ULL << 40) - 1));
    const double time = timeBefore(weights, sum, wanted);
    const auto nextTurn = [&](std::size_t i, int more) {
        return (static_cast<double>(turnsBefore(time, weights[i]) + more) + 0.5) / weights[i];
    };
    std::vector<Place> places; // scored by the time of the first turn that is not over
    places.reserve(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i)
        places.push_back({{nextTurn(i, 0), 0}, i});
    // Those whose turn is over by `wanted` though not by then; of several at one and the same time the first.
    const auto missing = static_cast<std::size_t>(wanted - allTurnsBefore(time, weights));
    const std::size_t had = std::min(missing, places.size());
    std::nth_element(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(had), places.end(), isBefore);
    for (std::size_t i = 0; i < had; ++i)
        places[i].score.value = nextTurn(places[i].index, 1);
    keepBest(places);
    return places;
}

std::uint64_t turnAt(const Node &node, const ChooseContext &context)
{
    if (!node.state)
        return context.rng();
    return context.takesTurns ? node.state->nextTurn() : node.state->turn();
}

} // namespace

void RoundRobinStrategy::order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    std::vector<double> weights; // of those that have a turn at all
    std::vector<std::size_t> indexes;
    weights.reserve(candidates.size());
    indexes.reserve(candidates.size());
    for (const Candidate &candidate : candidates) {
        if (candidate.node->weight > 0) {
            weights.push_back(candidate.node->weight);
            indexes.push_back(indexIn(candidates, candidate));
        }
    }
    std::vector<Place> places;
    if (!weights.empty())
        places = placesAt(weights, turnAt(node, context));
    for (Place &place : places)
        place.index = indexes[place.index];
    for (std::size_t i = 0; i < candidates.size() && places.size() < kMostPlanned; ++i) {
        if (candidates[i].node->weight <= 0)
            places.push_back({{}, i});
    }
    arrange(candidates, places);
    for (Candidate &candidate : candidates)
        candidate.first().reason = &candidate == &candidates.front() ? "its turn" : "next in turn";
}

} // namespace pm::routing
