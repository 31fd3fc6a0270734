// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"
#include "config/config.h"
#include "policy/client_keys.h"
#include "policy/guard_counts.h"
#include "policy/limit_rules.h"
#include "providers/catalogue.h"
#include "providers/discovery.h"
#include "providers/provider.h"
#include "routing/plan.h"
#include "trace/target_rows.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// A configuration compiled for serving. Immutable once published; every exchange holds the one it started with, so
// a reload changes nothing under a running request. Built on the main thread, read on all.
namespace pm {

/// One key of a provider. The rest time is the only thing that changes: written and read by any worker.
struct KeySlot
{
    std::string source; ///< "keychain", "env OPENAI_API_KEY", "file /run/…": for people
    Secret key;
    std::shared_ptr<std::atomic<long long>> restsUntil; ///< steady nanoseconds; a dead or limited key is passed over
};

/// Why a provider has no key now.
enum class KeyState { NotNeeded, Present, Missing, Locked, Error };

/// A provider with its keys.
struct ProviderRuntime
{
    Provider provider;
    std::vector<KeySlot> keys;
    KeyState keyState = KeyState::Missing;
    std::string keyProblem;
    bool isReachable = false; ///< local: a server answered on its port
    std::vector<std::string> discoveredModels;
    std::shared_ptr<std::atomic<unsigned>> nextKey; ///< rotation, any worker

    bool isUsable() const { return provider.isEnabled && (keyState == KeyState::NotNeeded || !keys.empty()); }
};

/// Statistics of targets by label, kept across reloads and, through the store, across restarts. Safe from any thread. Bounded: beyond kMaxTargets labels a
/// provider's targets share one, and so do those with a name of more than kMaxLabel bytes.
class StatsRegistry
{
public:
    static constexpr std::size_t kMaxTargets = 4096;
    static constexpr std::size_t kMaxLabel = 256;
    std::shared_ptr<routing::TargetStats> get(const std::string &provider, const std::string &model);
    std::vector<std::shared_ptr<routing::TargetStats>> ofProvider(const std::string &provider) const;
    std::vector<std::shared_ptr<routing::TargetStats>> all() const; ///< in order of their labels

    /// What an earlier run knew. A target takes its row over when it is first asked for; what cannot be read is left out.
    void restore(std::vector<trace::TargetRow> rows);
    /// Rows of those targets that answered or failed since the last call, for the store.
    std::vector<trace::TargetRow> takeChanged(SteadyTime now, SystemTime wall);
    /// Rows of all targets that were asked for, for who wants a copy.
    std::vector<trace::TargetRow> rows(SteadyTime now, SystemTime wall) const;

private:
    std::shared_ptr<routing::TargetStats> make(const std::string &label);

    mutable std::mutex m_mutex;
    std::map<std::string, std::shared_ptr<routing::TargetStats>> m_byLabel; ///< guarded by m_mutex
    std::map<std::string, std::string> m_kept; ///< JSON by label, of targets nobody asked for yet; guarded by m_mutex
    std::map<std::string, std::optional<SteadyTime>> m_taken; ///< when what was taken last was seen; guarded by m_mutex
};

/// A client key, resolved.
struct CallerKey
{
    std::string name;
    Secret key;
    std::vector<std::string> routers;
    std::vector<std::string> models;
    std::vector<config::Limit> limits;
    std::vector<config::Budget> budgets;
    std::map<std::string, std::string> metadata;
    std::int64_t expiresAt = 0; ///< Unix seconds; 0: never
};

struct Snapshot
{
    config::Config config;
    std::string configText; ///< the file that `config` came from
    std::shared_ptr<const Catalogue> catalogue;
    std::vector<ProviderRuntime> providers;
    std::vector<CallerKey> callerKeys;
    policy::ClientKeyIndexPtr madeKeys; ///< by this gateway; may be null
    Secret ownKey;            ///< of this process's window; empty: it has none
    std::string activeRouter; ///< empty: the model decides
    bool paused = false;
    int port = 0;             ///< that we listen on, for loop checks
    std::shared_ptr<StatsRegistry> stats;
    std::shared_ptr<routing::NodeStates> nodeStates; ///< as stats, kept across reloads
    routing::ComplexitySources complexity;
    /// By router, "" for /ai; routes without guardrails are not in it.
    std::map<std::string, std::shared_ptr<const policy::GuardRules>, std::less<>> guards;
    policy::LimitRules limits; ///< of `config`

    std::unordered_map<std::string, std::size_t> routerPlaces; ///< in config.routers, by name; see placeRouters()

    /// Once config.routers are what they stay: from then on a router is found at once, however many there are.
    void placeRouters();
    /// Null when there is none.
    const config::Router *findRouter(std::string_view name) const;
    const ProviderRuntime *findProvider(std::string_view name) const;
    /// The catalogue's facts, or null.
    const Model *findModel(std::string_view provider, std::string_view model) const;
    /// Does this provider list the model (catalogue, config or discovery)?
    bool lists(const ProviderRuntime &provider, std::string_view model) const;
    std::vector<std::string> routerNames() const;
    /// Must callers have a key?
    bool asksForKeys() const { return !callerKeys.empty() || (madeKeys && madeKeys->areAsked()); }
    /// What each guardrail did today.
    std::vector<policy::GuardCount> guardrails(const policy::GuardCounts &counts, SystemTime now) const;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

} // namespace pm
