// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/compiled_route.h"

#include <memory>
#include <string>
#include <string_view>

// What compiled routes are made of, for conversations and services alike. Plain functions, any thread.
namespace pm {

/// A route without targets, with the router's policies, or those of /ai when there is none.
std::shared_ptr<CompiledRoute> emptyRoute(const config::Router *router, const SnapshotPtr &snapshot);

std::shared_ptr<const routing::Target> makeTarget(const ProviderRuntime &provider, const std::string &model,
                                                  const Snapshot &snapshot);

routing::Node leafOf(std::shared_ptr<const routing::Target> target);

/// What the router's model-mappings have at `provider` for a model, by what the client wrote or by the bare name; empty
/// when they have nothing.
std::string mappedModel(const config::Router &router, std::string_view asked, const std::string &bareName,
                        const std::string &provider);

/// A router without a chat route balances by latency over the usable providers, as Helicone's does over its three.
config::RouteNode defaultTree(const Snapshot &snapshot);

} // namespace pm
