// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_latency.h"

#include "routing/reasons.h"

#include <algorithm>
#include <limits>

// Power of two choices over peak-sensitive averages (Mitzenmacher 2001; Finagle's PeakEWMA): of two targets
// drawn at random the one with less latency times load. Two, not all: many workers that see the same figures
// must not all run to the same target. What one peak pushed aside is looked at again now and then, or it
// would stay aside for ever.
namespace pm::routing {

namespace {

using std::chrono::microseconds;

constexpr std::chrono::minutes kStaleAfter{10};
constexpr std::uint64_t kLookAgainOneIn = 20;
constexpr double kAssumedMicros = 1e6; // when nothing is known of any

/// A candidate with its figures, read once: other workers change them meanwhile.
struct Entry
{
    std::size_t position = 0; ///< among the candidates
    std::optional<microseconds> latency;
    int inFlight = 0;
    bool mayExplore = false; ///< idle and not failing
    bool isStale = false;    ///< seen, but long ago or at another size only
    double load = 0;
};

Entry read(const Candidate &candidate, std::size_t position, const ChooseContext &context)
{
    Entry entry{position, std::nullopt, 0, false, false, 0};
    const TargetStats *stats = candidate.target->stats.get();
    if (!stats)
        return entry;
    const SizeClass size = sizeClassOf(context.needs.inputTokens);
    entry.latency = stats->latency(size, context.needs.stream);
    entry.inFlight = std::max(0, stats->inFlight());
    entry.mayExplore = entry.inFlight == 0 && (stats->isSound() || stats->health(context.breaker, context.now).failuresInRow == 0);
    const auto seenAt = stats->latencySeenAt(size, context.needs.stream);
    entry.isStale = entry.latency && (!seenAt || context.now - *seenAt > kStaleAfter);
    return entry;
}

std::vector<Entry> readAll(const std::vector<Candidate> &candidates, const ChooseContext &context)
{
    std::vector<Entry> entries;
    double worst = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        entries.push_back(read(candidates[i], i, context));
        if (entries.back().latency)
            worst = std::max(worst, static_cast<double>(entries.back().latency->count()));
    }
    const double assumed = worst > 0 ? worst : kAssumedMicros;
    for (Entry &entry : entries) {
        const double micros = entry.latency ? static_cast<double>(entry.latency->count()) : assumed;
        entry.load = micros * (entry.inFlight + 1);
    }
    return entries;
}

std::string inFlightText(const Entry &entry)
{
    return entry.inFlight > 0 ? " x " + std::to_string(entry.inFlight) + " in flight" : "";
}

std::string figureOf(const Entry &entry)
{
    return entry.latency ? latencyText(*entry.latency) : "not seen yet";
}

/// Puts `first` before the others, which follow by load.
struct Ranking
{
    std::vector<Entry> entries;
    std::string firstReason;
};

Ranking rank(std::vector<Entry> entries, std::size_t first, std::string reason)
{
    std::rotate(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(first),
                entries.begin() + static_cast<std::ptrdiff_t>(first) + 1);
    std::stable_sort(entries.begin() + 1, entries.end(),
                     [](const Entry &a, const Entry &b) { return a.load < b.load; });
    return {std::move(entries), std::move(reason)};
}

std::string reasonOfWinner(const std::vector<Entry> &entries, const Entry &winner, const Entry &other)
{
    if (!winner.latency)
        return "not seen yet";
    const std::string figure = latencyText(*winner.latency);
    const bool isAlone = winner.position == other.position;
    if (!isAlone && winner.load == other.load)
        return "same latency " + figure + inFlightText(winner) + ", first in order";
    if (!isAlone && other.latency && *other.latency < *winner.latency)
        return "least loaded, " + figure + inFlightText(winner);
    const bool isLowest = std::all_of(entries.begin(), entries.end(), [&](const Entry &entry) {
        return !entry.latency || *entry.latency >= *winner.latency;
    });
    return (isLowest ? "lowest latency " : "faster of two, ") + figure;
}

Ranking rankByDraw(std::vector<Entry> entries, Rng &rng)
{
    const std::size_t count = entries.size();
    std::size_t a = 0;
    std::size_t b = count > 1 ? 1 : 0;
    if (count > 2) {
        a = rng() % count;
        b = rng() % (count - 1);
        b += b >= a ? 1 : 0;
        if (b < a)
            std::swap(a, b); // ties go to the earlier one
    }
    const std::size_t winner = entries[b].load < entries[a].load ? b : a;
    std::string reason = reasonOfWinner(entries, entries[winner], entries[winner == a ? b : a]);
    return rank(std::move(entries), winner, std::move(reason));
}

/// An unseen target that is idle and not failing, else now and then one that was not seen for long.
std::optional<Ranking> rankByExploring(const std::vector<Entry> &entries, Rng &rng)
{
    std::vector<std::size_t> stale;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (!entries[i].mayExplore)
            continue;
        if (!entries[i].latency)
            return rank(entries, i, "not seen yet: explored");
        if (entries[i].isStale)
            stale.push_back(i);
    }
    if (stale.empty() || entries.size() < 2 || rng() % kLookAgainOneIn != 0)
        return std::nullopt;
    const std::size_t picked = stale[rng() % stale.size()];
    return rank(entries, picked,
                "not seen lately: explored again, was " + latencyText(*entries[picked].latency));
}

} // namespace

void LatencyStrategy::order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    std::vector<Entry> entries = readAll(candidates, context);
    std::optional<Ranking> ranking = rankByExploring(entries, context.rng);
    if (!ranking)
        ranking = rankByDraw(std::move(entries), context.rng);
    std::vector<Candidate> ordered;
    ordered.reserve(candidates.size());
    for (const Entry &entry : ranking->entries) {
        if (ordered.size() == kMostPlanned)
            break;
        const bool isFirst = ordered.empty();
        ordered.push_back(std::move(candidates[entry.position]));
        Choice &choice = ordered.back().first();
        choice.figure = figureOf(entry);
        choice.reason = isFirst ? ranking->firstReason : "next, " + choice.figure + inFlightText(entry);
    }
    candidates = std::move(ordered);
}

} // namespace pm::routing
