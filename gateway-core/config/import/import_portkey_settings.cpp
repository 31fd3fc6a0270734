// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import_portkey.h"

#include "config/scalars.h"

#include <algorithm>
#include <set>

namespace pm::config::import {

namespace {

/// Status codes as kinds of failure.
std::set<std::string> kindsOf(const std::set<int> &codes)
{
    std::set<std::string> kinds;
    for (const int code : codes) {
        if (code >= 500)
            kinds.insert("5xx");
        else if (code == 429)
            kinds.insert("429");
        else if (code == 401 || code == 403)
            kinds.insert("auth");
        else if (code == 402)
            kinds.insert("quota");
        else if (code == 404)
            kinds.insert("model-not-found");
        else if (code == 408)
            kinds.insert("timeout");
        else if (code == 413)
            kinds.insert("context");
    }
    return kinds;
}

void addFallback(Draft &draft, const At &config, yaml::Node &router)
{
    const At strategy = config["strategy"];
    if (strategy["mode"].text() != "fallback")
        return;
    yaml::Node fallback = mapNode();
    std::set<int> codes;
    for (const auto &[index, at] : strategy["on_status_codes"].children()) {
        const int code = int(std::clamp(at.number().value_or(0), 0.0, 999.0));
        codes.insert(code);
        if (kindsOf({code}).empty())
            draft.notMapped(at, "such answers are the request's own fault here and go back to the client");
    }
    std::set<std::string> kinds = kindsOf(codes);
    if (codes.empty())
        kinds = {"429", "5xx", "timeout", "auth", "quota", "model-not-found", "context", "content-policy"};
    kinds.insert("connect"); // a provider that cannot be reached is passed over whatever the codes say
    put(fallback, "on", wordsNode({kinds.begin(), kinds.end()}));
    put(router, "fallback", std::move(fallback));
}

void addRetry(Draft &draft, const At &config, yaml::Node &router)
{
    const At retry = config["retry"];
    const At attempts = retry.isMap() ? retry["attempts"] : retry;
    constexpr int kMost = 20;
    if (attempts.number())
        draft.putInteger(sub(router, "retries"), "max-retries", *attempts.number(), 0, kMost, attempts);
    else if (!retry)
        put(sub(router, "retries"), "max-retries", "0"); // none is Portkey's default
    if (const At codes = retry["on_status_codes"])
        draft.changed(
            codes, "which failures are tried again is fixed: connection errors, 408, 409, 425, 429 and 5xx");
}

void addTimeout(Draft &draft, const At &config, yaml::Node &router)
{
    const At at = config["request_timeout"];
    if (!at.number())
        return;
    draft.changed(at, "it holds for all tries together, there for each");
    draft.putDuration(sub(router, "timeouts"), "total", *at.number(), at);
}

void addBreaker(Draft &draft, const At &config, yaml::Node &router)
{
    const At at = config["strategy"]["cb_config"] ? config["strategy"]["cb_config"] : config["cb_config"];
    constexpr int kMost = 10'000;
    constexpr double kPercent = 100;
    yaml::Node breaker = mapNode();
    if (const At value = at["failure_threshold"]; value.number())
        draft.putInteger(breaker, "failures", *value.number(), 1, kMost, value);
    if (const At value = at["failure_threshold_percentage"]; value.number())
        put(breaker, "ratio", writeNumber(std::clamp(*value.number() / kPercent, 0.01, 1.0)));
    if (const At value = at["minimum_requests"]; value.number())
        draft.putInteger(breaker, "min-requests", *value.number(), 1, kMost, value);
    if (const At value = at["cooldown_interval"]; value.number())
        draft.putDuration(breaker, "cooldown", *value.number(), value);
    if (const At value = at["failure_status_codes"])
        draft.notMapped(
            value,
            "which failures count is fixed: connection errors, timeouts, 5xx, 401, 403 and broken streams");
    if (!breaker.children.empty())
        put(router, "circuit-breaker", std::move(breaker));
}

} // namespace

void putPortkeySettings(Draft &draft, const At &config, yaml::Node &router)
{
    addFallback(draft, config, router);
    addRetry(draft, config, router);
    addTimeout(draft, config, router);
    addBreaker(draft, config, router);
}

} // namespace pm::config::import
