// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/service_route.h"

#include "base/text.h"
#include "pipeline/route_parts.h"
#include "providers/services.h"

#include <algorithm>

namespace pm {

namespace {

/// Builds one compiled route for a service; lives for the call.
class ServiceCompiler
{
public:
    explicit ServiceCompiler(const ServiceAsk &ask)
        : m_ask(ask), m_snapshot(*ask.snapshot), m_service(*ask.route.service),
          m_route(emptyRoute(ask.router, ask.snapshot))
    {
    }

    Result<CompiledRoutePtr> byRouter();
    Result<CompiledRoutePtr> byModel();

private:
    struct Tree
    {
        config::RouteNode root;
        bool isWritten = true; ///< in the configuration; else it is made of all providers
        bool isOwn = false;    ///< written for this service: its models count
    };

    Tree tree() const;
    std::optional<Offer> offer(const ProviderRuntime &provider) const
    {
        return offerOf(provider.provider, m_service, m_ask.route.dialect);
    }
    bool isListed(const ProviderRuntime &provider) const
    {
        return !m_ask.asked.model.empty() && m_snapshot.lists(provider, m_ask.asked.model);
    }
    bool isListedAnywhere() const;
    std::optional<std::string> modelFor(const ProviderRuntime &provider, const std::string &pinned) const;
    std::shared_ptr<const routing::Target> resolve(const std::string &provider, const std::string &pinned);
    std::optional<routing::Node> compile(const config::RouteNode &node);
    void addFallbackOrder();
    void keepFirst(const routing::Node &root);
    const ProviderRuntime *find() const;
    std::string text() const { return "/" + m_ask.route.apiPath.substr(0, 100); }
    Failure noTarget(std::string said) const;

    const ServiceAsk &m_ask;
    const Snapshot &m_snapshot;
    const config::Service m_service;
    std::shared_ptr<CompiledRoute> m_route;
    Tree m_tree;
};

/// A `route` holds for conversations and services alike: only what differs was written for the service.
ServiceCompiler::Tree ServiceCompiler::tree() const
{
    const auto &routes = m_ask.router->routes;
    const auto chat = routes.find(config::EndpointType::Chat);
    if (const auto section = config::sectionOf(m_service)) {
        const auto own = routes.find(*section);
        if (own != routes.end() && (chat == routes.end() || own->second != chat->second))
            return {own->second, true, true};
    }
    if (chat != routes.end())
        return {chat->second};
    return {defaultTree(m_snapshot), false};
}

bool ServiceCompiler::isListedAnywhere() const
{
    for (const ProviderRuntime &provider : m_snapshot.providers) {
        if (provider.provider.isEnabled && isListed(provider) && offer(provider))
            return true;
    }
    return false;
}

/// Which model to ask for, empty to leave the request's; nothing when the provider cannot serve it. Facts are of models
/// to talk to first of all: one for sounds or pictures that nobody lists may be anybody's who has the service.
std::optional<std::string> ServiceCompiler::modelFor(const ProviderRuntime &provider, const std::string &pinned) const
{
    const ModelReference &asked = m_ask.asked;
    const std::string &name = provider.provider.name;
    if (!pinned.empty())
        return pinned;
    if (!asked.model.empty() && (asked.provider == name || (asked.provider.empty() && isListed(provider))))
        return asked.model;
    std::string mapped = mappedModel(*m_ask.router, m_ask.askedText, asked.model, name);
    if (!mapped.empty() || asked.model.empty())
        return mapped;
    if (!asked.provider.empty() || isListedAnywhere())
        return std::nullopt;
    return asked.model;
}

std::shared_ptr<const routing::Target> ServiceCompiler::resolve(const std::string &providerName,
    const std::string &pinned)
{
    const ProviderRuntime *provider = m_snapshot.findProvider(providerName);
    if (!provider)
        return nullptr; // the check of the configuration has refused unknown names
    const auto offered = offer(*provider);
    // Of all providers there are, only those that surely have it; of the user's own choice also those that may.
    if (!offered || (!m_tree.isWritten && !offered->isKnown && !isListed(*provider))) {
        m_route->excluded.push_back({providerName, "has no " + text()});
        return nullptr;
    }
    const auto model = modelFor(*provider, m_tree.isOwn ? pinned : std::string());
    if (!model) {
        m_route->excluded.push_back(
            {providerName, "does not list " + std::string(m_ask.askedText) + "; map it in model-mappings"});
        return nullptr;
    }
    return makeTarget(*provider, *model, m_snapshot);
}

std::optional<routing::Node> ServiceCompiler::compile(const config::RouteNode &node)
{
    const std::string router = m_ask.router ? m_ask.router->name : "ai";
    const NodePlace place{&m_snapshot, router + "/" + std::string(config::serviceName(m_service))};
    return compileNode(node, place, [this](const std::string &provider, const std::string &model) {
        return resolve(provider, model);
    });
}

void ServiceCompiler::addFallbackOrder()
{
    if (!m_ask.router->fallback.enabled)
        return;
    for (const std::string &entry : m_ask.router->fallback.order) {
        const std::size_t slash = entry.find('/');
        const std::string pinned = slash == std::string::npos ? std::string() : entry.substr(slash + 1);
        if (auto built = resolve(entry.substr(0, slash), pinned))
            m_route->fallbackOrder.push_back(std::move(built));
    }
}

void leavesOf(const routing::Node &node, std::vector<std::shared_ptr<const routing::Target>> &leaves)
{
    if (node.target)
        leaves.push_back(node.target);
    for (const routing::Node &child : node.children)
        leavesOf(child, leaves);
}

/// Leaves the first target: one that can be asked and surely has it, else one that can be asked, else the first.
void ServiceCompiler::keepFirst(const routing::Node &root)
{
    std::vector<std::shared_ptr<const routing::Target>> leaves;
    leavesOf(root, leaves);
    leaves.insert(leaves.end(), m_route->fallbackOrder.begin(), m_route->fallbackOrder.end());
    m_route->fallbackOrder.clear();
    const auto rank = [&](const routing::Target &target) {
        const auto offered = offer(*m_snapshot.findProvider(target.provider));
        return !target.hasKey || !target.isEnabled ? 2 : offered && offered->isKnown ? 0 : 1;
    };
    const auto first = std::min_element(leaves.begin(), leaves.end(),
                                        [&](const auto &a, const auto &b) { return rank(*a) < rank(*b); });
    setRoot(*m_route, leafOf(*first));
    m_route->why = "the first of the router with " + std::string(config::serviceName(m_service))
                   + "; what is kept there is nowhere else";
}

Result<CompiledRoutePtr> ServiceCompiler::byRouter()
{
    m_tree = tree();
    auto root = compile(m_tree.root);
    addFallbackOrder();
    if (!root && m_route->fallbackOrder.empty()) {
        std::string said = "router \"" + m_ask.router->name + "\" has no target for " + text();
        for (const routing::Exclusion &excluded : m_route->excluded)
            said.append("; ").append(excluded.target).append(" ").append(excluded.reason);
        return noTarget(std::move(said));
    }
    if (m_ask.route.keepsState)
        keepFirst(root.value_or(routing::Node()));
    else if (root)
        setRoot(*m_route, std::move(*root));
    return CompiledRoutePtr(m_route);
}

/// The provider for a request that no router decides; null when nobody has the service.
const ProviderRuntime *ServiceCompiler::find() const
{
    const ProviderRuntime *best = nullptr;
    int bestRank = 0;
    for (const ProviderRuntime &provider : m_snapshot.providers) {
        const auto offered = offer(provider);
        const bool isMeant = offered && (offered->isKnown || isListed(provider));
        if (!isMeant || !provider.provider.isEnabled)
            continue;
        const int rank = 1 + (isListed(provider) ? 2 : 0) + (canBeAsked(provider) ? 1 : 0);
        if (rank > bestRank) {
            best = &provider;
            bestRank = rank;
        }
    }
    return best;
}

Result<CompiledRoutePtr> ServiceCompiler::byModel()
{
    const ModelReference &asked = m_ask.asked;
    const ProviderRuntime *provider = asked.provider.empty() ? find() : m_snapshot.findProvider(asked.provider);
    if (!provider)
        return noTarget("no provider is known for " + text());
    if (!offer(*provider))
        return noTarget(provider->provider.name + " has no " + text());
    setRoot(*m_route, leafOf(makeTarget(*provider, asked.model, m_snapshot)));
    if (asked.provider.empty() && !isListed(*provider))
        m_route->why = "the first with " + std::string(config::serviceName(m_service));
    return CompiledRoutePtr(m_route);
}

/// Those that have it, the ones that can be asked first.
Failure ServiceCompiler::noTarget(std::string said) const
{
    std::vector<std::string> names;
    for (const bool asksNow : {true, false}) {
        for (const ProviderRuntime &provider : m_snapshot.providers) {
            const auto offered = offer(provider);
            if (offered && offered->isKnown && canBeAsked(provider) == asksNow)
                names.push_back(provider.provider.name);
        }
    }
    said += names.empty() ? "; a provider that has it says so by providers.NAME.services"
                          : "; these have it: " + joinNames(names);
    return fail(ErrorKind::NotFound, std::move(said));
}

} // namespace

Result<CompiledRoutePtr> compileService(const ServiceAsk &ask)
{
    ServiceCompiler compiler(ask);
    return ask.router ? compiler.byRouter() : compiler.byModel();
}

} // namespace pm
