// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/route_parts.h"

#include <algorithm>

namespace pm {

namespace {

routing::Capabilities capabilitiesOf(const Provider &provider, const std::string &id, const Model *model)
{
    routing::Capabilities can;
    // What the writers know, so that nothing is asked in words of a target that routing took for able to. In the
    // provider's first format: a route is compiled for askers of any.
    if (!targetTraits(provider, provider.dialect, id, model).structuredOutput)
        can.jsonSchema = false;
    if (!model)
        return can;
    can.tools = model->tools;
    can.images = model->images;
    can.audio = model->audio;
    can.documents = model->documents;
    can.context = model->context;
    can.chat = !model->isEmbedding;
    can.embeddings = model->embeds;
    return can;
}

/// What a million tokens cost now; tiers are left to the bill.
std::optional<routing::TokenPrice> priceOf(const Provider &provider, const Model *model)
{
    if (model && model->price && model->price->input && model->price->output)
        return routing::TokenPrice{*model->price->input, *model->price->output, model->price->cacheRead};
    if (provider.price && provider.price->input && provider.price->output)
        return routing::TokenPrice{*provider.price->input, *provider.price->output, provider.price->cacheRead};
    return std::nullopt;
}

/// What a node says of itself and of its requests; neither target nor children.
routing::Node bareNode(const config::RouteNode &node)
{
    routing::Node built;
    built.weight = node.weight;
    built.name = node.name;
    built.rpm = node.rpm;
    built.tpm = node.tpm;
    built.is = node.is;
    built.examples = node.examples;
    built.isDefault = node.isDefault;
    if (!node.when.isAlways())
        built.when = std::make_shared<const routing::CompiledCondition>(node.when);
    return built;
}

std::shared_ptr<const routing::ComplexitySource> complexityOf(const routing::Node &node, const Snapshot &snapshot)
{
    const auto found = snapshot.complexity.find(std::string(node.settings.text("model")));
    return node.strategy == "complexity" && found != snapshot.complexity.end() ? found->second : nullptr;
}

/// The nodes that tell requests apart by examples.
void addComparing(const routing::Node &node, std::vector<const routing::Node *> &nodes)
{
    if (node.strategy == "semantic")
        nodes.push_back(&node);
    for (const routing::Node &child : node.children)
        addComparing(child, nodes);
}

bool leadsSomewhere(const routing::Node &node)
{
    return node.target || !node.children.empty();
}

} // namespace

std::optional<routing::Node> compileNode(const config::RouteNode &node, const NodePlace &place,
                                         const TargetResolver &resolve)
{
    routing::Node built = bareNode(node);
    if (node.isTarget()) {
        built.target = resolve(node.provider, node.model);
        return built.target ? std::optional(built) : std::nullopt;
    }
    built.strategy = node.strategy;
    built.settings = routing::Settings(node.settings);
    built.complexity = complexityOf(built, *place.snapshot);
    built.place = place.name;
    if (place.snapshot->nodeStates)
        built.state = place.snapshot->nodeStates->get(place.name + "/" + node.strategy);
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const NodePlace below{place.snapshot, place.name + "." + std::to_string(i)};
        auto child = compileNode(node.children[i], below, resolve);
        // A rule whose targets cannot take this model stays: without it, its requests would go to the next rule.
        if (!child && node.children[i].isRule())
            child = bareNode(node.children[i]);
        if (!child)
            continue;
        child->position = static_cast<int>(i);
        built.children.push_back(std::move(*child));
    }
    const bool hasTargets = std::any_of(built.children.begin(), built.children.end(), leadsSomewhere);
    return hasTargets ? std::optional(std::move(built)) : std::nullopt;
}

std::shared_ptr<CompiledRoute> emptyRoute(const config::Router *router, const SnapshotPtr &snapshot)
{
    auto route = std::make_shared<CompiledRoute>();
    route->snapshot = snapshot;
    route->policy = defaultPolicy();
    route->policy.retries = &snapshot->config.retries;
    route->policy.own = &snapshot->config.unifiedPolicies;
    if (router) {
        route->policy = {&router->fallback, &router->retries, &router->timeouts, &router->circuitBreaker, &router->policies,
                         nullptr};
        route->routerName = router->name;
    }
    route->policy.global = &snapshot->config.globalPolicies;
    return route;
}

void setRoot(CompiledRoute &route, routing::Node root)
{
    route.root = std::move(root);
    route.comparing.clear();
    addComparing(route.root, route.comparing);
}

std::shared_ptr<const routing::Target> makeTarget(const ProviderRuntime &provider, const std::string &model,
                                                  const Snapshot &snapshot)
{
    auto built = std::make_shared<routing::Target>();
    built->provider = provider.provider.name;
    built->model = model;
    const Model *known = snapshot.findModel(built->provider, model);
    built->can = capabilitiesOf(provider.provider, model, known);
    built->hasKey =
        provider.keyState == KeyState::NotNeeded || !provider.keys.empty() || provider.provider.passClientKey;
    built->isEnabled = provider.provider.isEnabled;
    built->price = priceOf(provider.provider, known);
    if (const auto quality = snapshot.catalogue->quality(built->provider, model))
        built->quality = quality->rank;
    built->stats = snapshot.stats->get(built->provider, model);
    return built;
}

routing::Node leafOf(std::shared_ptr<const routing::Target> target)
{
    routing::Node node;
    node.target = std::move(target);
    return node;
}

std::string mappedModel(const config::Router &router, std::string_view asked, const std::string &bareName,
                        const std::string &provider)
{
    auto mapping = router.modelMappings.find(std::string(asked));
    if (mapping == router.modelMappings.end())
        mapping = router.modelMappings.find(bareName);
    if (mapping == router.modelMappings.end())
        return {};
    const std::string prefix = provider + "/";
    for (const std::string &candidate : mapping->second) {
        if (candidate.starts_with(prefix))
            return candidate.substr(prefix.size());
    }
    return {};
}

config::RouteNode defaultTree(const Snapshot &snapshot)
{
    config::RouteNode root;
    root.strategy = "latency";
    for (const ProviderRuntime &provider : snapshot.providers) {
        if (canBeAsked(provider) && !provider.provider.isDemo) {
            config::RouteNode child;
            child.provider = provider.provider.name;
            root.children.push_back(std::move(child));
        }
    }
    return root;
}

} // namespace pm
