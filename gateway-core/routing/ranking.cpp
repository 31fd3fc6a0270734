// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/ranking.h"

#include <algorithm>
#include <utility>

namespace pm::routing {

void orderByScore(std::vector<Candidate> &candidates, const std::function<Score(const Candidate &)> &scoreOf,
                  std::string_view best)
{
    std::vector<std::pair<Score, std::size_t>> scores;
    scores.reserve(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i)
        scores.emplace_back(scoreOf(candidates[i]), i);
    std::stable_sort(scores.begin(), scores.end(), [](const auto &a, const auto &b) {
        return std::pair(a.first.value, a.first.tieBreak) < std::pair(b.first.value, b.first.tieBreak);
    });
    std::vector<Candidate> ordered;
    ordered.reserve(candidates.size());
    for (auto &[score, index] : scores) {
        const bool isFirst = ordered.empty();
        ordered.push_back(std::move(candidates[index]));
        Choice &choice = ordered.back().choices.front();
        choice.figure = std::move(score.figure);
        choice.reason = std::string(isFirst && score.value != kUnknown ? best : "next,") + " " + choice.figure;
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
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001B3ULL;
    }
    hash ^= hash >> 33;
    hash *= 0xFF51AFD7ED558CCDULL;
    hash ^= hash >> 33;
    hash *= 0xC4CEB9FE1A85EC53ULL;
    return hash ^ (hash >> 33);
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
