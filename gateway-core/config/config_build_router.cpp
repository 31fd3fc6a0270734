// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_build.h"

#include "config/condition_yaml.h"
#include "config/scalars.h"

#include <array>

namespace pm::config {

using yaml::Child;
using yaml::Node;

namespace {

constexpr std::array kEndpoints{EndpointType::Chat, EndpointType::Embeddings, EndpointType::Image,
                                EndpointType::Audio};

RouteNode targetOf(std::string_view text)
{
    RouteNode node;
    const auto slash = text.find('/');
    node.provider = text.substr(0, slash);
    if (slash != std::string_view::npos)
        node.model = text.substr(slash + 1);
    return node;
}

std::int64_t countAt(const Node &node, std::string_view name)
{
    const Node *value = node.get(name);
    return value && value->isScalar() ? parseInteger(value->text).value_or(0) : 0;
}

/// What any child may say of itself.
void readChild(const Node &node, RouteNode &child)
{
    readInto(node, "weight", child.weight);
    readInto(node, "name", child.name);
    child.rpm = countAt(node, "rpm");
    child.tpm = countAt(node, "tpm");
}

/// An item of providers or models: a scalar, or a map that holds it under `name`.
RouteNode leaf(const Node &item, std::string_view name)
{
    if (!item.isMap())
        return targetOf(item.text);
    std::string target;
    readInto(item, name, target);
    RouteNode node = targetOf(target);
    readChild(item, node);
    return node;
}

RouteNode buildRule(const Node &item)
{
    const Node *use = item.get("use");
    RouteNode rule = use ? buildRoute(*use) : RouteNode();
    readInto(item, "name", rule.name);
    readInto(item, "is", rule.is);
    readInto(item, "examples", rule.examples);
    if (const Node *when = item.get("when"); when && when->isMap())
        rule.when = buildCondition(*when);
    return rule;
}

void buildRules(const Node &node, RouteNode &route)
{
    const Node *rules = node.get("rules");
    for (const Child &item : rules && rules->isList() ? rules->children : std::vector<Child>())
        route.children.push_back(buildRule(item.value));
    if (const Node *rest = node.get("default"); rest && !rest->isNull()) {
        route.children.push_back(buildRoute(*rest));
        route.children.back().isDefault = true;
    }
}

void buildRoutes(const Node &router, std::map<EndpointType, RouteNode> &routes)
{
    const Node *shared = router.get("route");
    std::optional<RouteNode> every;
    if (shared && !shared->isNull())
        every = buildRoute(*shared);
    if (const Node *balancing = router.get("load-balancing"); balancing && balancing->isMap()) {
        every.emplace();
        readInto(*balancing, "strategy", every->strategy);
        const Node *weights = balancing->get("weights");
        for (const Child &child : weights ? weights->children : std::vector<Child>()) {
            RouteNode node = targetOf(child.key);
            node.weight = parseNumber(child.value.text).value_or(node.weight);
            every->children.push_back(std::move(node));
        }
    }
    const Node *balance = router.get("load-balance");
    for (const EndpointType type : kEndpoints) {
        const Node *own = balance ? balance->get(endpointName(type)) : nullptr;
        if (own && !own->isNull())
            routes[type] = buildRoute(*own);
        else if (every)
            routes[type] = *every;
    }
}

void buildFallback(const Node *node, Fallback &fallback)
{
    if (!node)
        return;
    readInto(*node, "enabled", fallback.enabled);
    readInto(*node, "order", fallback.order);
    readInto(*node, "on", fallback.on);
    for (std::string &kind : fallback.on) {
        if (kind == "401" || kind == "403")
            kind = "auth";
    }
}

void buildTimeouts(const Node *node, Timeouts &timeouts)
{
    if (!node)
        return;
    readInto(*node, "connect", timeouts.connect);
    readInto(*node, "first-token", timeouts.firstToken);
    readInto(*node, "idle", timeouts.idle);
    readInto(*node, "total", timeouts.total);
}

void buildBreaker(const Node *node, CircuitBreaker &breaker)
{
    if (!node)
        return;
    readInto(*node, "failures", breaker.failures);
    readInto(*node, "ratio", breaker.ratio);
    readInto(*node, "min-requests", breaker.minRequests);
    readInto(*node, "cooldown", breaker.cooldown);
    readInto(*node, "successes", breaker.successes);
}

} // namespace

std::string_view endpointName(EndpointType type)
{
    switch (type) {
    case EndpointType::Chat:
        return "chat";
    case EndpointType::Embeddings:
        return "embeddings";
    case EndpointType::Image:
        return "image";
    case EndpointType::Audio:
        return "audio";
    }
    return "chat";
}

std::string_view retryStrategyName(Retries::Strategy strategy)
{
    return strategy == Retries::Strategy::Constant ? "constant" : "exponential";
}

RouteNode buildRoute(const Node &node)
{
    if (!node.isMap())
        return targetOf(node.text);
    RouteNode route;
    std::string target;
    readInto(node, "target", target);
    if (!target.empty())
        route = targetOf(target);
    else
        readInto(node, "strategy", route.strategy);
    readChild(node, route);
    if (const Node *settings = node.get("settings"); settings && settings->isMap()) {
        for (const Child &setting : settings->children)
            route.settings[kebab(setting.key)] = setting.value.text;
    }
    for (const std::string_view list : {"providers", "models"}) {
        const Node *items = node.get(list);
        for (const Child &item : items && items->isList() ? items->children : std::vector<Child>())
            route.children.push_back(leaf(item.value, list.substr(0, list.size() - 1)));
    }
    const Node *children = node.get("children");
    for (const Child &item : children && children->isList() ? children->children : std::vector<Child>())
        route.children.push_back(buildRoute(item.value));
    buildRules(node, route);
    return route;
}

Retries buildRetries(const Node *node, Retries retries)
{
    if (!node || !node->isMap())
        return retries;
    std::string strategy(retryStrategyName(retries.strategy));
    readInto(*node, "strategy", strategy);
    retries.strategy = strategy == "constant" ? Retries::Strategy::Constant : Retries::Strategy::Exponential;
    readInto(*node, "min-delay", retries.minDelay);
    readInto(*node, "max-delay", retries.maxDelay);
    readInto(*node, "max-retries", retries.maxRetries);
    readInto(*node, "factor", retries.factor);
    return retries;
}

Router buildRouter(std::string_view name, const Node &node, const Retries &retries)
{
    Router router;
    router.name = name;
    buildRoutes(node, router.routes);
    const Node *fallback = node.get("fallback");
    buildFallback(fallback, router.fallback);
    router.retries = buildRetries(node.get("retries"), retries);
    if (fallback)
        readInto(*fallback, "max-retries", router.retries.maxRetries);
    buildTimeouts(node.get("timeouts"), router.timeouts);
    buildBreaker(node.get("circuit-breaker"), router.circuitBreaker);
    router.policies.cache = buildCache(node.get("cache"));
    router.policies.budgets = buildBudgets(node, "router");
    buildGuardrails(&node, router.policies.guardrails);
    buildLimits(node.get("rate-limit"), router.policies);
    if (const Node *mappings = node.get("model-mappings"); mappings && mappings->isMap()) {
        for (const Child &child : mappings->children)
            readInto(child.value, router.modelMappings[child.key]);
    }
    return router;
}

} // namespace pm::config
