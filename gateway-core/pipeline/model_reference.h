// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "pipeline/snapshot.h"

#include <string>
#include <string_view>

// What a model's name means, for requests and for the list of models alike. Plain functions, any thread.
namespace pm {

/// A model as a client may write it: "provider/model", an alias, "router/NAME", or a bare name.
struct ModelReference
{
    std::string provider; ///< empty: not said
    std::string model;    ///< empty: none is named, as in "router/NAME"
    std::string router;   ///< for "router/NAME"
};
ModelReference readModel(std::string_view asked, const Snapshot &snapshot);

/// Can it be asked now: it has what it needs, and where it runs here, it was found or the configuration names it.
bool canBeAsked(const ProviderRuntime &provider);

/// The provider that serves `reference`: the one it names, else the first that lists the bare name and can be asked, in
/// table order, else the first that lists it. Null when there is none.
const ProviderRuntime *providerOf(const ModelReference &reference, const Snapshot &snapshot);

/// The one model that the provider has, as far as is known; empty when it has several or none.
std::string onlyModelOf(const ProviderRuntime &provider, const Snapshot &snapshot);

/// ModelNotFound with the nearest names that can be asked for.
Failure modelNotFound(std::string_view asked, const Snapshot &snapshot);

} // namespace pm
