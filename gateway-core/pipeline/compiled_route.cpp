// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/compiled_route.h"

#include "config/config_build.h"
#include "pipeline/route_parts.h"
#include "pipeline/service_route.h"

namespace pm {

namespace {

/// Builds one compiled route; lives for the call.
class Compiler
{
public:
    Compiler(const ModelReference &asked, std::string_view askedText, const config::Router *router,
             config::EndpointType endpoint, const SnapshotPtr &snapshot)
        : m_asked(asked), m_askedText(askedText), m_router(router), m_snapshot(snapshot),
          m_route(emptyRoute(router, snapshot)),
          m_place{snapshot.get(), (router ? router->name : "ai") + "/" + std::string(config::endpointName(endpoint))}
    {
    }

    std::shared_ptr<CompiledRoute> takeRoute() { return m_route; }

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
        return makeTarget(*provider, model, *m_snapshot);
    }

    /// The compiled form of `node`, or nothing when no leaf is left in it.
    std::optional<routing::Node> compile(const config::RouteNode &node)
    {
        return compileNode(node, m_place, [this](const std::string &provider, const std::string &model) {
            return resolveTarget(provider, model);
        });
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
    std::string mapped(const std::string &provider) const
    {
        return m_router ? mappedModel(*m_router, m_askedText, m_asked.model, provider) : std::string();
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
            const std::string other = mapped(name);
            return other.empty() ? onlyModelOf(provider, *m_snapshot) : other;
        }
        if (m_asked.provider == name)
            return m_asked.model;
        if (m_asked.provider.empty() && m_snapshot->lists(provider, m_asked.model))
            return m_asked.model;
        if (std::string other = mapped(name); !other.empty())
            return other;
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
    NodePlace m_place;
};

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
    setRoot(*route, leafOf(makeTarget(*provider, asked.model, snapshot)));
    return route;
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
        setRoot(*route, std::move(*root));
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

const Policy &defaultPolicy()
{
    static const config::Fallback fallback;
    static const config::Retries retries;
    static const config::Timeouts timeouts;
    static const config::CircuitBreaker breaker;
    static const Policy policy{&fallback, &retries, &timeouts, &breaker, nullptr, nullptr};
    return policy;
}

Result<CompiledRoutePtr> compileRoute(const Route &route, std::string_view askedModel, config::EndpointType endpoint,
                                      const Forced &forced, const SnapshotPtr &snapshot)
{
    if (!forced.model.empty())
        askedModel = forced.model; // also for mappings and messages: what the body says counts no longer
    ModelReference asked = readModel(askedModel, *snapshot);
    const config::Router *router = route.router;
    if (!asked.router.empty())
        router = snapshot->findRouter(asked.router);
    if (!forced.provider.empty()) {
        if (!snapshot->findProvider(forced.provider)) {
            return fail(ErrorKind::NotFound,
                        "x-pointsman-provider: there is no provider \"" + forced.provider.substr(0, 50) + "\"");
        }
        asked.provider = forced.provider;
        router = nullptr;
    }
    if (route.service)
        return compileService({route, asked, askedModel, router, snapshot});
    Compiler compiler(asked, askedModel, router, endpoint, snapshot);
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
    if (m_snapshot != snapshot || m_routes.size() >= kMaxEntries + snapshot->config.routers.size()) {
        m_routes.clear();
        m_snapshot = snapshot;
    }
    std::string key;
    key.append(route.router ? route.router->name : "").append("\n").append(askedModel).append("\n");
    key.append(std::to_string(static_cast<int>(endpoint))).append("\n");
    key.append(forced.provider).append("\n").append(forced.model);
    if (route.service) {
        key.append("\n").append(config::serviceName(*route.service)).append("\n");
        key.append(dialect(route.dialect).name()).append(route.keepsState ? "\nstays" : "");
    }
    if (const auto found = m_routes.find(key); found != m_routes.end())
        return found->second;
    auto compiled = compileRoute(route, askedModel, endpoint, forced, snapshot);
    if (compiled && key.size() <= kMaxKey)
        m_routes.emplace(std::move(key), *compiled);
    return compiled;
}

} // namespace pm
