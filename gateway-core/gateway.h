// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "config/config.h"
#include "config/config_yaml.h"
#include "metrics/cache_counters.h"
#include "pipeline/simulation_report.h"
#include "pipeline/status.h"
#include "pipeline/understood.h"
#include "policy/answer_cache.h"
#include "policy/budgets.h"
#include "policy/cache_holdings.h"
#include "policy/client_key.h"
#include "policy/guard_counts.h"
#include "policy/limit_status.h"
#include "trace/trace.h"
#include "trace/trace_query.h"
#include "trace/trace_store.h"

#include <QObject>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pm {

namespace http {
struct Request;
}
struct Explanation;

/// The first second's figures.
struct GatewayStatus
{
    bool isServing = false;
    bool isPaused = false;
    std::string address;      ///< "127.0.0.1"
    int port = 0;
    std::string baseUrl;      ///< "http://127.0.0.1:8080"
    std::string problem;      ///< why it does not serve
    std::string atRestart;    ///< "at the next start only: server.port 9000"; empty when nothing waits for it
    int activeStreams = 0;
    int inFlight = 0;
    double requestsPerSecond = 0; ///< over the last 10 s
    std::string activeRouter;     ///< empty: model decides, like /ai
    trace::StoreStatus store;
    std::string budgetProblem;    ///< why what is spent may be forgotten at a crash; empty when all is well
    std::string sharedProblem; ///< why what is counted together with other instances is not; empty when all is well
    std::string configPath;
};

struct GatewayOptions
{
    std::string configPath;     ///< file that is watched; empty: no file
    std::string dataDir;        ///< trace store and state; empty: no store, no state
    bool store = true;
    bool discover = true;
    bool keychain = true;       ///< false: an in-memory store instead
    bool feed = false;          ///< a window listens to heads
    std::optional<std::string> address; ///< command line wins over the file
    std::optional<int> port;
    std::optional<int> workers;
    std::chrono::milliseconds secretDeadline{3'000};
    std::chrono::milliseconds figuresInterval{30'000}; ///< what is known of targets goes to the store so often
    config::Environment environment; ///< of the process, for overlay and key look-up
};

/// The core as app and window see it: start, stop, apply, look. Lives on the main thread; owns the workers, the store
/// and the snapshot they read. All member functions are for the main thread; none blocks on network or disk longer than
/// a file read.
class Gateway : public QObject
{
    Q_OBJECT

public:
    explicit Gateway(GatewayOptions options, QObject *parent = nullptr);
    ~Gateway() override;

    /// Loads the configuration, starts workers and listens. Error: Config with all problems, ConnectFailed when the
    /// port is taken.
    Result<void> start();
    /// Loads configuration, catalogue and keys without serving: for the command line. Error: as start().
    Result<void> load();
    /// Calls `done` once, when every keychain entry that matters has been read or has failed; from the event loop.
    void whenKeysRead(std::function<void()> done);
    /// Stops accepting, lets running requests finish for at most `grace`, then stops the workers and flushes the store.
    void stop(std::chrono::milliseconds grace);

    GatewayStatus status() const;
    std::vector<ProviderStatus> providers() const;
    std::vector<RouterStatus> routers() const;
    /// What limits do: who is near, what was refused today. In the order of the configuration.
    std::vector<policy::LimitStatus> limits() const;
    std::vector<ModelInfo> models(const std::string &provider = {}) const;
    /// What each guardrail did today (UTC).
    std::vector<policy::GuardCount> guardrails() const;

    // Configuration. The text is the truth.
    const std::string &configText() const;
    const config::Config &config() const;
    const std::vector<config::Problem> &configProblems() const; ///< of the last text seen, applied or not
    /// Checks without applying, also against what cannot change while it serves.
    config::Loaded check(const std::string &text) const;
    /// Checks, saves to the config file (if any) and applies to new requests without dropping one.
    Result<void> apply(const std::string &text);
    /// Reads the file again. Error: Config; Storage when it is gone or cannot be read; the running configuration stays.
    Result<void> reload();

    // Asked, and nothing is sent.
    /// Where stored requests would go with the routers of `configText`, or of the running configuration, against where
    /// they went. On a background thread, one after the other; `done` is called once from the event loop, or never when
    /// the gateway stops first. Returns a number for cancelSimulation, 0 when it could not begin. Errors: Config with all
    /// problems; NotFound for a router that is not in the configuration, or without a store; BadRequest; Storage;
    /// Cancelled. Keys of providers that the running configuration has not are unknown: they count as missing.
    std::uint64_t simulate(const SimulationQuery &query, const std::optional<std::string> &configText,
                           std::function<void(Result<SimulationReport>)> done);
    void cancelSimulation(std::uint64_t number);
    /// Where this request would go now, and why. Errors: see explain() in pipeline/explain.h.
    Result<Explanation> explain(const http::Request &request) const;

    /// Kept across restarts in the data directory. Empty: the model decides. Error: NotFound with the valid names.
    Result<void> setActiveRouter(const std::string &name);
    void setPaused(bool paused);

    // Keys of providers; asynchronous, see SecretStore.
    void setKey(const std::string &provider, const Secret &key, std::function<void(Result<void>)> done);
    void deleteKey(const std::string &provider, std::function<void(Result<void>)> done);
    /// Asks the provider for its models with the stored key. The text says what was found ("41 models, 240 ms").
    void testKey(const std::string &provider, std::function<void(Result<std::string>)> done);

    /// Lets this process's own window through where client keys are asked for: the value of ownKeyHeader(). Made at
    /// random for each Gateway, known to this process alone; not to be shown or stored, and traces leave it out.
    const Secret &ownKey() const;
    static std::string_view ownKeyHeader();

    // Money.
    /// How every configured budget stands now, and whose it is; empty before it serves.
    std::vector<policy::BudgetState> budgets() const;

    // The cache of answers.
    /// What it did since the start, by router.
    std::map<std::string, metrics::CacheCounts> cacheCounts() const;
    /// Reads the whole store, on a background thread; `done` is called once from the event loop, or never when the gateway
    /// stops first.
    void readCache(std::function<void(policy::CacheHoldings)> done);
    /// Requests whose nearest stored one was not near enough, the newest first.
    std::vector<policy::NearMiss> nearMisses() const;
    /// `done` gets the number of entries that went; called as that of readCache().
    void purgeCache(const policy::CachePurge &which, std::function<void(std::uint64_t)> done);

    // Keys that this gateway makes for callers; those of the configuration are not among them (policy/client_keys.h).
    std::vector<policy::ClientKey> clientKeys() const;
    /// Makes one as `wanted` says; its secret stands nowhere else and is to be shown this once. Errors: BadRequest, NotFound
    /// for a router, Storage.
    Result<Secret> createClientKey(const policy::ClientKey &wanted);
    /// Refused from now on. Errors: NotFound with the names, Storage.
    Result<void> revokeClientKey(const std::string &name);

    /// Where traces are read from; empty without a store.
    std::string tracePath() const;
    /// Heads since the last call, for a window's timer; see trace::Feed.
    std::vector<trace::Head> takeFeed();

Q_SIGNALS:
    void statusChanged();    ///< serving, paused, active router, store problem
    void configChanged();    ///< a new configuration was applied
    void configProblemsChanged();
    void providersChanged(); ///< keys, discovery
    void clientKeysChanged(); ///< made or revoked, here or by another process
    /// A budget nears its end ("work/month", "82% of $5.00") or is spent; once for each, span and level.
    void budgetWarned(const QString &name, const QString &text);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace pm
