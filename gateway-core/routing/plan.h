// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/result.h"
#include "config/config.h"
#include "routing/condition.h"
#include "routing/late_text.h"
#include "routing/node_state.h"
#include "routing/settings.h"
#include "routing/target_stats.h"

#include <map>
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

/// USD for a million tokens.
struct TokenPrice
{
    double input = 0;
    double output = 0;
    std::optional<double> cacheRead; ///< unset: as input
};

/// A leaf, ready to be called. Immutable; shared by plan, exchange and trace.
struct Target
{
    // What every choice looks at stands first, close together.
    std::shared_ptr<TargetStats> stats; ///< shared by every router that names this target; labelled as it
    bool hasKey = true;  ///< false: unconfigured, excluded with "no key"
    bool isEnabled = true;
    Capabilities can;
    std::optional<TokenPrice> price; ///< unset: unknown
    std::optional<double> quality;   ///< rank 0..100 of the catalogue or the configuration; unset: unknown
    std::string provider;
    std::string model;   ///< to ask for; empty keeps the request's own
    std::string label() const { return model.empty() ? provider : provider + "/" + model; }
};

class RequestFields;
class SemanticMatches;
struct ComplexitySource;
/// By the setting `model` as written; the standard file's by the empty text.
using ComplexitySources = std::map<std::string, std::shared_ptr<const ComplexitySource>>;

/// A node of a compiled router. What follows `children` says for which requests of its parent's it is.
struct Node
{
    std::string strategy; ///< empty for a leaf
    double weight = 1.0;
    std::shared_ptr<const Target> target; ///< for a leaf
    std::vector<Node> children;
    Settings settings;
    std::shared_ptr<NodeState> state; ///< of strategies; null in tests that need none
    std::string name;                 ///< as the configuration calls it; may be empty
    std::string place;                ///< of strategies: where it stands in which router, the same after a reload
    std::int64_t rpm = 0;             ///< requests a minute it may take; 0: not said
    std::int64_t tpm = 0;             ///< tokens a minute, likewise
    int position = 0;                 ///< among the children that the configuration has, from 0
    std::shared_ptr<const ComplexitySource> complexity; ///< of complexity: its model; null: by rules

    std::shared_ptr<const CompiledCondition> when;
    std::string is;                    ///< a row of request_class.h
    std::vector<std::string> examples;
    bool isDefault = false;
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
    bool reasoning = false;
    std::int64_t inputTokens = 0;  ///< estimate
    std::int64_t maxTokens = 0;    ///< 0: not said
    std::string_view model;        ///< as the client wrote it
    std::string_view prompt;       ///< last user turn and system prompt, capped
    const RequestFields *fields = nullptr; ///< null: nothing more is known
    const SemanticMatches *semantic = nullptr; ///< null: nobody asked for an embedding
};

/// When a choice is tried.
enum class Start {
    AfterFailure, ///< of those before it
    AfterDelay,   ///< also beside the one before it, when that has no content after `delay`
    AtOnce,       ///< with the first
    WhenPoor,     ///< also after an answer of the one before it that does not pass the check (cascade)
};

/// "This conversation was here": kept at a node once the target has answered.
struct Memory
{
    std::shared_ptr<NodeState> state;
    std::uint64_t conversation = 0;
    std::uint16_t mark = 0;
};

struct Choice
{
    std::shared_ptr<const Target> target;
    LateText reason; ///< "lowest latency 410 ms", "weight 0.7 of 1", "next in order", "fallback order"
    LateText figure; ///< what decided, in short: "410 ms", "0.7 of 1"; may be empty
    bool despiteOpen = false; ///< least bad of open circuits: ask tryAcquireDespiteOpen instead of tryAcquire
    Start start = Start::AfterFailure;
    std::chrono::milliseconds delay{0}; ///< of AfterDelay
    std::string_view check = {};        ///< its answer is looked at before it counts; cascade's setting, lives in the tree
    double leastLogprob = 0;            ///< for that check
    std::vector<Memory> memories = {};  ///< to be kept when this choice has answered
    bool isByChance = false;  ///< a draw or a turn has part in its place: the same request may go elsewhere
    bool isByFigures = false; ///< what is known of the targets now (speed, errors, load) has part in its place
};

/// So many choices of a plan can have their turn at all; kMaxTotalAttempts of retry.h.
constexpr std::size_t kMostPlanned = 12;

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
    std::vector<Choice> mirrors; ///< asked too; their answers are only kept for comparison
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
    bool takesTurns = true; ///< false: only asked where a request would go; the turn is the next one's
};

/// Orders what is left of `root` after the capability, key and health filters; then appends the targets of
/// `fallbackOrder` (already compiled leaves) that are not in the plan yet. When every capable target's circuit is open,
/// the least bad is returned once per cooldown; else `choices` is empty and `retryAfter` is set. A JSON schema is a wish:
/// when only targets are left that take none, they are tried after all, for writers can ask for it in words.
Plan choose(const Node &root, const std::vector<std::shared_ptr<const Target>> &fallbackOrder,
            const ChooseContext &context);

} // namespace pm::routing
