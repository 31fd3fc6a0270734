// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_round_robin.h"

#include "routing/ranking.h"
#include "routing/reasons.h"

#include <algorithm>
#include <cmath>

// A child of weight w has its turns at the times (j + 1/2) / w; the n-th request gets the n-th of all turns. That is
// smooth (weights 5, 1, 1 give a a a b c a a), needs one counter that workers share without a lock, and holds for
// whatever children are left: who is out for a while has no debt to work off later.
namespace pm::routing {

namespace {

struct Place
{
    double nextAt = 0; ///< time of its first turn that is not over
    std::size_t index = 0;
};

double turnsBefore(double time, double weight)
{
    return std::floor(time * weight + 0.5);
}

/// All weigh the same, as they mostly do.
std::vector<Place> placesInTurn(std::size_t count, std::uint64_t turn)
{
    std::vector<Place> places;
    for (std::size_t i = 0; i < std::min(count, kMostPlanned); ++i)
        places.push_back({0, static_cast<std::size_t>((turn + i) % count)});
    return places;
}

/// The largest time at which at most `wanted` of all turns are over.
double timeOf(const std::vector<double> &weights, double sum, double wanted)
{
    const double slack = static_cast<double>(weights.size());
    double low = std::max(0.0, (wanted - slack) / sum);
    double high = (wanted + slack) / sum;
    for (int i = 0; i < 40; ++i) {
        const double middle = (low + high) / 2;
        double count = 0;
        for (const double weight : weights)
            count += turnsBefore(middle, weight);
        if (count == wanted)
            return middle;
        (count < wanted ? low : high) = middle;
    }
    return low;
}

/// The order of next turns once `turn` of all turns are over.
std::vector<Place> placesAt(const std::vector<double> &weights, std::uint64_t turn)
{
    if (std::all_of(weights.begin(), weights.end(), [&](double weight) { return weight == weights.front(); }))
        return placesInTurn(weights.size(), turn);
    double sum = 0;
    for (const double weight : weights)
        sum += weight;
    // Beyond 2^40 a double would no longer tell turns apart; starting over harms nobody.
    const double wanted = static_cast<double>(turn & ((1ULL << 40) - 1));
    const double time = timeOf(weights, sum, wanted);
    double over = 0;
    std::vector<Place> places;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double own = turnsBefore(time, weights[i]);
        over += own;
        places.push_back({(own + 0.5) / weights[i], i});
    }
    const auto earlier = [](const Place &a, const Place &b) { return std::pair(a.nextAt, a.index) < std::pair(b.nextAt, b.index); };
    // Several may have their turn at one and the same time: those of them that had it already step back.
    for (; over < wanted; ++over) {
        Place &first = *std::min_element(places.begin(), places.end(), earlier);
        first.nextAt += 1 / weights[first.index];
    }
    const std::size_t kept = std::min(places.size(), kMostPlanned);
    std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(kept), places.end(), earlier);
    places.resize(kept);
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
    std::vector<Candidate> idle; // a weight of zero is no turn at all
    const auto isIdle = [](const Candidate &candidate) { return candidate.node->weight <= 0; };
    const auto end = std::stable_partition(candidates.begin(), candidates.end(), [&](const Candidate &c) { return !isIdle(c); });
    std::move(end, candidates.end(), std::back_inserter(idle));
    candidates.erase(end, candidates.end());
    std::vector<double> weights;
    for (const Candidate &candidate : candidates)
        weights.push_back(candidate.node->weight);
    std::vector<Candidate> ordered;
    if (!candidates.empty()) {
        for (const Place &place : placesAt(weights, turnAt(node, context)))
            ordered.push_back(std::move(candidates[place.index]));
    }
    std::move(idle.begin(), idle.end(), std::back_inserter(ordered));
    keepPlanned(ordered);
    for (Candidate &candidate : ordered)
        candidate.first().reason = &candidate == &ordered.front() ? "its turn" : "next in turn";
    candidates = std::move(ordered);
}

} // namespace pm::routing
