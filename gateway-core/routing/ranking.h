// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

#include <limits>
#include <string_view>
#include <vector>

// What strategies that order by a figure have in common. Plain functions.
namespace pm::routing {

constexpr double kUnknown = std::numeric_limits<double>::infinity(); ///< a score that comes last

/// A candidate's score, the lower the better.
struct Score
{
    double value = kUnknown;
    double tieBreak = 0;
};

/// Where a candidate stands.
struct Place
{
    Score score;
    std::size_t index = 0; ///< among the candidates
};

/// The better first; equal ones by index.
inline bool isBefore(const Place &a, const Place &b)
{
    if (a.score.value != b.score.value)
        return a.score.value < b.score.value;
    if (a.score.tieBreak != b.score.tieBreak)
        return a.score.tieBreak < b.score.tieBreak;
    return a.index < b.index;
}
/// Leaves the kMostPlanned best, best first; equal ones by index. A request has no more attempts.
void keepBest(std::vector<Place> &places);
/// Leaves of `candidates` those of `places`, in that order.
void arrange(std::vector<Candidate> &candidates, const std::vector<Place> &places);

/// Orders by `scoreOf(candidate)`, equal ones as listed. `figureOf` says a candidate's figure ("$0.0021", "82 tokens/s")
/// without a lead, since the reason is the figure behind `best` for the first, behind "next, " for others and for a
/// first one of which nothing is known. Both are asked before a candidate moves.
template <typename ScoreOf, typename FigureOf>
void orderByScore(std::vector<Candidate> &candidates, const ScoreOf &scoreOf, const FigureOf &figureOf,
                  std::string_view best)
{
    std::vector<Place> places;
    places.reserve(candidates.size());
    for (const Candidate &candidate : candidates)
        places.push_back({scoreOf(candidate), places.size()});
    keepBest(places);
    for (const Place &place : places) {
        const bool isBest = &place == &places.front() && place.score.value != kUnknown;
        Choice &choice = candidates[place.index].first();
        choice.figure = figureOf(candidates[place.index]);
        choice.reason = choice.figure;
        choice.reason.lead = isBest ? best : "next, ";
    }
    arrange(candidates, places);
}

/// The target that speaks for a candidate.
inline const Target &targetOf(const Candidate &candidate)
{
    return *candidate.target;
}

/// Which of `candidates` it is.
inline std::size_t indexIn(const std::vector<Candidate> &candidates, const Candidate &candidate)
{
    return static_cast<std::size_t>(&candidate - candidates.data());
}

/// Puts the candidate at `index` first, the others stay in their order.
void putFirst(std::vector<Candidate> &candidates, std::size_t index);

/// [0, 1) with 53 bits.
double unitDraw(Rng &rng);
/// The same from a hash: `hash` decides alone.
double unitOf(std::uint64_t hash);
/// FNV-1a over the text, then spread: near texts fall far apart.
std::uint64_t spreadHash(std::string_view text);
/// Which of `weights` a point of [0, their sum) falls on; weights at or below zero get nothing. The last with a weight
/// takes what rounding leaves; with none, 0.
std::size_t fallsOn(const std::vector<double> &weights, double point);
/// The same for a point of [0, 1).
std::size_t drawn(const std::vector<double> &weights, double point);

/// What conversations remember of targets: markOf() its label.
std::uint16_t targetMark(const Target &target);

} // namespace pm::routing
