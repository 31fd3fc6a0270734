// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/budgets.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What lists show of a running gateway: values for the window, the admin API and the command line.
namespace pm {

struct Snapshot;
namespace metrics {
class Metrics;
}

/// A provider as lists show it.
struct ProviderStatus
{
    std::string name;
    std::string title;
    std::string baseUrl;
    std::string dialect;
    std::string colour;       ///< "#d97757"
    std::string keyPage;      ///< where a key is had
    bool isLocal = false;
    bool isDemo = false;
    bool isConfigured = false; ///< named in the config file
    bool isReachable = false;  ///< local: found by discovery
    enum class Key { NotNeeded, Present, Missing, Locked, Error } key = Key::Missing;
    std::string keySource;     ///< "keychain", "env OPENAI_API_KEY", "file …"
    std::string keyMasked;     ///< "••••c9f2"
    std::string keyProblem;    ///< for Locked and Error
    /// Healthy and Unhealthy need evidence: a success and a failure with no success since. They stay while nothing is
    /// asked; time alone mends nothing.
    enum class Health { Unknown, Healthy, Degraded, Unhealthy, Unconfigured } health = Health::Unknown;
    std::string healthText;    ///< "closed", "has never answered", "open, 12 s left", "no key"
    std::string lastError;
    std::optional<double> latencyMs;   ///< PeakEWMA, best known
    std::optional<double> successRate; ///< 0..1 over the last 60 s
    int models = 0;
};

/// A model as lists show it.
struct ModelInfo
{
    std::string provider;
    std::string id;
    std::string name;
    std::int64_t context = 0;
    std::int64_t maxOutput = 0;
    std::optional<double> inputPrice, outputPrice, cacheReadPrice, cacheWritePrice; ///< USD per million tokens
    bool tools = false, images = false, reasoning = false;
};

struct RouterStatus
{
    std::string name;
    bool isActive = false;
    int targets = 0;
    std::string strategy;
    struct Target
    {
        std::string label;
        std::string provider;
        double share = 0;      ///< configured, 0..1; 0 when the strategy has none
        double seenShare = 0;  ///< of this run, 0..1
        std::string health;    ///< as ProviderStatus::healthText
        std::optional<double> latencyMs;
        ProviderStatus::Health state = ProviderStatus::Health::Unknown;
    };
    std::vector<Target> list;
};

// From a snapshot and what its targets did lately. Safe from any thread.
std::vector<ProviderStatus> providerStatuses(const Snapshot &snapshot);
std::vector<RouterStatus> routerStatuses(const Snapshot &snapshot, const metrics::Metrics &metrics);
/// Of one provider, or of all that can be asked now when `provider` is empty.
std::vector<ModelInfo> modelInfos(const Snapshot &snapshot, const std::string &provider);

/// Of every configured budget, also of client keys.
std::vector<policy::BudgetState> budgetStates(const Snapshot &snapshot, const policy::SpendStore &store, SystemTime now);

std::string_view healthName(ProviderStatus::Health health); ///< "healthy", "degraded", …
std::string_view keyStateName(ProviderStatus::Key key);     ///< "present", "missing", …

} // namespace pm
