// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_latency.h"

#include "routing/ranking.h"
#include "routing/reasons.h"

#include <algorithm>
#include <optional>
#include <utility>

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

/// A candidate's figures, read once: other workers change them meanwhile.
struct Entry
{
    std::optional<microseconds> latency;
    int inFlight = 0;
    double load = 0;
};

/// What all looks share.
struct Look
{
    const std::vector<Candidate> &candidates;
    const ChooseContext &context;
    SizeClass size;
    std::vector<Entry> entries; ///< by candidate

    /// Idle and not failing.
    bool mayExplore(std::size_t i) const
    {
        const TargetStats *stats = candidates[i].target->stats.get();
        return stats && entries[i].inFlight == 0 && !stats->isFailing(context.breaker, context.now);
    }
    /// Seen, but long ago or at another size only.
    bool isStale(std::size_t i) const
    {
        const TargetStats *stats = candidates[i].target->stats.get();
        const auto seenAt = stats ? stats->latencySeenAt(size, context.needs.stream) : std::nullopt;
        return entries[i].latency && (!seenAt || context.now - *seenAt > kStaleAfter);
    }
};

/// The one that is tried first, and why.
struct First
{
    std::size_t index = 0;
    LateText reason;
};

Look lookAt(const std::vector<Candidate> &candidates, const ChooseContext &context)
{
    Look look{candidates, context, sizeClassOf(context.needs.inputTokens), {}};
    look.entries.reserve(candidates.size());
    double worst = 0;
    for (const Candidate &candidate : candidates) {
        Entry &entry = look.entries.emplace_back();
        if (const TargetStats *stats = candidate.target->stats.get()) {
            entry.latency = stats->latency(look.size, context.needs.stream);
            entry.inFlight = std::max(0, stats->inFlight());
        }
        if (entry.latency)
            worst = std::max(worst, static_cast<double>(entry.latency->count()));
    }
    const double assumed = worst > 0 ? worst : kAssumedMicros;
    for (Entry &entry : look.entries) {
        const double micros = entry.latency ? static_cast<double>(entry.latency->count()) : assumed;
        entry.load = micros * (entry.inFlight + 1);
    }
    return look;
}

Numbers numbersOf(const Entry &entry)
{
    return {entry.latency ? static_cast<double>(entry.latency->count()) : -1, static_cast<double>(entry.inFlight)};
}

std::string figureText(const Numbers &numbers)
{
    return numbers[0] < 0 ? "not seen yet" : latencyText(microseconds(static_cast<std::int64_t>(numbers[0])));
}

std::string loadText(const Numbers &numbers)
{
    const auto inFlight = static_cast<int>(numbers[1]);
    return figureText(numbers) + (inFlight > 0 ? " x " + std::to_string(inFlight) + " in flight" : "");
}

std::string sameLoadText(const Numbers &numbers)
{
    return loadText(numbers) + ", first in order";
}

LateText reasonOfWinner(const std::vector<Entry> &entries, const Entry &winner, const Entry &other)
{
    if (!winner.latency)
        return "not seen yet";
    const bool isAlone = &winner == &other;
    if (!isAlone && winner.load == other.load)
        return {"same latency ", sameLoadText, numbersOf(winner)};
    if (!isAlone && other.latency && *other.latency < *winner.latency)
        return {"least loaded, ", loadText, numbersOf(winner)};
    const bool isLowest = std::all_of(entries.begin(), entries.end(), [&](const Entry &entry) {
        return !entry.latency || *entry.latency >= *winner.latency;
    });
    return {isLowest ? "lowest latency " : "faster of two, ", figureText, numbersOf(winner)};
}

First draw(const std::vector<Entry> &entries, Rng &rng)
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
    return {winner, reasonOfWinner(entries, entries[winner], entries[winner == a ? b : a])};
}

/// An unseen target that is idle and not failing, else now and then one that was not seen for long.
std::optional<First> explore(const Look &look)
{
    const std::size_t count = look.entries.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (!look.entries[i].latency && look.mayExplore(i))
            return First{i, "not seen yet: explored"};
    }
    if (count < 2 || look.context.rng() % kLookAgainOneIn != 0)
        return std::nullopt;
    std::vector<std::size_t> stale;
    for (std::size_t i = 0; i < count; ++i) {
        if (look.isStale(i) && look.mayExplore(i))
            stale.push_back(i);
    }
    if (stale.empty())
        return std::nullopt;
    const std::size_t picked = stale[look.context.rng() % stale.size()];
    return First{picked, {"not seen lately: explored again, was ", figureText, numbersOf(look.entries[picked])}};
}

/// The first, then the others by load.
std::vector<Place> placesOf(const std::vector<Entry> &entries, std::size_t first)
{
    std::vector<Place> places;
    places.reserve(entries.size());
    for (const Entry &entry : entries) {
        const bool isFirst = places.size() == first;
        places.push_back({{isFirst ? -1 : entry.load, 0}, places.size()});
    }
    keepBest(places);
    return places;
}

} // namespace

void LatencyStrategy::order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const Look look = lookAt(candidates, context);
    std::optional<First> first = explore(look);
    if (!first)
        first = draw(look.entries, context.rng);
    const std::vector<Place> places = placesOf(look.entries, first->index);
    for (const Place &place : places) {
        const Numbers numbers = numbersOf(look.entries[place.index]);
        Choice &choice = candidates[place.index].first();
        choice.figure = LateText({}, figureText, numbers);
        choice.reason = place.index == first->index ? std::move(first->reason) : LateText("next, ", loadText, numbers);
    }
    arrange(candidates, places);
}

} // namespace pm::routing
