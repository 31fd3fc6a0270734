// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/snapshot_builder.h"

#include "policy/checks.h"
#include "routing/request_class.h"
#include "routing/strategy.h"

#include <algorithm>
#include <cmath>

namespace pm {

namespace {

/// With the ranks that the configuration gives.
std::shared_ptr<const Catalogue> catalogueFor(const SnapshotParts &parts)
{
    std::vector<QualityOverride> overrides;
    for (const config::Provider &provider : parts.config.providers) {
        for (const auto &[model, rank] : provider.quality)
            overrides.push_back({provider.name, model, static_cast<int>(std::lround(rank))});
    }
    return overrides.empty() ? parts.catalogue : std::make_shared<const Catalogue>(parts.catalogue->withQuality(overrides));
}

} // namespace

namespace {

void compileGuards(const config::Config &config, Snapshot &snapshot)
{
    const policy::GuardRules::Source global{"global", config.globalPolicies.guardrails};
    const auto add = [&](const std::string &router, const policy::GuardRules::Source &own) {
        if (auto rules = policy::GuardRules::compile({own, global}))
            snapshot.guards.emplace(router, std::move(rules));
    };
    add("", {"unified-api", config.unifiedPolicies.guardrails});
    for (const config::Router &router : config.routers)
        add(router.name, {router.name, router.policies.guardrails});
}

} // namespace

SnapshotPtr buildSnapshot(const SnapshotParts &parts, const KeyRing &keys)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->config = parts.config;
    snapshot->placeRouters();
    snapshot->configText = parts.configText;
    snapshot->catalogue = catalogueFor(parts);
    snapshot->activeRouter = parts.activeRouter;
    snapshot->paused = parts.paused;
    snapshot->port = parts.port;
    snapshot->stats = parts.stats;
    snapshot->nodeStates = parts.nodeStates;
    snapshot->complexity = parts.complexity;
    compileGuards(parts.config, *snapshot);
    snapshot->limits = policy::compileLimits(parts.config);
    snapshot->ownKey = parts.ownKey;
    snapshot->madeKeys = parts.madeKeys;
    snapshot->callerKeys = keys.callerKeys(parts.config);
    for (Provider &provider : buildProviders(parts.config)) {
        ProviderRuntime runtime;
        runtime.provider = std::move(provider);
        runtime.nextKey = std::make_shared<std::atomic<unsigned>>(0);
        const auto local = std::find_if(parts.localServers.begin(), parts.localServers.end(), [&](const LocalServer &s) {
            return s.provider == runtime.provider.name;
        });
        if (local != parts.localServers.end()) {
            runtime.isReachable = true;
            runtime.discoveredModels = local->models;
        }
        keys.fill(runtime, parts.config);
        snapshot->providers.push_back(std::move(runtime));
    }
    return snapshot;
}

config::KnownNames knownNames()
{
    config::KnownNames known;
    for (const ProviderRow &row : providerRows())
        known.providers.emplace_back(row.name);
    known.strategies = routing::strategyNames();
    for (const std::string &name : known.strategies) {
        const routing::Strategy &strategy = *routing::findStrategy(name);
        known.grammar[name] = {strategy.rules(), strategy.settings(), strategy.leastChildren()};
    }
    for (const routing::RequestClass &row : routing::requestClasses())
        known.requestClasses.emplace_back(row.name);
    known.guardrailProblem = [](const config::Guardrail &guardrail) -> std::optional<config::GuardrailProblem> {
        auto problem = policy::problemOf(guardrail);
        return problem ? std::optional(config::GuardrailProblem{problem->key, problem->message}) : std::nullopt;
    };
    for (const Dialect *row : dialects())
        known.formats.emplace_back(row->name());
    return known;
}

} // namespace pm
