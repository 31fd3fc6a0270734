// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/admin.h"
#include "config/config_file.h"
#include "gateway.h"
#include "http/upstream_curl.h"
#include "metrics/metrics.h"
#include "pipeline/budget_bill.h"
#include "pipeline/limits_taken.h"
#include "pipeline/recorder.h"
#include "pipeline/response_store.h"
#include "policy/client_keys.h"
#include "policy/spend_ledger.h"
#include "providers/discovery.h"
#include "runtime/complexity_file.h"
#include "runtime/key_ring.h"
#include "runtime/shared_state.h"
#include "runtime/simulator.h"
#include "runtime/snapshot_builder.h"
#include "runtime/snapshot_holder.h"
#include "runtime/state_file.h"
#include "runtime/worker_pool.h"
#include "secrets/secret_store.h"
#include "trace/trace_feed.h"

#include <QRandomGenerator>
#include <QTimer>

#include <map>
#include <memory>
#include <thread>

namespace pm {

/// Can only this machine reach what listens there?
bool isLoopback(const std::string &address);
/// With the problems as `pointsman check` prints them; an empty path reads "config".
Error configError(const std::vector<config::Problem> &problems, const std::string &path);

/// The gateway's parts, in the order in which they are made; they die in the reverse one.
class Gateway::Private
{
public:
    Private(Gateway *owner, GatewayOptions gatewayOptions);

    // gateway.cpp
    Result<void> serve();
    void publish();
    /// What would serve this configuration with the present keys.
    SnapshotPtr snapshotOf(const config::Config &wanted, const std::string &wantedText) const;
    void openStore();
    // gateway_shared.cpp
    void openCache();
    void openShared();
    void keepFigures();
    void startDiscovery();
    void stateFileChanged();
    std::string activeRouter() const;
    http::ListenerLimits limits() const;
    // gateway_config.cpp
    void watchFiles();
    Result<void> applyLoaded(config::Loaded loaded, const std::string &text);
    std::string atRestart() const; ///< see GatewayStatus
    // gateway_simulate.cpp
    std::string traceFile() const; ///< also of a gateway that does not serve; empty without a store
    Result<Simulator::Job> simulationJob(const SimulationQuery &query, const std::optional<std::string> &newText);
    // gateway_budgets.cpp
    void openLedger();
    void readClientKeys();
    void keepKeyUse();
    void clientKeysChanged();
    bool asksForKeys(const config::Server &server) const;
    // gateway_cache.cpp
    void endBackgroundWork();
    // gateway_views.cpp
    AdminBackend adminBackend();
    void touchKeys();

    Gateway *q;
    GatewayOptions options;
    Clock clock;
    std::string text;         ///< of the running configuration
    config::Config config;
    config::Server serverAtStart; ///< as the configuration had it when this began to listen
    config::Server serverInFile; ///< as the configuration has it now; `config` says what is so
    std::vector<config::Problem> problems;
    std::shared_ptr<const Catalogue> catalogue;
    std::shared_ptr<StatsRegistry> stats = std::make_shared<StatsRegistry>();
    std::shared_ptr<routing::NodeStates> nodeStates = std::make_shared<routing::NodeStates>();
    routing::ComplexitySources complexity; ///< as last read: at start and at each reload
    Secret ownKey;
    policy::ClientKeyFile keyFile;
    policy::ClientKeyIndexPtr madeKeys = std::make_shared<policy::ClientKeyIndex>(); ///< never null
    std::unique_ptr<policy::SpendLedger> ledger;
    BudgetDesk desk; ///< uses the ledger, or what is shared
    std::unique_ptr<SharedState> sharedState; ///< null: this instance counts alone; uses the ledger and limitCounts
    config::SharedStore sharedSettings;  ///< that it was made for
    std::vector<std::unique_ptr<SharedState>> formerShared; ///< of earlier configurations; until the workers are gone
    SavedState state;
    SnapshotHolder snapshots;
    metrics::Metrics metrics;
    SignatureMemory signatures;
    ExampleVectors examples;
    policy::AnswerCache cache;
    policy::GuardCounts guardCounts;
    policy::LocalLimits limitCounts{QRandomGenerator::system()->generate64()};
    SharedLimits rateLimits{limitCounts, clock};
    trace::Feed feed;
    struct RedactorHolder
    {
        std::mutex mutex;
        std::shared_ptr<const Redactor> redactor; ///< guarded by mutex
    };
    std::shared_ptr<RedactorHolder> redactor = std::make_shared<RedactorHolder>(); ///< shared with the store's thread
    std::unique_ptr<trace::Store> store;
    QTimer figuresTimer;
    std::unique_ptr<ResponseStore> responses;
    std::unique_ptr<secrets::SecretStore> secrets;
    std::unique_ptr<KeyRing> keys;
    std::unique_ptr<http::CurlUpstream> upstream; ///< main thread: discovery and key tests
    std::unique_ptr<Discovery> discovery;
    std::shared_ptr<Simulator> simulator; ///< once one was asked for
    std::thread cacheReader; ///< while cacheReaders wait, and until it is joined
    std::vector<std::function<void(policy::CacheHoldings)>> cacheReaders; ///< that wait for what it reads
    std::unique_ptr<Admin> admin;
    std::unique_ptr<WorkerPool> pool;
    std::unique_ptr<config::FileWatch> configWatch;
    std::unique_ptr<config::FileWatch> stateWatch;
    std::unique_ptr<config::FileWatch> clientKeysWatch;
    QTimer keyUseTimer;
    std::map<int, std::unique_ptr<http::UpstreamCall>> keyTests; ///< by number, until they answer
    int nextKeyTest = 0;
    int port = 0;
    bool isPaused = false;
    std::string problem; ///< why it does not serve
};

} // namespace pm
