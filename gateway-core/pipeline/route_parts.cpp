// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/route_parts.h"

namespace pm {

namespace {

const config::Fallback kFallback;
const config::Timeouts kTimeouts;
const config::CircuitBreaker kBreaker;

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

} // namespace

std::shared_ptr<CompiledRoute> emptyRoute(const config::Router *router, const SnapshotPtr &snapshot)
{
    auto route = std::make_shared<CompiledRoute>();
    route->snapshot = snapshot;
    route->policy = {router ? &router->fallback : &kFallback, router ? &router->retries : &snapshot->config.retries,
                     router ? &router->timeouts : &kTimeouts, router ? &router->circuitBreaker : &kBreaker};
    route->routerName = router ? router->name : "";
    return route;
}

std::shared_ptr<const routing::Target> makeTarget(const ProviderRuntime &provider, const std::string &model,
                                                  const Snapshot &snapshot)
{
    auto built = std::make_shared<routing::Target>();
    built->provider = provider.provider.name;
    built->model = model;
    built->can = capabilitiesOf(provider.provider, model, snapshot.findModel(built->provider, model));
    built->hasKey =
        provider.keyState == KeyState::NotNeeded || !provider.keys.empty() || provider.provider.passClientKey;
    built->isEnabled = provider.provider.isEnabled;
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
