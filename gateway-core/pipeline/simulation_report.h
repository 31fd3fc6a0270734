// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// What a simulation is asked and what it answers: values for the window, the admin API and the command line.
namespace pm {

/// Which stored requests to look at. With a time range it is the newest kMost of it, else the newest `last`.
struct SimulationQuery
{
    static constexpr int kMost = 5000;
    std::string router; ///< those that went through it; empty: all
    int last = 200;
    std::int64_t since = 0; ///< Unix microseconds, 0 open
    std::int64_t until = 0;
    bool isRange() const { return since != 0 || until != 0; }
};

/// One stored request: what happened, and what would happen.
struct SimulatedRequest
{
    struct Happened
    {
        std::string target; ///< the first of its plan; empty: there was none
        std::string served; ///< that answered, or was tried last
        int status = 0;     ///< towards the client
        std::optional<std::int64_t> costMicroUsd;
        std::optional<std::int64_t>
            latencyUs;               ///< streams to first content, others to the end; unset when not answered
        std::string errorKind;       ///< empty when all was well
        bool hasFirstFailed = false; ///< its first attempt
    };
    struct Expected
    {
        std::string target; ///< the first choice; empty: nothing could take it
        std::string reason; ///< for it, or why there is none
        std::optional<std::int64_t>
            costMicroUsd; ///< of the tokens that the stored request had, at this target's price
        std::optional<std::int64_t> latencyUs; ///< as Happened's, from what is known of the target now
        std::optional<double> errorRate;       ///< 0..1
        bool isByChance = false; ///< a draw or a turn has part in it: another run may say otherwise
        bool isByFigures =
            false; ///< what is known of the targets now has part in it; it was not the same then
    };
    std::string id;
    std::int64_t startedAt = 0; ///< Unix microseconds
    std::string router;         ///< that it went through then
    std::string model;          ///< as the client wrote it
    bool isStream = false;
    Happened before;
    Expected after;
    bool isChanged() const { return before.target != after.target; }
};

struct SimulationReport
{
    struct Share
    {
        std::string target; ///< empty: none
        int before = 0;
        int after = 0;
    };
    struct Move
    {
        std::string from;
        std::string to;
        int count = 0;
    };
    /// Before and after are sums over the same requests: those where both are known.
    struct Sums
    {
        int changed = 0;
        int byChance = 0;
        int byFigures = 0;
        int priced = 0;                             ///< requests whose cost is known on both sides
        std::int64_t costBefore = 0, costAfter = 0; ///< micro-dollars
        int timed = 0;
        std::int64_t latencyBefore = 0, latencyAfter = 0; ///< microseconds, sums
        int rated = 0;
        double errorsBefore = 0, errorsAfter = 0; ///< first attempts that failed; the sum of expected rates
    };
    std::vector<SimulatedRequest> requests; ///< the oldest first
    std::vector<Share> targets;             ///< those with most after first
    std::vector<Move> moves;                ///< the commonest first
    Sums sums;
    std::map<std::string, int> skipped; ///< requests that could not be simulated, by reason
    bool hasMore = false;               ///< older ones match the query as well
};

} // namespace pm
