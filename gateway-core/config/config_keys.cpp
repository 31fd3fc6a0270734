// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_keys.h"

#include <map>

namespace pm::config {

namespace {

using T = KeyType;

constexpr double kGiB = 1024.0 * 1024 * 1024;
constexpr double kHour = 3'600'000;
constexpr double kDay = 24 * kHour;

constexpr std::string_view kNoHelicone = "Pointsman needs no account and no control plane";
constexpr std::string_view kLimitsLater = "remove it, or limit at the provider";

// What an unknown section does is decided by one question: would leaving it out change who may call, where
// requests go, or what is spent? Then it is refused (Later). Helicone's keys that only concern its cloud, its
// logs or its measuring are named and ignored (Elsewhere), so that its files load.
std::vector<Key> makeKeys()
{
    return {
        {"server", T::Section, "", "How the gateway listens."},
        {"server.address", T::Address, "127.0.0.1",
         "IP address to listen on. Others than loopback need `client-keys`."},
        {"server.port", T::Integer, "8080", "TCP port; 0 picks a free one.", "", 0, 65535},
        {"server.workers", T::Integer, "auto", "Threads that serve requests; auto is half the cores.", "auto",
         0, 256},
        {"server.max-body", T::Size, "64MiB", "Largest request body; larger ones get 413.", "", 1024,
         4 * kGiB},
        {"server.max-connections", T::Integer, "1024", "Client connections at one time.", "", 1, 1'000'000},
        {"server.allowed-hosts", T::List, "[]", "Host names accepted besides loopback and the address."},
        {"server.allowed-hosts.[]", T::Text, "", "A host name, without port."},
        {"server.allowed-origins", T::List, "[]", "Web origins that may call; pages of others are refused."},
        {"server.allowed-origins.[]", T::Url, "", "An origin such as https://app.example."},
        {"server.client-keys", T::List, "[]", "Who may call. Empty: everyone on this machine."},
        {"server.client-keys.[]", T::Section, "", "One caller."},
        {.path = "server.client-keys.[].name",
         .type = T::Text,
         .sense = "Name in traces.",
         .isRequired = true},
        {.path = "server.client-keys.[].key",
         .type = T::KeyReference,
         .sense = "Where the caller's key is kept.",
         .isRequired = true},
        {"server.client-keys.[].routers", T::List, "[]", "Routers this caller may use; empty: all."},
        {"server.client-keys.[].routers.[]", T::Router, "", "Router name."},
        {"server.client-keys.[].budget", T::Later, "", kLimitsLater},
        {"server.tls", T::Elsewhere, "",
         "Pointsman speaks plain HTTP; for TLS put a reverse proxy before it"},
        {"server.shutdown-timeout", T::Elsewhere, "", "running requests are given a fixed time to end"},

        {"providers", T::Names, "{}",
         "Providers besides the built-in ones, and changes to those. A built-in one needs no entry."},
        {"providers.*", T::Section, "", "Provider name: letters, digits, `-` and `_`; it is a URL segment."},
        {"providers.*.format", T::Format, "", "What it speaks. Empty: the built-in provider's own."},
        {"providers.*.base-url", T::Url, "",
         "What precedes /chat/completions or /messages, with or without a slash at its end. Needed for "
         "providers "
         "that are not built in."},
        {.path = "providers.*.api-key",
         .type = T::KeyReference,
         .sense = "Where its key is kept; several are tried in order. Missing: keychain:NAME, then the usual "
                  "environment variable.",
         .synonyms = "api-keys",
         .orMany = true},
        {"providers.*.models", T::List, "[]", "Models besides those that are known."},
        {"providers.*.models.[]", T::Text, "", "Model name as the provider has it."},
        {"providers.*.price", T::Section, "",
         "USD for a million tokens, for models whose price is not known."},
        {"providers.*.price.input", T::Number, "", "Prompt tokens."},
        {"providers.*.price.output", T::Number, "", "Answer tokens."},
        {"providers.*.price.cache-read", T::Number, "", "Prompt tokens read from the provider's cache."},
        {"providers.*.price.cache-write", T::Number, "", "Prompt tokens written to the provider's cache."},
        {"providers.*.version", T::Text, "", "Value of the anthropic-version header."},
        {"providers.*.pass-client-key", T::Bool, "false",
         "Send the key the client sent on to this provider."},
        {"providers.*.enabled", T::Bool, "true", "false: never used, the entry stays."},
        {"providers.*.headers", T::Names, "{}", "Header fields sent with each call. Not for keys."},
        {"providers.*.headers.*", T::Text, "", "Value of the field."},

        {"model-aliases", T::Names, "{}", "Short names for models.", "", 0, 0, "model-alias"},
        {"model-aliases.*", T::Model, "", "What the alias stands for."},

        {"routers", T::Names, "{}", "Routers, each at /router/NAME. 1 to 12 letters, digits, `-` or `_`."},
        {"routers.*", T::Section, "", "One router."},
        {"routers.*.load-balance", T::Section, "",
         "Targets by kind of endpoint: a route of one level or a tree."},
        {.path = "routers.*.load-balance.chat",
         .type = T::Route,
         .sense = "For chat.",
         .shortForm = T::Target},
        {.path = "routers.*.load-balance.embeddings",
         .type = T::Route,
         .sense = "For embeddings.",
         .shortForm = T::Target},
        {.path = "routers.*.load-balance.image",
         .type = T::Route,
         .sense = "For images.",
         .shortForm = T::Target},
        {.path = "routers.*.load-balance.audio",
         .type = T::Route,
         .sense = "For audio.",
         .shortForm = T::Target},
        {"routers.*.load-balancing", T::Section, "",
         "Short form for every kind of endpoint: a strategy and the providers' weights."},
        {.path = "routers.*.load-balancing.strategy",
         .type = T::Strategy,
         .sense = "As in a route.",
         .isRequired = true},
        {.path = "routers.*.load-balancing.weights",
         .type = T::Names,
         .sense = "Providers and their weights.",
         .isRequired = true},
        {"routers.*.load-balancing.weights.*", T::Number, "", "Share among the providers.", "", -1e9, 1e9},
        {.path = "routers.*.route",
         .type = T::Route,
         .sense = "For every kind of endpoint; `load-balance` goes before it.",
         .shortForm = T::Target},
        {.path = "<route>.strategy",
         .type = T::Strategy,
         .sense = "How the order of trying is found. With `providers`, `models` or `children`."},
        {"<route>.providers", T::List, "", "Children that are providers; the request's model is kept."},
        {.path = "<route>.providers.[]",
         .type = T::Section,
         .sense = "A provider's name, or a map.",
         .shortForm = T::Provider},
        {.path = "<route>.providers.[].provider",
         .type = T::Provider,
         .sense = "Its name.",
         .isRequired = true},
        {"<route>.providers.[].weight", T::Number, "1", "Share among its siblings.", "", -1e9, 1e9},
        {"<route>.models", T::List, "", "Children that are models; the request's model is replaced."},
        {.path = "<route>.models.[]",
         .type = T::Section,
         .sense = "provider/model, or a map.",
         .shortForm = T::Model},
        {.path = "<route>.models.[].model",
         .type = T::Model,
         .sense = "Its provider and name.",
         .isRequired = true},
        {"<route>.models.[].weight", T::Number, "1", "Share among its siblings.", "", -1e9, 1e9},
        {"<route>.children", T::List, "", "Targets and further routes."},
        {.path = "<route>.children.[]",
         .type = T::Route,
         .sense = "A route, or the name of a target.",
         .shortForm = T::Target},
        {"<route>.target", T::Target, "", "A leaf: a provider, or provider/model. Instead of a strategy."},
        {"<route>.weight", T::Number, "1", "Share among its siblings.", "", -1e9, 1e9},
        {"<route>.rules", T::Later, "", "remove it, or make a router for each rule"},
        {"<route>.default", T::Later, "", "remove it, or make a router for each rule"},
        {"routers.*.fallback", T::Section, "", "What happens when a target fails before its answer began."},
        {"routers.*.fallback.enabled", T::Bool, "true", "false: only the first target is tried."},
        {"routers.*.fallback.order", T::List, "[]", "Targets tried after the strategy's own.", "", 0, 0,
         "fallback-order"},
        {"routers.*.fallback.order.[]", T::Target, "", "A provider, or provider/model."},
        {"routers.*.fallback.on", T::List, "[429, 5xx, timeout, connect, auth, quota, model-not-found]",
         "Failures that move on to the next target."},
        {"routers.*.fallback.on.[]", T::Word, "", "Kind of failure; 401 and 403 are auth.",
         "429|5xx|timeout|connect|auth|quota|model-not-found|context|content-policy|401|403"},
        {"routers.*.fallback.max-retries", T::Integer, "", "The same as retries.max-retries.", "", 0, 20},
        {"routers.*.retries", T::Section, "", "Further tries of the same target. Missing: `global.retries`."},
        {"routers.*.retries.strategy", T::Word, "exponential", "How the delay grows.",
         "exponential|constant"},
        {"routers.*.retries.min-delay", T::Duration, "500ms", "Before the first.", "", 0, kHour, "delay"},
        {"routers.*.retries.max-delay", T::Duration, "8s", "Longest.", "", 0, kHour},
        {"routers.*.retries.max-retries", T::Integer, "2", "Tries after the first one.", "", 0, 20},
        {"routers.*.retries.factor", T::Number, "2", "Growth of the delay.", "", 1, 10},
        {"routers.*.timeouts", T::Section, "", "How long one target is waited for."},
        {"routers.*.timeouts.connect", T::Duration, "10s", "DNS, TCP and TLS.", "", 1, kDay},
        {"routers.*.timeouts.first-token", T::Duration, "60s", "First content of a stream.", "", 1, kDay},
        {"routers.*.timeouts.idle", T::Duration, "120s", "Silence within a stream.", "", 1, kDay},
        {"routers.*.timeouts.total", T::Duration, "600s", "The whole request, all tries together.", "", 1,
         kDay},
        {"routers.*.circuit-breaker", T::Section, "", "When a failing target rests."},
        {"routers.*.circuit-breaker.failures", T::Integer, "4", "Failures in a row that open it.", "", 1,
         10'000},
        {"routers.*.circuit-breaker.ratio", T::Number, "0.6",
         "Share of failures in the last 60 s that opens it.", "", 0.01, 1},
        {"routers.*.circuit-breaker.min-requests", T::Integer, "10",
         "Requests below which the ratio says nothing.", "", 1, 1'000'000},
        {"routers.*.circuit-breaker.cooldown", T::Duration, "30s", "Rest before a request may test it.", "",
         1, kDay},
        {"routers.*.circuit-breaker.successes", T::Integer, "2", "Tests passed that close it.", "", 1,
         10'000},
        {"routers.*.model-mappings", T::Names, "{}",
         "For a model a target lacks: what to ask for instead, the first usable one.", "", 0, 0,
         "model-mapping"},
        {.path = "routers.*.model-mappings.*",
         .type = T::Model,
         .sense = "A list of provider/model.",
         .orMany = true},
        {"routers.*.cache", T::Later, "", "remove it; every request goes to a provider"},
        {"routers.*.rate-limit", T::Later, "", kLimitsLater},
        {"routers.*.guardrails", T::Later, "", "remove it; nothing would be checked"},
        {"routers.*.budget", T::Later, "", kLimitsLater, "", 0, 0, "budgets"},
        {"routers.*.providers", T::Later, "", "give the other address a name of its own under `providers:`"},

        {"active-router", T::Router, "",
         "Router for plain /v1 paths until another is chosen; empty: as /ai."},
        {"global", T::Section, "", "For all routers and /ai."},
        {"global.retries", T::Section, "",
         "For routers without `retries`, and for /ai. Keys as in a router."},
        {"global.cache", T::Later, "", "remove it; every request goes to a provider"},
        {"global.rate-limit", T::Later, "", kLimitsLater},
        {"unified-api", T::Section, "", "For /ai, and plain /v1 paths without a router."},
        {"unified-api.retries", T::Section, "", "Goes before `global.retries`. Keys as in a router."},
        {"unified-api.cache", T::Later, "", "remove it; every request goes to a provider"},
        {"unified-api.rate-limit", T::Later, "", kLimitsLater},

        {"traces", T::Section, "", "What is kept of requests, on this machine."},
        {"traces.bodies", T::Word, "full", "What is kept: prompts and answers, only figures, or nothing.",
         "full|metadata|off"},
        {"traces.max-age", T::Duration, "30d", "Older ones are deleted. Whole hours.", "", kHour,
         3660 * kDay},
        {"traces.max-size", T::Size, "2GiB", "On disk; beyond it the oldest go.", "", 1024.0 * 1024,
         1024 * kGiB},
        {"traces.max-body", T::Size, "8MiB", "Kept of one body.", "", 0, kGiB},
        {"traces.redact", T::List, "[]",
         "Regular expressions (RE2); what matches is starred before it is kept."},
        {"traces.redact.[]", T::Pattern, "", "A regular expression."},
        {"discover", T::Section, "", "Servers found by themselves."},
        {"discover.local", T::Bool, "true",
         "Look for Ollama, LM Studio, llama.cpp and vLLM on this machine."},
        {"discover.discover-decay", T::Elsewhere, "", "latency memory is fixed"},
        {"discover.default-rtt", T::Elsewhere, "", "targets not seen yet are tried first"},
        {"discover.monitor", T::Elsewhere, "", "routers.NAME.circuit-breaker says when a target rests"},

        {"cache-store", T::Later, "", "remove it; every request goes to a provider"},
        {"rate-limit-store", T::Later, "", kLimitsLater},
        {"guardrails", T::Later, "", "remove it; nothing would be checked"},
        {"budgets", T::Later, "", kLimitsLater, "", 0, 0, "budget"},
        {"telemetry", T::Section, "", "Measurements for other programs."},
        {"telemetry.otlp-endpoint", T::Later, "", "remove it; traces stay on this machine"},
        {"telemetry.prometheus", T::Later, "", "remove it"},
        {"telemetry.level", T::Elsewhere, "", "the command line says how much is logged"},
        {"telemetry.format", T::Elsewhere, "", "the command line says how logs are written"},
        {"telemetry.service-name", T::Elsewhere, "", "nothing is sent that would carry it"},
        {"telemetry.propagate", T::Elsewhere, "", "trace contexts are passed through as they are"},
        {"telemetry.exporter", T::Elsewhere, "",
         "nothing is sent to a collector; traces stay on this machine"},
        {"helicone", T::Elsewhere, "", kNoHelicone},
        {"control-plane", T::Elsewhere, "", kNoHelicone},
        {"deployment-target", T::Elsewhere, "", kNoHelicone},
        {"database", T::Elsewhere, "", "traces are kept in a file on this machine"},
        {"minio", T::Elsewhere, "", "traces are kept in a file on this machine"},
        {"dispatcher", T::Elsewhere, "", "routers.NAME.timeouts says how long is waited"},
        {"response-headers", T::Elsewhere, "", "answers always say which provider gave them"},
        {"default-model-mapping", T::Elsewhere, "",
         "routers.NAME.model-mappings says what stands for a model"},
    };
}

std::string_view parentOf(std::string_view path)
{
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

bool isOneOf(std::string_view word, std::string_view words)
{
    while (!words.empty()) {
        const auto bar = words.find('|');
        if (words.substr(0, bar) == word)
            return true;
        words = bar == std::string_view::npos ? std::string_view() : words.substr(bar + 1);
    }
    return false;
}

} // namespace

std::string_view Key::name() const
{
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

const std::vector<Key> &keys()
{
    static const std::vector<Key> table = makeKeys();
    return table;
}

const std::vector<const Key *> &keysBelow(std::string_view pattern)
{
    static const std::vector<const Key *> none;
    static const auto byParent = [] {
        std::map<std::string_view, std::vector<const Key *>> map;
        for (const Key &key : keys())
            map[parentOf(key.path)].push_back(&key);
        return map;
    }();
    const auto found = byParent.find(pattern);
    return found == byParent.end() ? none : found->second;
}

const Key *findKey(std::string_view pattern)
{
    for (const Key *key : keysBelow(parentOf(pattern))) {
        if (key->path == pattern)
            return key;
    }
    return nullptr;
}

const Key *findKeyBelow(std::string_view pattern, std::string_view name)
{
    for (const Key *key : keysBelow(pattern)) {
        if (key->name() == name || isOneOf(name, key->synonyms))
            return key;
    }
    return nullptr;
}

std::string_view patternBelow(const Key &key)
{
    if (key.type == KeyType::Route)
        return "<route>";
    // The three places of retries share the router's rows.
    if (key.path == "global.retries" || key.path == "unified-api.retries")
        return "routers.*.retries";
    return key.path;
}

const std::vector<std::string> &plannedStrategies()
{
    static const std::vector<std::string> names{"least-connections",
                                                "least-busy",
                                                "cost",
                                                "cost-optimized",
                                                "quality",
                                                "quality-first",
                                                "balanced",
                                                "cheap-weighted",
                                                "throughput",
                                                "usage",
                                                "cascade",
                                                "capability",
                                                "task",
                                                "complexity",
                                                "semantic",
                                                "conditional",
                                                "ab",
                                                "experiment",
                                                "sticky",
                                                "hedge",
                                                "race",
                                                "mirror"};
    return names;
}

const std::vector<std::string> &reservedProviderNames()
{
    static const std::vector<std::string> names{"router", "ai", "v1", "v1beta", "api", "health", "metrics"};
    return names;
}

} // namespace pm::config
