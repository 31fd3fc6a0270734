// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/compiled_route.h"
#include "pipeline/route.h"

#include <string_view>

// Stage 4 for everybody who asks: requests on their way, questions where one would go, simulations. Plain
// functions.
namespace pm {

/// Does the request name its provider itself, by x-pointsman-provider or helicone-forced-routing?
bool forcesProvider(const http::Headers &headers);

/// The targets for `model`, as the request's x-pointsman-router, -provider and -model want them. `route`
/// becomes the one of the router that serves it, also where the model names that. Errors: NotFound for a
/// router or provider that does not exist; else as compileRoute.
Result<CompiledRoutePtr> compileFor(const http::Request &request, std::string_view model,
                                    const SnapshotPtr &snapshot, RouteCache &cache, Route &route);

/// The order in which the targets of `compiled` will be tried, and why.
routing::Plan planFor(const CompiledRoute &compiled, const routing::ChooseContext &context);

} // namespace pm
