// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/compiled_route.h"
#include "pipeline/encode.h"
#include "pipeline/route.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Where a request would go, and why, without sending it. Plain functions, any thread.
namespace pm {

/// What is to be expected of a target for one request, from what is known of it now.
struct Expected
{
    std::optional<double>
        costUsd; ///< for the estimated prompt and routing::kExpectedOutput; unset: price unknown
    std::optional<std::chrono::microseconds>
        latency;                     ///< streams to first content, others to the end; unset: not seen yet
    std::optional<double> errorRate; ///< 0..1, see TargetStats::errorRate
};

struct ExplainedChoice
{
    routing::Choice choice;
    Expected expected;
};

struct Explanation
{
    Route route; ///< with the router that serves it, also where the model or a header named that
    RequestFacts facts;
    std::string_view kind; ///< routing::primaryClass: "chat", "code", "image"…
    CompiledRoutePtr compiled;
    std::string strategy;                 ///< of the router's root; empty for a single target
    std::vector<ExplainedChoice> choices; ///< in the order of trying; may be empty
    std::vector<ExplainedChoice> mirrors;
    std::vector<routing::Exclusion> excluded;
    std::chrono::milliseconds retryAfter{0}; ///< see routing::Plan
    std::string line;                        ///< as x-pointsman-route says it
};

/// A request and the circumstances in which it is looked at.
struct Question
{
    const http::Request &request;
    SnapshotPtr snapshot;
    Caller caller;
    std::string app; ///< as appOf() has it
    Rng &rng;
    SystemTime wall;             ///< for conditions on the time
    SteadyTime now;              ///< for health and what nodes remember
    RouteCache *cache = nullptr; ///< null: compiled anew
    /// The routers' nodes of `snapshot` count this as a request: for simulations, which have nodes of their
    /// own. Else nothing changes, and round-robin says whose turn is next.
    bool takesTurns = false;
};

/// Runs resolve, decode and choose as an exchange does. What a Responses request refers to by id is not
/// looked up. Errors: as those stages, and NotSupported for what goes to one provider without a choice.
Result<Explanation> explain(const Question &question);

/// What to expect of `target` for a prompt of so many tokens.
Expected expectedOf(const routing::Target &target, const routing::RequestNeeds &needs);

} // namespace pm
