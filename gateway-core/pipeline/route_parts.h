// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/compiled_route.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// What compiled routes are made of, for conversations and services alike. Plain functions, any thread.
namespace pm {

/// A route without targets, with the router's policies, or those of /ai when there is none.
std::shared_ptr<CompiledRoute> emptyRoute(const config::Router *router, const SnapshotPtr &snapshot);

std::shared_ptr<const routing::Target> makeTarget(const ProviderRuntime &provider, const std::string &model,
                                                  const Snapshot &snapshot);

/// Where a node stands, for what it remembers: "production/chat.0.1".
struct NodePlace
{
    const Snapshot *snapshot = nullptr; ///< never null; its states may be
    std::string name;
};
/// The target for a provider and the model written beside it, which may be empty; null when it cannot serve.
using TargetResolver =
    std::function<std::shared_ptr<const routing::Target>(const std::string &provider, const std::string &model)>;
/// The compiled form of `node`, or nothing when no target is left in it.
std::optional<routing::Node> compileNode(const config::RouteNode &node, const NodePlace &place,
                                         const TargetResolver &resolve);

/// Makes `root` the route's tree.
void setRoot(CompiledRoute &route, routing::Node root);

routing::Node leafOf(std::shared_ptr<const routing::Target> target);

/// What the router's model-mappings have at `provider` for a model, by what the client wrote or by the bare name; empty
/// when they have nothing.
std::string mappedModel(const config::Router &router, std::string_view asked, const std::string &bareName,
                        const std::string &provider);

/// A router without a chat route balances by latency over the usable providers, as Helicone's does over its three.
config::RouteNode defaultTree(const Snapshot &snapshot);

} // namespace pm
