// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/router_wish.h"

#include "config/condition_yaml.h"
#include "config/config_build.h"
#include "config/policy_wish.h"
#include "config/scalars.h"

#include <algorithm>

namespace pm::config {

using yaml::Node;

namespace {

constexpr std::size_t kEndpoints = 4;

std::string label(const RouteNode &target)
{
    return target.model.empty() ? target.provider : target.provider + "/" + target.model;
}

/// Which list holds the children: the one the text has, when it can; else the shortest that can.
std::string_view listFor(const RouteNode &route, const Node *present)
{
    bool areProviders = true;
    bool areModels = true;
    for (const RouteNode &child : route.children) {
        areProviders = areProviders && child.isTarget() && child.model.empty();
        areModels = areModels && child.isTarget() && !child.model.empty();
    }
    const bool hasChildren = present && present->isMap() && present->get("children");
    if (hasChildren || (!areProviders && !areModels))
        return "children";
    return areProviders ? "providers" : "models";
}

/// A weight is written where it differs from 1, and beside siblings that have one.
bool needsWeights(const RouteNode &route)
{
    return route.strategy.find("weighted") != std::string::npos &&
           std::any_of(route.children.begin(), route.children.end(),
                       [](const RouteNode &c) { return c.weight != 1; });
}

void addCount(Wish &map, std::string_view name, std::int64_t count)
{
    add(map, name, std::to_string(count), count == 0);
}

/// What a child says of itself besides what it is.
void addChild(Wish &wish, const RouteNode &route, bool withWeight, bool withName)
{
    add(wish, "weight", writeNumber(route.weight), route.weight == 1 && !withWeight);
    if (withName)
        add(wish, "name", route.name, route.name.empty());
    addCount(wish, "rpm", route.rpm);
    addCount(wish, "tpm", route.tpm);
}

void addSettings(Wish &wish, const RouteNode &route)
{
    Wish settings = mapWish();
    for (const auto &[name, value] : route.settings)
        add(settings, name, value, false);
    addMap(wish, "settings", std::move(settings));
}

/// `withName`: false for what a rule uses, since the rule has the name.
Wish routeWish(const RouteNode &route, const Node *present, bool withWeight, std::string_view leafName,
               bool withName = true);

/// A rule that says nothing yet looks like any child: then what the text has under this strategy tells.
bool hasRules(const RouteNode &route, const Node *present)
{
    const Node *strategy = present && present->isMap() ? present->get("strategy") : nullptr;
    const bool stays = strategy && strategy->text == route.strategy && present->get("rules");
    return stays || std::any_of(route.children.begin(), route.children.end(), [](const RouteNode &c) { return c.isRule(); });
}

Wish ruleWish(const RouteNode &rule, const Node *present)
{
    Wish wish = mapWish();
    wish.isWhole = true;
    if (!rule.when.isAlways())
        wish.entries.push_back({"when", wishOf(writeCondition(rule.when)), false});
    add(wish, "is", rule.is, rule.is.empty());
    wish.entries.push_back({"examples", listWish(rule.examples), rule.examples.empty()});
    add(wish, "name", rule.name, rule.name.empty());
    wish.entries.push_back({"use", routeWish(rule, entryAt(present, "use"), false, "target", false), false});
    // What the text has in place of the implied ones must stay the first entry: it tells items apart.
    std::stable_partition(wish.entries.begin(), wish.entries.end(), [](const WishEntry &e) { return !e.isImplied; });
    return wish;
}

void addRules(Wish &wish, const RouteNode &route, const Node *present)
{
    const Node *old = entryAt(present, "rules");
    Wish rules{Node::Kind::List, {}, {}, false};
    for (const RouteNode &child : route.children) {
        const Node *item = old && old->isList() && rules.entries.size() < old->children.size()
                               ? &old->children[rules.entries.size()].value
                               : nullptr;
        if (!child.isDefault)
            rules.entries.push_back({{}, ruleWish(child, item), false});
    }
    wish.entries.push_back({"rules", std::move(rules), false});
    for (const RouteNode &child : route.children) {
        if (child.isDefault)
            wish.entries.push_back({"default", routeWish(child, entryAt(present, "default"), false, "target"), false});
    }
}

Wish routeWish(const RouteNode &route, const Node *present, bool withWeight, std::string_view leafName, bool withName)
{
    Wish wish = mapWish();
    if (route.isTarget()) {
        add(wish, leafName, label(route), false);
    } else if (hasRules(route, present)) {
        add(wish, "strategy", route.strategy, false);
        addSettings(wish, route);
        addRules(wish, route, present);
    } else {
        add(wish, "strategy", route.strategy, false);
        addSettings(wish, route);
        const std::string_view list = listFor(route, present);
        const Node *old = present && present->isMap() ? present->get(list) : nullptr;
        const std::string_view leaf = list == "children" ? "target" : list.substr(0, list.size() - 1);
        const bool withWeights = needsWeights(route);
        Wish children{Node::Kind::List, {}, {}, false};
        for (std::size_t i = 0; i < route.children.size(); ++i)
            children.entries.push_back(
                {{}, routeWish(route.children[i], itemAt(old, i), withWeights, leaf), false});
        wish.entries.push_back({std::string(list), std::move(children), false});
    }
    addChild(wish, route, withWeight, withName);
    return wish;
}

bool isSameEverywhere(const Router &router)
{
    if (router.routes.size() != kEndpoints)
        return false;
    const RouteNode &first = router.routes.begin()->second;
    return std::all_of(router.routes.begin(), router.routes.end(),
                       [&](const auto &entry) { return entry.second == first; });
}

/// The short form {strategy, weights}: kept where the text has it and it still can say it.
bool fitsBalancing(const RouteNode &route)
{
    const auto saysMore = [](const RouteNode &c) { return c.rpm > 0 || c.tpm > 0 || !c.name.empty() || c.isRule(); };
    return !route.isTarget() && route.weight == 1 && !route.children.empty() && route.settings.empty() &&
           std::all_of(route.children.begin(), route.children.end(), [&](const RouteNode &child) {
               return child.isTarget() && child.model.empty() && !saysMore(child);
           });
}

Wish balancingWish(const RouteNode &route)
{
    Wish wish = mapWish();
    add(wish, "strategy", route.strategy, false);
    Wish weights = mapWish();
    for (const RouteNode &child : route.children)
        add(weights, child.provider, writeNumber(child.weight), false);
    wish.entries.push_back({"weights", std::move(weights), false});
    return wish;
}

void addRoutes(Wish &wish, const Router &router, const Node *present)
{
    const Node *balance = present ? present->get("load-balance") : nullptr;
    const bool hasBalance = balance && !balance->children.empty();
    if (isSameEverywhere(router) && !hasBalance) {
        const RouteNode &route = router.routes.begin()->second;
        if (present && present->get("load-balancing") && fitsBalancing(route))
            wish.entries.push_back({"load-balancing", balancingWish(route), false});
        else
            wish.entries.push_back(
                {"route", routeWish(route, present ? present->get("route") : nullptr, false, "target"),
                 false});
        return;
    }
    Wish map = mapWish();
    for (const auto &[type, route] : router.routes) {
        const Node *old = balance ? balance->get(endpointName(type)) : nullptr;
        map.entries.push_back(
            {std::string(endpointName(type)), routeWish(route, old, false, "target"), false});
    }
    if (!map.entries.empty())
        wish.entries.push_back({"load-balance", std::move(map), false});
}

Wish fallbackWish(const Router &router, const Node *present)
{
    const Fallback standard;
    Wish wish = mapWish();
    add(wish, "enabled", router.fallback.enabled ? "true" : "false",
        router.fallback.enabled == standard.enabled);
    wish.entries.push_back(
        {"order", listWish(router.fallback.order), router.fallback.order == standard.order});
    wish.entries.push_back({"on", listWish(router.fallback.on), router.fallback.on == standard.on});
    if (present && present->get("max-retries"))
        add(wish, "max-retries", std::to_string(router.retries.maxRetries), true);
    return wish;
}

Wish retriesWish(const Retries &retries, const Retries &standard, bool isMaxElsewhere)
{
    Wish wish = mapWish();
    add(wish, "strategy", retryStrategyName(retries.strategy), retries.strategy == standard.strategy);
    add(wish, "min-delay", retries.minDelay, standard.minDelay);
    add(wish, "max-delay", retries.maxDelay, standard.maxDelay);
    add(wish, "max-retries", retries.maxRetries, isMaxElsewhere ? retries.maxRetries : standard.maxRetries);
    add(wish, "factor", retries.factor, standard.factor);
    return wish;
}

Wish timeoutsWish(const Timeouts &timeouts)
{
    const Timeouts standard;
    Wish wish = mapWish();
    add(wish, "connect", timeouts.connect, standard.connect);
    add(wish, "first-token", timeouts.firstToken, standard.firstToken);
    add(wish, "idle", timeouts.idle, standard.idle);
    add(wish, "total", timeouts.total, standard.total);
    return wish;
}

Wish breakerWish(const CircuitBreaker &breaker)
{
    const CircuitBreaker standard;
    Wish wish = mapWish();
    add(wish, "failures", breaker.failures, standard.failures);
    add(wish, "ratio", breaker.ratio, standard.ratio);
    add(wish, "min-requests", breaker.minRequests, standard.minRequests);
    add(wish, "cooldown", breaker.cooldown, standard.cooldown);
    add(wish, "successes", breaker.successes, standard.successes);
    return wish;
}

} // namespace

Wish routerWish(const Router &router, const Node *present, const Retries &inherited)
{
    const Node *fallback = present ? present->get("fallback") : nullptr;
    const bool isMaxElsewhere = fallback && fallback->get("max-retries");
    Wish wish = mapWish();
    addRoutes(wish, router, present);
    addMap(wish, "fallback", fallbackWish(router, fallback));
    addMap(wish, "retries", retriesWish(router.retries, inherited, isMaxElsewhere));
    addMap(wish, "timeouts", timeoutsWish(router.timeouts));
    addMap(wish, "circuit-breaker", breakerWish(router.circuitBreaker));
    Wish mappings = mapWish();
    for (const auto &[model, targets] : router.modelMappings)
        mappings.entries.push_back({model, listWish(targets), false});
    wish.entries.push_back({"model-mappings", std::move(mappings), router.modelMappings.empty()});
    addPolicies(wish, router.policies, present);
    return wish;
}

} // namespace pm::config
