// SPDX-License-Identifier: GPL-3.0-or-later
// What the facade shows, and what it does with keys.
#include "gateway_private.h"

#include "base/json.h"
#include "providers/authentication.h"
#include "providers/google_oauth.h"
#include "runtime/thread_call.h"

namespace pm {

GatewayStatus Gateway::status() const
{
    GatewayStatus status;
    status.isServing = d->pool != nullptr;
    status.isPaused = d->isPaused;
    status.address = d->config.server.address;
    status.port = d->port;
    const bool isV6 = status.address.find(':') != std::string::npos;
    status.baseUrl = "http://" + (isV6 ? "[" + status.address + "]" : status.address) + ":" + std::to_string(d->port);
    status.problem = d->problem;
    status.atRestart = d->atRestart();
    status.activeStreams = d->metrics.streams();
    status.inFlight = d->metrics.inFlight();
    status.requestsPerSecond = d->metrics.requestsPerSecond(d->clock.steadyNow());
    status.activeRouter = d->activeRouter();
    if (d->store)
        status.store = d->store->status();
    if (d->ledger)
        status.budgetProblem = d->ledger->problem();
    if (d->sharedState)
        status.sharedProblem = d->sharedState->problem();
    status.configPath = d->options.configPath;
    return status;
}

std::vector<ProviderStatus> Gateway::providers() const
{
    const SnapshotPtr snapshot = d->snapshots.get();
    return snapshot ? providerStatuses(*snapshot) : std::vector<ProviderStatus>();
}

std::vector<RouterStatus> Gateway::routers() const
{
    const SnapshotPtr snapshot = d->snapshots.get();
    return snapshot ? routerStatuses(*snapshot, d->metrics) : std::vector<RouterStatus>();
}

std::vector<ModelInfo> Gateway::models(const std::string &provider) const
{
    const SnapshotPtr snapshot = d->snapshots.get();
    return snapshot ? modelInfos(*snapshot, provider) : std::vector<ModelInfo>();
}

std::vector<policy::GuardCount> Gateway::guardrails() const
{
    const SnapshotPtr snapshot = d->snapshots.get();
    return snapshot ? snapshot->guardrails(d->guardCounts, d->clock.systemNow()) : std::vector<policy::GuardCount>();
}

std::vector<policy::LimitStatus> Gateway::limits() const
{
    const SnapshotPtr snapshot = d->snapshots.get();
    return snapshot ? limitStatuses(*snapshot, d->rateLimits, d->clock.steadyNow()) : std::vector<policy::LimitStatus>();
}

const std::string &Gateway::configText() const
{
    return d->text;
}

const config::Config &Gateway::config() const
{
    return d->config;
}

const std::vector<config::Problem> &Gateway::configProblems() const
{
    return d->problems;
}

const Secret &Gateway::ownKey() const
{
    return d->ownKey;
}

std::string_view Gateway::ownKeyHeader()
{
    return kOwnKeyHeader;
}

std::string Gateway::tracePath() const
{
    return d->store ? d->store->path() : std::string();
}

std::vector<trace::Head> Gateway::takeFeed()
{
    return d->feed.take();
}

AdminBackend Gateway::Private::adminBackend()
{
    AdminBackend backend;
    backend.snapshot = [this] { return snapshots.get(); };
    backend.metrics = &metrics;
    backend.guardCounts = &guardCounts;
    backend.limits = &rateLimits;
    backend.storeStatus = [this] { return store ? store->status() : trace::StoreStatus(); };
    backend.cache = &cache;
    backend.tracePath = store ? store->path() : std::string();
    backend.apply = [this](std::string newText, std::function<void(Result<void>)> done) {
        postTo(q, [this, newText = std::move(newText), done = std::move(done)] { done(q->apply(newText)); });
    };
    backend.reload = [this](std::function<void(Result<void>)> done) {
        postTo(q, [this, done = std::move(done)] { done(q->reload()); });
    };
    backend.budgets = [this] {
        const SnapshotPtr snapshot = snapshots.get();
        return budgetStates(*snapshot, *ledger, clock.systemNow()); // the ledger outlives the admin thread
    };
    backend.budgetProblem = [this] { return ledger->problem(); };
    backend.createKey = [this](policy::ClientKey wanted, std::function<void(Result<Secret>)> done) {
        postTo(q, [this, wanted = std::move(wanted), done = std::move(done)] { done(q->createClientKey(wanted)); });
    };
    backend.revokeKey = [this](std::string name, std::function<void(Result<void>)> done) {
        postTo(q, [this, name = std::move(name), done = std::move(done)] { done(q->revokeClientKey(name)); });
    };
    backend.simulate = [this](SimulationQuery query, std::optional<std::string> newText,
                              std::function<void(Result<SimulationReport>)> done) {
        postTo(q, [this, query = std::move(query), newText = std::move(newText), done = std::move(done)] {
            if (pool) // else nobody waits any more
                q->simulate(query, newText, done);
        });
    };
    return backend;
}

void Gateway::Private::touchKeys()
{
    state.keysChangedAt = unixMicros(clock.systemNow());
    (void)writeState(options.dataDir, state); // another process re-reads later at worst
    keys->refresh();
}

void Gateway::setKey(const std::string &provider, const Secret &key, std::function<void(Result<void>)> done)
{
    d->secrets->write(provider, key, [this, done = std::move(done)](Result<void> result) {
        if (result)
            d->touchKeys();
        done(std::move(result));
    });
}

void Gateway::deleteKey(const std::string &provider, std::function<void(Result<void>)> done)
{
    d->secrets->remove(provider, [this, done = std::move(done)](Result<void> result) {
        if (result)
            d->touchKeys();
        done(std::move(result));
    });
}

namespace {

/// What a key test gathers until its answer is whole.
struct KeyTest
{
    int status = 0;
    std::string body;
    SteadyTime started;
};

Result<std::string> verdict(const KeyTest &test, const Provider &provider)
{
    if (test.status < 200 || test.status > 299) {
        Error error = dialect(provider.dialect).readError(test.status, test.body);
        error.message = provider.name + " answered " + std::to_string(test.status) + ": " + error.message;
        return fail(std::move(error));
    }
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now()
                                                                               - test.started);
    std::size_t models = 0;
    if (const auto parsed = json::Document::parse(test.body)) {
        for (const std::string_view name : {"data", "models", "modelSummaries"}) { // OpenAI's, Google's and Amazon's words
            if (const auto list = json::findArray(parsed->root(), name))
                models = list->size();
        }
    }
    return std::to_string(models) + " models, " + std::to_string(elapsed.count()) + " ms";
}

/// Vertex has no list of models to ask for: what can be told here is whether a service account can sign.
Result<std::string> vertexVerdict(const Secret &key)
{
    if (!isServiceAccount(key.reveal()))
        return std::string("an API key or access token; its first request will tell");
    const auto account = readServiceAccount(key.reveal());
    if (!account)
        return fail(account.error());
    if (const auto assertion = signedAssertion(*account, SystemTime()); !assertion)
        return fail(assertion.error());
    return "the key file of " + account->email + "; its first request will tell";
}

} // namespace

void Gateway::testKey(const std::string &name, std::function<void(Result<std::string>)> done)
{
    const SnapshotPtr snapshot = d->snapshots.get();
    const ProviderRuntime *runtime = snapshot ? snapshot->findProvider(name) : nullptr;
    if (!runtime)
        return done(fail(ErrorKind::NotFound, "there is no provider \"" + name + "\""));
    if (runtime->provider.isDemo)
        return done(std::string("the demo needs no key"));
    if (!runtime->isUsable()) {
        return done(fail(runtime->keyState == KeyState::Locked ? ErrorKind::KeyringLocked : ErrorKind::ProviderKeyMissing,
                         runtime->keyProblem.empty() ? "no key for " + name : runtime->keyProblem));
    }
    if (runtime->provider.auth == AuthKind::GoogleCloud && !runtime->keys.empty())
        return done(vertexVerdict(runtime->keys.front().key));
    http::UpstreamRequest request;
    request.method = "GET";
    request.url = modelsUrl(runtime->provider);
    request.headers.add("accept", "application/json");
    if (runtime->provider.dialect == DialectId::AnthropicMessages)
        request.headers.add("anthropic-version", "2023-06-01");
    for (const auto &[field, value] : runtime->provider.headers)
        request.headers.set(field, value);
    if (!runtime->keys.empty())
        request.secretHeaders = authentication(runtime->provider, runtime->keys.front().key, request,
                                               std::chrono::system_clock::now());
    request.timeouts.total = std::chrono::seconds(20);
    if (!d->upstream)
        d->upstream = std::make_unique<http::CurlUpstream>();
    const auto test = std::make_shared<KeyTest>();
    test->started = std::chrono::steady_clock::now();
    const int number = d->nextKeyTest++;
    http::UpstreamCallbacks callbacks;
    callbacks.onHead = [test](const http::UpstreamHead &head) { test->status = head.status; };
    callbacks.onData = [test](std::string_view bytes) {
        constexpr std::size_t kMaxBody = 4 * 1024 * 1024;
        if (test->body.size() + bytes.size() <= kMaxBody)
            test->body.append(bytes);
    };
    callbacks.onDone = [this, test, number, provider = runtime->provider, done = std::move(done)](Result<void> result) {
        done(result ? verdict(*test, provider) : Result<std::string>(tl::unexpected(result.error())));
        QMetaObject::invokeMethod(this, [this, number] { d->keyTests.erase(number); }, Qt::QueuedConnection);
    };
    d->keyTests[number] = d->upstream->start(std::move(request), std::move(callbacks));
}

} // namespace pm
