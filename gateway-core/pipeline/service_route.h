// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/compiled_route.h"

#include <string_view>

// Where requests for images, audio, files and the like go. Plain functions, any thread.
namespace pm {

struct ServiceAsk
{
    const Route &route;            ///< with a service
    const ModelReference &asked;   ///< empty where the request names no model, as one for a file does
    std::string_view askedText;    ///< as the client wrote it
    const config::Router *router;  ///< null: the provider is found from the model
    const SnapshotPtr &snapshot;
};

/// The targets that have the service.
///
/// On a router they are its own: of its `image` or `audio` route where it has that, else of its chat route, whose
/// models do not count then. Without one it is the provider that the model names or that lists it, else the first that
/// has the service. What keeps state (Route::keepsState) has one target, the first in order: what was made there is
/// nowhere else.
/// Error: NotFound, with those that have it.
Result<CompiledRoutePtr> compileService(const ServiceAsk &ask);

} // namespace pm
