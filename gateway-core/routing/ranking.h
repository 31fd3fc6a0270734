// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

#include <functional>
#include <limits>
#include <string>

// What strategies that order by a figure have in common. Plain functions.
namespace pm::routing {

constexpr double kUnknown = std::numeric_limits<double>::infinity(); ///< a score that comes last

/// A candidate's score, the lower the better.
struct Score
{
    double value = kUnknown;
    double tieBreak = 0;
};

/// Orders by score, equal ones as listed. The first one's reason is `best` and its figure ("$0.0021", "82 tokens/s"),
/// the others' "next, FIGURE". Of many only those that may be tried are put in order and keep their place in the plan:
/// a request has kMostPlanned attempts at most.
void orderByScore(std::vector<Candidate> &candidates, const std::function<Score(const Candidate &)> &scoreOf,
                  const std::function<std::string(const Candidate &)> &figureOf, std::string_view best);

/// The target that speaks for a candidate.
inline const Target &targetOf(const Candidate &candidate)
{
    return *candidate.target;
}

/// Puts the candidate at `index` first, the others stay in their order.
void putFirst(std::vector<Candidate> &candidates, std::size_t index);

/// [0, 1) with 53 bits.
double unitDraw(Rng &rng);
/// The same from a hash: `hash` decides alone.
double unitOf(std::uint64_t hash);
/// FNV-1a over the text, then spread: near texts fall far apart.
std::uint64_t spreadHash(std::string_view text);
/// Which of `weights` a point of [0, 1) falls on; weights at or below zero get nothing. The last with a weight takes
/// what rounding leaves; with none, 0.
std::size_t drawn(const std::vector<double> &weights, double point);

/// What conversations remember of targets: 16 bits of the label's hash.
std::uint16_t targetMark(const Target &target);

} // namespace pm::routing
