// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/compiled_route.h"

#include <algorithm>

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

/// Builds one compiled route; lives for the call.
class Compiler
{
public:
    Compiler(const ModelReference &asked, std::string_view askedText, const config::Router *router,
             const SnapshotPtr &snapshot)
        : m_asked(asked), m_askedText(askedText), m_router(router), m_snapshot(snapshot),
          m_route(std::make_shared<CompiledRoute>())
    {
        m_route->snapshot = snapshot;
        m_route->policy = {router ? &router->fallback : &kFallback,
                           router ? &router->retries : &snapshot->config.retries,
                           router ? &router->timeouts : &kTimeouts,
                           router ? &router->circuitBreaker : &kBreaker};
        m_route->routerName = router ? router->name : "";
    }

    std::shared_ptr<CompiledRoute> takeRoute() { return m_route; }

    std::shared_ptr<const routing::Target> target(const ProviderRuntime &provider, const std::string &model) const
    {
        auto built = std::make_shared<routing::Target>();
        built->provider = provider.provider.name;
        built->model = model;
        built->can = capabilitiesOf(provider.provider, model, m_snapshot->findModel(built->provider, model));
        built->hasKey = provider.keyState == KeyState::NotNeeded || !provider.keys.empty()
                        || provider.provider.passClientKey;
        built->isEnabled = provider.provider.isEnabled;
        built->stats = m_snapshot->stats->get(built->provider, model);
        return built;
    }

    /// A leaf for provider and pinned model, or nothing when the provider cannot serve the asked model.
    std::shared_ptr<const routing::Target> resolveTarget(const std::string &providerName, const std::string &pinned)
    {
        const ProviderRuntime *provider = m_snapshot->findProvider(providerName);
        if (!provider)
            return nullptr; // the check of the configuration has refused unknown names
        const std::string model = modelFor(*provider, pinned);
        if (model.empty()) {
            m_route->excluded.push_back({providerName, whyNone(providerName)});
            return nullptr;
        }
        return target(*provider, model);
    }

    /// The compiled form of `node`, or nothing when no leaf is left in it.
    std::optional<routing::Node> compile(const config::RouteNode &node)
    {
        routing::Node built;
        built.id = m_nextId++;
        built.weight = node.weight;
        if (node.isTarget()) {
            built.target = resolveTarget(node.provider, node.model);
            return built.target ? std::optional(built) : std::nullopt;
        }
        built.strategy = node.strategy;
        for (const config::RouteNode &child : node.children) {
            if (auto compiled = compile(child))
                built.children.push_back(std::move(*compiled));
        }
        return built.children.empty() ? std::nullopt : std::optional(std::move(built));
    }

    void addFallbackOrder(const config::Fallback &fallback)
    {
        if (!fallback.enabled)
            return;
        for (const std::string &entry : fallback.order) {
            const std::size_t slash = entry.find('/');
            const std::string provider = entry.substr(0, slash);
            const std::string pinned = slash == std::string::npos ? "" : entry.substr(slash + 1);
            if (auto built = resolveTarget(provider, pinned))
                m_route->fallbackOrder.push_back(std::move(built));
        }
    }

private:
    std::string mappedModel(const std::string &provider) const
    {
        if (!m_router)
            return {};
        auto mapping = m_router->modelMappings.find(std::string(m_askedText));
        if (mapping == m_router->modelMappings.end())
            mapping = m_router->modelMappings.find(m_asked.model);
        if (mapping == m_router->modelMappings.end())
            return {};
        const std::string prefix = provider + "/";
        for (const std::string &candidate : mapping->second) {
            if (candidate.starts_with(prefix))
                return candidate.substr(prefix.size());
        }
        return {};
    }

    std::string whyNone(const std::string &provider) const
    {
        if (m_asked.model.empty()) {
            return "stands there without a model and the request names none; write it as " + provider
                   + "/MODEL in the router, or ask the router for a model by its name";
        }
        return "does not list " + std::string(m_askedText) + "; map it in model-mappings";
    }

    /// Which model to ask `provider` for; empty when it cannot serve the request. Never another model than the
    /// client's, but where the configuration says so.
    std::string modelFor(const ProviderRuntime &provider, const std::string &pinned) const
    {
        const std::string &name = provider.provider.name;
        if (!pinned.empty())
            return pinned;
        if (m_asked.model.empty()) { // "router/NAME", or nothing at all
            const std::string mapped = mappedModel(name);
            return mapped.empty() ? onlyModelOf(provider, *m_snapshot) : mapped;
        }
        if (m_asked.provider == name)
            return m_asked.model;
        if (m_asked.provider.empty() && m_snapshot->lists(provider, m_asked.model))
            return m_asked.model;
        if (std::string mapped = mappedModel(name); !mapped.empty())
            return mapped;
        if (!m_asked.provider.empty())
            return {};
        // A model that nobody knows may be new, and a provider we have no facts about may have anything.
        const bool isUnknown = m_snapshot->catalogue->findByName(m_asked.model).empty();
        const bool hasFacts = !m_snapshot->catalogue->modelsOf(name).empty();
        return isUnknown || !hasFacts ? m_asked.model : std::string();
    }

    const ModelReference &m_asked;
    std::string_view m_askedText;
    const config::Router *m_router;
    const SnapshotPtr &m_snapshot;
    std::shared_ptr<CompiledRoute> m_route;
    int m_nextId = 0;
};

routing::Node leaf(std::shared_ptr<const routing::Target> target)
{
    routing::Node node;
    node.target = std::move(target);
    return node;
}

Failure modelMissing(const std::string &router)
{
    Error error{ErrorKind::BadRequest,
                router.empty() ? "model is missing: say which model to ask for"
                               : "model: \"router/" + router + "\" names no model, and that router does not serve this "
                                 "request; say which model to ask for"};
    error.param = "model";
    return fail(std::move(error));
}

Result<CompiledRoutePtr> compileByModel(Compiler compiler, const ModelReference &asked, std::string_view askedText,
                                        const Snapshot &snapshot)
{
    const ProviderRuntime *provider = providerOf(asked, snapshot);
    if (!provider)
        return modelNotFound(askedText, snapshot);
    auto route = compiler.takeRoute();
    route->root = leaf(compiler.target(*provider, asked.model));
    return route;
}

/// A router without a chat route balances by latency over the usable providers, as Helicone's does over its three.
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

Result<CompiledRoutePtr> compileRouter(Compiler compiler, const config::Router &router, config::EndpointType endpoint,
                                       std::string_view askedText, const SnapshotPtr &snapshot)
{
    const auto configured = router.routes.find(endpoint);
    const config::RouteNode tree = configured != router.routes.end() ? configured->second : defaultTree(*snapshot);
    auto root = compiler.compile(tree);
    compiler.addFallbackOrder(router.fallback);
    auto route = compiler.takeRoute();
    if (root)
        route->root = std::move(*root);
    if (!root && route->fallbackOrder.empty()) {
        std::string why;
        for (const routing::Exclusion &excluded : route->excluded)
            why.append("; ").append(excluded.target).append(" ").append(excluded.reason);
        Error error{ErrorKind::ModelNotFound, "router \"" + router.name + "\" has no target for model \""
                                                  + std::string(askedText.substr(0, 100)) + "\"" + why};
        error.code = "model_not_found";
        error.param = "model";
        return fail(std::move(error));
    }
    return route;
}

} // namespace

Result<CompiledRoutePtr> compileRoute(const Route &route, std::string_view askedModel, config::EndpointType endpoint,
                                      const Forced &forced, const SnapshotPtr &snapshot)
{
    if (!forced.model.empty())
        askedModel = forced.model; // also for mappings and messages: what the body says counts no longer
    ModelReference asked = readModel(askedModel, *snapshot);
    const config::Router *router = route.router;
    if (!asked.router.empty())
        router = snapshot->config.findRouter(asked.router);
    if (!forced.provider.empty()) {
        if (!snapshot->findProvider(forced.provider)) {
            return fail(ErrorKind::NotFound,
                        "x-pointsman-provider: there is no provider \"" + forced.provider.substr(0, 50) + "\"");
        }
        asked.provider = forced.provider;
        router = nullptr;
    }
    Compiler compiler(asked, askedModel, router, snapshot);
    const bool hasRoute = router && (endpoint == config::EndpointType::Chat || router->routes.contains(endpoint));
    if (hasRoute)
        return compileRouter(std::move(compiler), *router, endpoint, askedModel, snapshot);
    if (asked.model.empty())
        return modelMissing(asked.router);
    return compileByModel(std::move(compiler), asked, askedModel, *snapshot);
}

Result<CompiledRoutePtr> RouteCache::get(const Route &route, std::string_view askedModel,
                                         config::EndpointType endpoint, const Forced &forced,
                                         const SnapshotPtr &snapshot)
{
    if (m_snapshot != snapshot || m_routes.size() >= kMaxEntries) {
        m_routes.clear();
        m_snapshot = snapshot;
    }
    std::string key;
    key.append(route.router ? route.router->name : "").append("\n").append(askedModel).append("\n");
    key.append(std::to_string(static_cast<int>(endpoint))).append("\n");
    key.append(forced.provider).append("\n").append(forced.model);
    if (const auto found = m_routes.find(key); found != m_routes.end())
        return found->second;
    auto compiled = compileRoute(route, askedModel, endpoint, forced, snapshot);
    if (compiled && key.size() <= kMaxKey)
        m_routes.emplace(std::move(key), *compiled);
    return compiled;
}

} // namespace pm
