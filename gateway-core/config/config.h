// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/condition.h"
#include "config/policies.h"
#include "config/service.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// Pointsman's configuration as plain values. Every field has its default here, so that an empty file works;
// config_check.cpp holds the table of keys from which files are checked and the reference page is made.
namespace pm::config {

using std::chrono::milliseconds;

struct Server
{
    std::string address = "127.0.0.1"; ///< others than loopback need client-keys
    int port = 8080;                   ///< 0 picks a free one
    int workers = 0;                   ///< 0 (auto): half the cores, at least 1
    std::int64_t maxBody = 64LL * 1024 * 1024; ///< bytes
    int maxConnections = 1024;
    std::vector<std::string> allowedHosts;   ///< Host names accepted besides loopback and the bound address
    std::vector<std::string> allowedOrigins; ///< web origins that may call; others are refused
    struct ClientKey
    {
        std::string name;
        std::string key;                  ///< reference: keychain:, env:, file:
        std::vector<std::string> routers; ///< empty: all
        std::vector<std::string> models;  ///< provider/model or a bare name, `*` at the end; empty: all
        std::vector<Limit> limits;        ///< of its own, wherever it goes; `by` is not asked
        std::vector<Budget> budgets;      ///< likewise
        std::map<std::string, std::string> metadata; ///< for requests that do not say otherwise
        std::int64_t expiresAt = 0; ///< Unix seconds, from then on it is refused; 0: never
        bool operator==(const ClientKey &) const = default;
    };
    std::vector<ClientKey> clientKeys;
    bool operator==(const Server &) const = default;
};

/// USD for a million tokens; unset is unknown.
struct Price
{
    std::optional<double> input;
    std::optional<double> output;
    std::optional<double> cacheRead;
    std::optional<double> cacheWrite;
    bool operator==(const Price &) const = default;
};

struct Provider
{
    std::string name;
    std::string format;                 ///< dialect name; empty: the built-in row's
    std::string baseUrl;                ///< empty: the built-in row's
    std::vector<std::string> apiKeys;   ///< references, tried in order; empty: keychain:<name> then the row's environment names
    std::vector<std::string> models;    ///< besides the catalogue's
    std::optional<std::vector<Service>> services; ///< besides conversations and embeddings; unset: as the row says
    std::optional<Price> price;         ///< for all models of this provider that the catalogue does not know
    std::map<std::string, double> quality; ///< rank by model, 0..100, before the catalogue's
    std::optional<std::string> version; ///< anthropic-version
    std::string region;                 ///< AWS
    std::string resource;               ///< Azure
    std::string apiVersion;             ///< Azure's classic form
    std::string project;                ///< Google Cloud project, for vertex
    std::string location;               ///< Google Cloud location, for vertex; empty: global
    bool passClientKey = false;         ///< the key the client sent goes on to this provider
    bool enabled = true;
    std::map<std::string, std::string> headers; ///< sent with each call
    bool operator==(const Provider &) const = default;
};

/// How a strategy's children are chosen among.
enum class RuleKind {
    None,     ///< by the strategy: they stand in `providers`, `models` or `children`
    When,     ///< `rules` with conditions
    Is,       ///< `rules` with a class of requests
    Examples, ///< `rules` with texts that are alike
};

/// A node of a router's tree: a target (leaf) or a strategy over children.
struct RouteNode
{
    std::string strategy;            ///< key of routing/strategies.cpp; empty for a target
    std::string provider;            ///< target: provider name
    std::string model;               ///< target: model to ask for; empty keeps the request's (after mapping)
    double weight = 1.0;             ///< share among siblings, for weighted
    std::int64_t rpm = 0;            ///< requests a minute that it may take, for usage; 0: not said
    std::int64_t tpm = 0;            ///< tokens a minute, likewise
    std::string name;                ///< what experiments and reasons call it; may be empty
    std::map<std::string, std::string> settings; ///< of the strategy, as written
    std::vector<RouteNode> children;

    // What makes a request its parent's rule for it; `isDefault`: takes what no rule fits.
    Condition when;
    std::string is;                    ///< routing/request_class.h
    std::vector<std::string> examples;
    bool isDefault = false;

    bool isRule() const { return isDefault || !when.isAlways() || !is.empty() || !examples.empty(); }
    bool isTarget() const { return strategy.empty(); }
    bool operator==(const RouteNode &) const = default;
};

struct Fallback
{
    bool enabled = true;
    std::vector<std::string> order;  ///< providers or provider/model after the strategy's own; empty: the strategy's order
    /// Which failures move on to the next target: "429", "5xx", "timeout", "connect", "401", "context", "content-policy".
    std::vector<std::string> on{"429", "5xx", "timeout", "connect", "auth", "quota", "model-not-found"};
    bool operator==(const Fallback &) const = default;
};

struct Retries
{
    enum class Strategy { Constant, Exponential };
    Strategy strategy = Strategy::Exponential;
    milliseconds minDelay{500};
    milliseconds maxDelay{8'000};
    int maxRetries = 2; ///< tries of one target after its first
    double factor = 2.0;
    bool operator==(const Retries &) const = default;
};

struct Timeouts
{
    milliseconds connect{10'000};
    milliseconds firstToken{60'000};
    milliseconds idle{120'000};
    milliseconds total{600'000};
    bool operator==(const Timeouts &) const = default;
};

struct CircuitBreaker
{
    int failures = 4;          ///< in a row
    double ratio = 0.6;        ///< of at least minRequests in the last 60 s
    int minRequests = 10;
    milliseconds cooldown{30'000};
    int successes = 2;         ///< in half-open, to close
    bool operator==(const CircuitBreaker &) const = default;
};

struct Router
{
    std::string name;
    std::map<EndpointType, RouteNode> routes; ///< from load-balance, or route (for every endpoint type)
    Fallback fallback;
    Retries retries;
    Timeouts timeouts;
    CircuitBreaker circuitBreaker;
    std::map<std::string, std::vector<std::string>> modelMappings; ///< model -> provider/model, first usable wins
    Policies policies;
    bool operator==(const Router &) const = default;
};

struct Traces
{
    enum class Bodies { Full, Metadata, Off };
    Bodies bodies = Bodies::Full;
    std::chrono::hours maxAge{24 * 30};
    std::int64_t maxSize = 2LL * 1024 * 1024 * 1024; ///< bytes on disk
    std::int64_t maxBody = 8LL * 1024 * 1024;        ///< bytes kept of one body
    std::vector<std::string> redact;                 ///< RE2 patterns; what matches is starred before it is stored
    bool operator==(const Traces &) const = default;
};

/// Pictures and documents that a request names by URL, for providers that take none.
struct Media
{
    std::int64_t maxSize = 20LL * 1024 * 1024; ///< bytes of all that one request names
    std::vector<std::string> allowHosts;       ///< that may stand at private addresses
    bool fetch = true;
    bool operator==(const Media &) const = default;
};

struct Config
{
    Server server;
    std::vector<Provider> providers;
    std::map<std::string, std::string> modelAliases; ///< alias -> provider/model
    std::vector<Router> routers;
    std::string activeRouter; ///< used by bare /v1 paths until the user chooses another; empty: like /ai
    Traces traces;
    Media media;
    Retries retries;          ///< global.retries and unified-api: for /ai
    Policies globalPolicies;  ///< of every request, also of direct calls
    Policies unifiedPolicies; ///< of /ai, and plain paths without a router
    CacheStore cacheStore;
    SharedStore rateLimitStore;
    bool discoverLocal = true;

    const Router *findRouter(std::string_view name) const;
    const Provider *findProvider(std::string_view name) const;
    bool operator==(const Config &) const = default;
};

/// One thing wrong (or doubtful) in a configuration text. Lines and columns count from 1.
struct Problem
{
    enum class Severity { Error, Warning };
    Severity severity = Severity::Error;
    int line = 0;
    int column = 0;
    int length = 0;      ///< bytes from column, for squiggles; 0 unknown
    std::string path;    ///< "routers.production.load-balance.chat.strategy"
    std::string message; ///< says what is wrong and what would be right
    bool operator==(const Problem &) const = default;
};

} // namespace pm::config
