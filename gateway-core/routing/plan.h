// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/result.h"
#include "config/config.h"
#include "routing/target_stats.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

// A router compiles to a tree; `choose` walks it and returns the targets in the order in which they will be
// tried, with the reason for each place and each exclusion. Pure but for the rng and the shared stats it reads.
namespace pm::routing {

/// What a target can do, as far as known; unknown capabilities never exclude.
struct Capabilities
{
    std::optional<bool> tools;
    std::optional<bool> images;
    std::optional<bool> audio;
    std::optional<bool> documents;
    std::optional<bool> jsonSchema;
    std::int64_t context = 0;   ///< tokens, 0 unknown
    bool chat = true;
    bool embeddings = true;
};

/// A leaf, ready to be called. Immutable; shared by plan, exchange and trace.
struct Target
{
    std::string provider;
    std::string model;   ///< to ask for; empty keeps the request's own
    Capabilities can;
    bool hasKey = true;  ///< false: unconfigured, excluded with "no key"
    bool isEnabled = true;
    std::shared_ptr<TargetStats> stats; ///< shared by every router that names this target
    std::string label() const { return model.empty() ? provider : provider + "/" + model; }
};

/// A node of a compiled router.
struct Node
{
    std::string strategy; ///< empty for a leaf
    double weight = 1.0;
    std::shared_ptr<const Target> target; ///< for a leaf
    std::vector<Node> children;
    int id = 0; ///< position in the tree, for stateful strategies (round robin) kept in RouterState
};

/// What of a request matters to routing.
struct RequestNeeds
{
    std::optional<config::EndpointType> endpoint = config::EndpointType::Chat; ///< unset: another service
    bool stream = false;
    bool tools = false;
    bool images = false;
    bool audio = false;
    bool documents = false;
    bool jsonSchema = false;
    std::int64_t inputTokens = 0;  ///< estimate
    std::int64_t maxTokens = 0;
};

struct Choice
{
    std::shared_ptr<const Target> target;
    std::string reason; ///< "lowest latency 410 ms", "weight 0.7 of 1", "next in order", "fallback order"
    std::string figure; ///< what decided, in short: "410 ms", "0.7 of 1"; may be empty
    bool despiteOpen = false; ///< least bad of open circuits: ask tryAcquireDespiteOpen instead of tryAcquire
};

struct Exclusion
{
    std::string target; ///< label
    std::string reason; ///< "context 32k < 48k needed", "no key", "circuit open, 12 s left", "resting 20 s after 429"
};

struct Plan
{
    std::string strategy;              ///< key of the root's strategy; empty for a single target
    std::vector<Choice> choices;       ///< in the order of trying; may be empty
    std::vector<Exclusion> excluded;
    std::chrono::milliseconds retryAfter{0}; ///< when nothing may be tried: the soonest that something may
    /// One line for x-pointsman-route: "latency: anthropic/claude-sonnet-4-5 (612 ms), then openai/gpt-5".
    std::string line() const;
};

/// What strategies may read and use while they order children.
struct ChooseContext
{
    const RequestNeeds &needs;
    const config::CircuitBreaker &breaker;
    SteadyTime now;
    Rng &rng;
};

/// Orders what is left of `root` after the capability, key and health filters; then appends the targets of
/// `fallbackOrder` (already compiled leaves) that are not in the plan yet. When every capable target's circuit is open,
/// the least bad is returned once per cooldown; else `choices` is empty and `retryAfter` is set. A JSON schema is a wish:
/// when only targets are left that take none, they are tried after all, for writers can ask for it in words.
Plan choose(const Node &root, const std::vector<std::shared_ptr<const Target>> &fallbackOrder,
            const ChooseContext &context);

} // namespace pm::routing
