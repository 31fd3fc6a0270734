// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/status.h"

#include "metrics/metrics.h"
#include "pipeline/snapshot.h"

#include <algorithm>

namespace pm {

namespace {

using routing::Health;
using routing::TargetStats;

const config::CircuitBreaker &breakerSettings()
{
    static const config::CircuitBreaker settings;
    return settings;
}

std::string seconds(std::chrono::milliseconds time)
{
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(time).count()) + " s left";
}

std::string healthText(const TargetStats::HealthState &state)
{
    switch (state.health) {
    case Health::Unknown: return "not used yet";
    case Health::Healthy: return "closed";
    case Health::Failing: return state.lastSuccess ? "the last request failed" : "has never answered";
    case Health::HalfOpen: return state.failuresInRow > 0 ? "half-open, the next request tests" : "half-open, testing";
    case Health::Open: return "open, " + seconds(state.remaining);
    case Health::Resting: return "resting after 429, " + seconds(state.remaining);
    }
    return {};
}

ProviderStatus::Health healthOf(const TargetStats::HealthState &state)
{
    using Shown = ProviderStatus::Health;
    switch (state.health) {
    case Health::Unknown: return Shown::Unknown;
    case Health::Healthy: return state.failures > 0 ? Shown::Degraded : Shown::Healthy;
    case Health::Failing: return state.lastSuccess ? Shown::Degraded : Shown::Unhealthy;
    case Health::HalfOpen: return state.failuresInRow > 0 ? Shown::Unhealthy : Shown::Degraded;
    case Health::Resting: return Shown::Degraded;
    case Health::Open: return Shown::Unhealthy;
    }
    return Shown::Unknown;
}

std::optional<double> latencyMs(const TargetStats &stats)
{
    for (const bool stream : {true, false}) {
        if (const auto latency = stats.latency(routing::SizeClass::Small, stream))
            return static_cast<double>(latency->count()) / 1000.0;
    }
    return std::nullopt;
}

/// What needs attention most: the worst state, of equal circuits the one without a success since.
int severity(const TargetStats::HealthState &state)
{
    switch (state.health) {
    case Health::Open: return 6;
    case Health::HalfOpen: return state.failuresInRow > 0 ? 5 : 3;
    case Health::Failing: return 4;
    case Health::Resting: return 2;
    case Health::Healthy: return 1;
    case Health::Unknown: return 0;
    }
    return 0;
}

/// A target's state as its provider sees it: another model's later answer says that the provider is there, so that one
/// failure of a model that nobody asks for any more does not speak for all of it. A circuit does stay what it is.
TargetStats::HealthState seenByProvider(TargetStats::HealthState state, std::optional<SteadyTime> lastSuccess)
{
    const bool isAnswering = lastSuccess && state.lastFailure && *lastSuccess > *state.lastFailure;
    state.lastSuccess = std::max(state.lastSuccess, lastSuccess);
    if (isAnswering && state.health == Health::Failing)
        state.health = Health::Healthy;
    if (isAnswering && state.health == Health::HalfOpen)
        state.failuresInRow = 0;
    return state;
}

/// The worst target speaks for the provider.
void addHealth(ProviderStatus &status, const Snapshot &snapshot)
{
    std::vector<TargetStats::HealthState> states;
    std::optional<SteadyTime> lastSuccess;
    long long lastErrorAt = 0;
    const auto now = std::chrono::steady_clock::now();
    for (const auto &stats : snapshot.stats->ofProvider(status.name)) {
        const auto &state = states.emplace_back(stats->health(breakerSettings(), now));
        lastSuccess = std::max(lastSuccess, state.lastSuccess);
        if (state.lastErrorAt > lastErrorAt) {
            lastErrorAt = state.lastErrorAt;
            status.lastError = state.lastError;
        }
        if (const auto latency = latencyMs(*stats); latency && (!status.latencyMs || *latency < *status.latencyMs))
            status.latencyMs = latency;
    }
    TargetStats::HealthState worst;
    int requests = 0;
    int failures = 0;
    for (const auto &own : states) {
        const auto state = seenByProvider(own, lastSuccess);
        requests += state.requests;
        failures += state.failures;
        if (severity(state) > severity(worst))
            worst = state;
    }
    worst.failures = failures;
    status.health = healthOf(worst);
    status.healthText = healthText(worst);
    if (requests > 0)
        status.successRate = static_cast<double>(requests - failures) / requests;
}

ProviderStatus statusOf(const ProviderRuntime &runtime, const Snapshot &snapshot)
{
    const Provider &provider = runtime.provider;
    ProviderStatus status;
    status.name = provider.name;
    status.title = provider.title;
    status.baseUrl = provider.baseUrl;
    status.dialect = dialect(provider.dialect).name();
    status.colour = provider.colour;
    status.keyPage = provider.keyPage;
    status.isLocal = provider.isLocal;
    status.isDemo = provider.isDemo;
    status.isConfigured = provider.isConfigured;
    status.isReachable = runtime.isReachable;
    status.key = static_cast<ProviderStatus::Key>(runtime.keyState);
    status.keyProblem = runtime.keyProblem;
    if (!runtime.keys.empty()) {
        status.keySource = runtime.keys.front().source;
        status.keyMasked = runtime.keys.front().key.masked();
    }
    status.models = static_cast<int>(provider.models.size() + runtime.discoveredModels.size()
                                     + (provider.isLocal ? 0 : snapshot.catalogue->modelsOf(provider.name).size()));
    addHealth(status, snapshot);
    if (!provider.isEnabled) {
        status.health = ProviderStatus::Health::Unconfigured;
        status.healthText = "switched off";
    } else if (!runtime.isUsable()) {
        status.health = ProviderStatus::Health::Unconfigured;
        status.healthText = runtime.keyState == KeyState::Locked ? "keyring locked" : "no key";
    } else if (provider.isLocal && !runtime.isReachable && !provider.isConfigured) {
        status.health = ProviderStatus::Health::Unconfigured;
        status.healthText = "not running";
    }
    return status;
}

/// A target with a model of its own has its own health; one without shares its provider's.
void addTargetHealth(RouterStatus::Target &target, const config::RouteNode &node, const Snapshot &snapshot)
{
    const ProviderRuntime *provider = snapshot.findProvider(node.provider);
    if (!provider)
        return;
    const ProviderStatus whole = statusOf(*provider, snapshot);
    target.state = whole.health;
    target.health = whole.healthText;
    target.latencyMs = whole.latencyMs;
    if (node.model.empty() || whole.health == ProviderStatus::Health::Unconfigured)
        return;
    const auto stats = snapshot.stats->get(node.provider, node.model);
    const auto state = stats->health(breakerSettings(), std::chrono::steady_clock::now());
    target.state = healthOf(state);
    target.health = healthText(state);
    target.latencyMs = latencyMs(*stats);
}

void collectTargets(const config::RouteNode &node, double share, const Snapshot &snapshot, RouterStatus &status)
{
    if (node.isTarget()) {
        RouterStatus::Target target;
        target.provider = node.provider;
        target.label = node.model.empty() ? node.provider : node.provider + "/" + node.model;
        target.share = share;
        addTargetHealth(target, node, snapshot);
        status.list.push_back(std::move(target));
        return;
    }
    const bool isWeighted = node.strategy.find("weighted") != std::string::npos;
    double sum = 0;
    for (const config::RouteNode &child : node.children)
        sum += child.weight;
    for (const config::RouteNode &child : node.children)
        collectTargets(child, isWeighted && sum > 0 ? share * child.weight / sum : 0, snapshot, status);
}

} // namespace

std::vector<ProviderStatus> providerStatuses(const Snapshot &snapshot)
{
    std::vector<ProviderStatus> statuses;
    for (const ProviderRuntime &provider : snapshot.providers)
        statuses.push_back(statusOf(provider, snapshot));
    return statuses;
}

std::vector<RouterStatus> routerStatuses(const Snapshot &snapshot, const metrics::Metrics &metrics)
{
    std::vector<RouterStatus> statuses;
    for (const config::Router &router : snapshot.config.routers) {
        RouterStatus status;
        status.name = router.name;
        status.isActive = router.name == snapshot.activeRouter;
        if (const auto chat = router.routes.find(config::EndpointType::Chat); chat != router.routes.end()) {
            status.strategy = chat->second.strategy;
            collectTargets(chat->second, 1.0, snapshot, status);
        }
        status.targets = static_cast<int>(status.list.size());
        const auto served = metrics.servedBy(router.name);
        std::uint64_t total = 0;
        for (const auto &[label, count] : served)
            total += count;
        for (RouterStatus::Target &target : status.list) {
            std::uint64_t mine = 0;
            for (const auto &[label, count] : served) {
                if (label == target.label || label.starts_with(target.label + "/"))
                    mine += count;
            }
            target.seenShare = total > 0 ? static_cast<double>(mine) / static_cast<double>(total) : 0;
        }
        statuses.push_back(std::move(status));
    }
    return statuses;
}

std::string_view healthName(ProviderStatus::Health health)
{
    switch (health) {
    case ProviderStatus::Health::Unknown: return "unknown";
    case ProviderStatus::Health::Healthy: return "healthy";
    case ProviderStatus::Health::Degraded: return "degraded";
    case ProviderStatus::Health::Unhealthy: return "unhealthy";
    case ProviderStatus::Health::Unconfigured: return "unconfigured";
    }
    return "unknown";
}

std::string_view keyStateName(ProviderStatus::Key key)
{
    switch (key) {
    case ProviderStatus::Key::NotNeeded: return "not needed";
    case ProviderStatus::Key::Present: return "present";
    case ProviderStatus::Key::Missing: return "missing";
    case ProviderStatus::Key::Locked: return "locked";
    case ProviderStatus::Key::Error: return "error";
    }
    return "error";
}

} // namespace pm
