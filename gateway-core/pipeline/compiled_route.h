// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/model_reference.h"
#include "pipeline/route.h"
#include "pipeline/snapshot.h"
#include "routing/plan.h"

#include <memory>
#include <string>
#include <unordered_map>

// Stage 6, first half: from route and model to the tree of concrete targets that `routing::choose` walks.
namespace pm {

/// What failure handling and which policies a route has. Points into the snapshot, or at defaults.
struct Policy
{
    const config::Fallback *fallback = nullptr;
    const config::Retries *retries = nullptr;
    const config::Timeouts *timeouts = nullptr;
    const config::CircuitBreaker *breaker = nullptr;
    const config::Policies *own = nullptr;    ///< the router's, or unified-api's; null for direct calls
    const config::Policies *global = nullptr;
};
/// Of what no router handles and the configuration says nothing about.
const Policy &defaultPolicy();

/// A route with its targets for one requested model. Immutable, and stays where it is.
struct CompiledRoute
{
    CompiledRoute() = default;
    CompiledRoute(const CompiledRoute &) = delete;
    CompiledRoute &operator=(const CompiledRoute &) = delete;

    routing::Node root;
    std::vector<const routing::Node *> comparing; ///< of `root`, those that compare prompts with examples
    std::vector<std::shared_ptr<const routing::Target>> fallbackOrder;
    std::vector<routing::Exclusion> excluded; ///< targets that cannot serve this model at all
    Policy policy;
    SnapshotPtr snapshot; ///< keeps what Policy points to alive
    std::string routerName; ///< after "router/NAME" in the model was followed
    std::string why;        ///< the first target was taken, where no strategy says it
};
using CompiledRoutePtr = std::shared_ptr<const CompiledRoute>;

/// What the client forces, from x-pointsman-provider and -model (or helicone-forced-routing).
struct Forced
{
    std::string provider;
    std::string model;
};

/// Errors: ModelNotFound with the nearest names; NotFound for a forced provider that does not exist.
Result<CompiledRoutePtr> compileRoute(const Route &route, std::string_view askedModel, config::EndpointType endpoint,
                                      const Forced &forced, const SnapshotPtr &snapshot);

/// Remembers compiled routes of one snapshot; one per worker thread. Bounded.
class RouteCache
{
public:
    Result<CompiledRoutePtr> get(const Route &route, std::string_view askedModel, config::EndpointType endpoint,
                                 const Forced &forced, const SnapshotPtr &snapshot);

private:
    static constexpr std::size_t kMaxEntries = 512; ///< beside one for each router
    static constexpr std::size_t kMaxKey = 1024; ///< a model's name is whatever a client sends
    SnapshotPtr m_snapshot;
    std::unordered_map<std::string, CompiledRoutePtr> m_routes;
};

} // namespace pm
