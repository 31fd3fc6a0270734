// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/choose_targets.h"

#include "base/text.h"

namespace pm {

namespace {

config::EndpointType endpointType(Endpoint endpoint)
{
    return endpoint == Endpoint::Embeddings ? config::EndpointType::Embeddings : config::EndpointType::Chat;
}

Forced forcedBy(const http::Headers &headers)
{
    std::string_view provider = headers.value("x-pointsman-provider");
    if (provider.empty())
        provider = headers.value("helicone-forced-routing");
    return {std::string(provider), std::string(headers.value("x-pointsman-model"))};
}

Result<void> followForcedRouter(std::string_view name, const Snapshot &snapshot, Route &route)
{
    const config::Router *router = snapshot.findRouter(name);
    if (!router) {
        return fail(ErrorKind::NotFound, "x-pointsman-router: there is no router \"" +
                                             std::string(name.substr(0, 50)) +
                                             "\"; there are: " + joinNames(snapshot.routerNames()));
    }
    route.router = router;
    route.scope = Scope::Router;
    route.name = router->name;
    return {};
}

} // namespace

bool forcesProvider(const http::Headers &headers)
{
    return !forcedBy(headers).provider.empty();
}

Result<CompiledRoutePtr> compileFor(const http::Request &request, std::string_view model,
                                    const SnapshotPtr &snapshot, RouteCache &cache, Route &route)
{
    if (const std::string_view name = request.headers.value("x-pointsman-router"); !name.empty()) {
        if (auto followed = followForcedRouter(name, *snapshot, route); !followed)
            return tl::unexpected(followed.error());
    }
    auto compiled =
        cache.get(route, model, endpointType(route.endpoint), forcedBy(request.headers), snapshot);
    if (compiled && !(*compiled)->routerName.empty()) {
        route.scope = Scope::Router;
        route.name = (*compiled)->routerName;
    }
    return compiled;
}

routing::Plan planFor(const CompiledRoute &compiled, const routing::ChooseContext &context)
{
    routing::Plan plan = routing::choose(compiled.root, compiled.fallbackOrder, context);
    plan.excluded.insert(plan.excluded.end(), compiled.excluded.begin(), compiled.excluded.end());
    if (!compiled.why.empty() && !plan.choices.empty() && !plan.choices.front().despiteOpen)
        plan.choices.front().reason = compiled.why;
    return plan;
}

} // namespace pm
