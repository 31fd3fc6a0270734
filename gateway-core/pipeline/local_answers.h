// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/metrics.h"
#include "pipeline/route.h"
#include "pipeline/snapshot.h"

#include <optional>
#include <string>

// Answers that need no provider: /, /health, /metrics, /v1/models. Plain functions.
namespace pm {

struct LocalAnswer
{
    int status = 200;
    std::string contentType = "application/json";
    std::string body;
    std::optional<Error> error;
};

LocalAnswer localAnswer(const Route &route, const Snapshot &snapshot, const metrics::Metrics &metrics,
                        const Caller &caller = {});

/// A model that can be asked for now.
struct ListedModel
{
    std::string id;       ///< "openai/gpt-5", an alias, or "router/NAME"
    std::string ownedBy;  ///< provider, "alias" or "router"
    std::string name;
    const Model *facts = nullptr;
};

/// Routers, aliases, then the models of providers that have a key, are local and reachable, or the demo: of them what
/// `caller` may ask for.
std::vector<ListedModel> listedModels(const Snapshot &snapshot, const Caller &caller = {});

} // namespace pm
