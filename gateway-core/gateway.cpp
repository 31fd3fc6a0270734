// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway_private.h"

#include "base/log.h"
#include "base/text.h"
#include "runtime/thread_call.h"

#include <QRandomGenerator>
#include <QThread>

#include <algorithm>
#include <array>

namespace pm {

bool isLoopback(const std::string &address)
{
    return address.starts_with("127.") || address == "::1" || address == "localhost";
}

namespace {

/// 256 bits that nobody can guess.
Secret randomKey()
{
    std::array<quint64, 4> numbers{};
    QRandomGenerator::system()->fillRange(numbers.data(), qsizetype(numbers.size()));
    const auto *bytes = reinterpret_cast<const char *>(numbers.data());
    return Secret(QByteArray(bytes, sizeof numbers).toHex().toStdString());
}

} // namespace

Gateway::Private::Private(Gateway *owner, GatewayOptions gatewayOptions)
    : q(owner), options(std::move(gatewayOptions)), ownKey(randomKey()), keyFile(options.dataDir)
{
}

Gateway::Gateway(GatewayOptions options, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(options)))
{
    d->feed.setEnabled(d->options.feed);
    d->secrets = d->options.keychain ? secrets::makeKeychainStore(d->options.secretDeadline) : secrets::makeMemoryStore();
    d->keys = std::make_unique<KeyRing>(*d->secrets);
    connect(d->keys.get(), &KeyRing::changed, this, [this] {
        d->publish();
        Q_EMIT providersChanged();
    });
}

Gateway::~Gateway()
{
    stop(std::chrono::milliseconds(0));
}

Result<void> Gateway::start()
{
    d->openStore();
    d->watchFiles();
    auto loaded = load();
    return loaded ? d->serve() : loaded;
}

void Gateway::whenKeysRead(std::function<void()> done)
{
    if (!d->keys->isReading()) {
        QMetaObject::invokeMethod(this, std::move(done), Qt::QueuedConnection);
        return;
    }
    auto *once = new QObject(this);
    connect(d->keys.get(), &KeyRing::changed, once, [this, once, done = std::move(done)] {
        disconnect(d->keys.get(), nullptr, once, nullptr);
        once->deleteLater();
        done();
    });
}

Result<void> Gateway::Private::serve()
{
    const config::Server &server = config.server;
    const std::string address = options.address.value_or(server.address);
    const auto refuse = [this](ErrorKind kind, std::string message) {
        problem = message;
        publish();
        return fail(kind, std::move(message));
    };
    if (!isLoopback(address) && !asksForKeys(server)) {
        return refuse(ErrorKind::Config, "address " + address
                                             + " can be reached by others: configure server.client-keys first, or make a "
                                               "key with `pointsman client-keys create NAME`");
    }
    serverAtStart = serverInFile = config.server;
    config.server.address = address;
    publish();
    openLedger();
    openShared();
    if (!admin)
        admin = std::make_unique<Admin>(adminBackend());
    int workers = options.workers.value_or(server.workers);
    if (workers <= 0)
        workers = std::max(1, QThread::idealThreadCount() / 2);
    WorkerShared shared;
    shared.snapshots = &snapshots;
    shared.store = store.get();
    shared.feed = options.feed ? &feed : nullptr;
    shared.metrics = &metrics;
    if (!responses) {
        ResponseStore::Options kept;
        if (options.store && !options.dataDir.empty())
            kept.path = options.dataDir + "/responses.db";
        responses = std::make_unique<ResponseStore>(std::move(kept));
        if (const std::string trouble = responses->problem(); !trouble.empty())
            log::warning("answers are kept in memory only", {{"problem", trouble}});
    }
    shared.responses = responses.get();
    shared.signatures = &signatures;
    shared.examples = &examples;
    openCache();
    shared.cache = &cache;
    shared.budgets = &desk;
    shared.guardCounts = &guardCounts;
    shared.rateLimits = &rateLimits;
    shared.admin = [this](const http::Request &request, const Route &route, AdminDone done) {
        admin->handle(request, route, std::move(done));
    };
    shared.clock = &clock;
    shared.limits = limits();
    auto started = std::make_unique<WorkerPool>(std::move(shared), workers);
    const auto bound = started->listen(address, options.port.value_or(server.port));
    if (!bound)
        return refuse(bound.error().kind, bound.error().message);
    pool = std::move(started);
    port = *bound;
    problem.clear();
    publish();
    keys->setWanted(buildProviders(config), config);
    startDiscovery();
    Q_EMIT q->statusChanged();
    return {};
}

http::ListenerLimits Gateway::Private::limits() const
{
    http::ListenerLimits limits;
    limits.maxBodyBytes = static_cast<std::size_t>(config.server.maxBody);
    limits.maxConnections = config.server.maxConnections;
    return limits;
}

void Gateway::Private::openStore()
{
    if (!options.store || options.dataDir.empty())
        return;
    trace::StoreOptions storeOptions;
    storeOptions.path = options.dataDir + "/traces.db";
    storeOptions.prepare = [holder = redactor](trace::Record &record) {
        std::shared_ptr<const Redactor> current;
        {
            const std::lock_guard lock(holder->mutex);
            current = holder->redactor;
        }
        if (current)
            current->apply(record);
    };
    stats->restore(trace::readTargetRows(storeOptions.path));
    store = std::make_unique<trace::Store>(std::move(storeOptions));
    connect(&figuresTimer, &QTimer::timeout, q, [this] { keepFigures(); });
    figuresTimer.start(options.figuresInterval);
    store->onProblem([gateway = q](const std::string &what) {
        if (what.empty())
            log::info("trace store works again");
        else
            log::warning("trace store: requests go on, nothing is kept", {{"problem", what}});
        postTo(gateway, [gateway] { Q_EMIT gateway->statusChanged(); });
    });
}

/// Where answers lie may change while requests pass; what was kept elsewhere is not moved.
void Gateway::Private::keepFigures()
{
    if (store)
        store->keepTargets(stats->takeChanged(clock.steadyNow(), clock.systemNow()));
}

void Gateway::Private::publish()
{
    if (!catalogue)
        return;
    snapshots.publish(snapshotOf(config, text));
    const std::lock_guard lock(redactor->mutex);
    redactor->redactor = std::make_shared<const Redactor>(config.traces.redact);
}

SnapshotPtr Gateway::Private::snapshotOf(const config::Config &wanted, const std::string &wantedText) const
{
    SnapshotParts parts;
    parts.config = wanted;
    parts.configText = wantedText;
    parts.catalogue = catalogue;
    if (discovery)
        parts.localServers = discovery->found();
    parts.ownKey = ownKey;
    parts.madeKeys = madeKeys;
    parts.activeRouter = activeRouter();
    parts.paused = isPaused;
    parts.port = port;
    parts.stats = stats;
    parts.nodeStates = nodeStates;
    parts.complexity = complexity;
    return buildSnapshot(parts, *keys);
}

std::string Gateway::Private::activeRouter() const
{
    const std::string wanted = state.activeRouter.value_or(config.activeRouter);
    return config.findRouter(wanted) ? wanted : std::string();
}

void Gateway::Private::stateFileChanged()
{
    const SavedState newer = readState(options.dataDir);
    const bool isRouterNew = newer.activeRouter != state.activeRouter;
    const bool areKeysNew = newer.keysChangedAt != state.keysChangedAt;
    state = newer;
    if (isRouterNew) {
        publish();
        Q_EMIT q->statusChanged();
    }
    if (areKeysNew)
        keys->refresh();
}

void Gateway::Private::startDiscovery()
{
    if (!options.discover || !config.discoverLocal || discovery)
        return;
    if (!upstream)
        upstream = std::make_unique<http::CurlUpstream>();
    discovery = std::make_unique<Discovery>(*upstream, port, localCandidates());
    connect(discovery.get(), &Discovery::foundChanged, q, [this] {
        publish();
        Q_EMIT q->providersChanged();
    });
    discovery->start(std::chrono::seconds(30));
}

Result<void> Gateway::setActiveRouter(const std::string &name)
{
    if (!name.empty() && !d->config.findRouter(name)) {
        std::vector<std::string> names;
        for (const config::Router &router : d->config.routers)
            names.push_back(router.name);
        return fail(ErrorKind::NotFound,
                    "there is no router \"" + name + "\"; there are: " + joinNames(nearest(name, names)));
    }
    d->state.activeRouter = name;
    d->publish();
    Q_EMIT statusChanged();
    return writeState(d->options.dataDir, d->state);
}

void Gateway::setPaused(bool paused)
{
    if (d->isPaused == paused)
        return;
    d->isPaused = paused;
    d->publish();
    Q_EMIT statusChanged();
}

void Gateway::stop(std::chrono::milliseconds grace)
{
    d->discovery.reset();
    d->keyTests.clear();
    d->endBackgroundWork();
    // The admin thread answers into workers: it must be done before they are gone.
    if (d->pool)
        d->pool->stop(grace, [this] {
            d->admin.reset();
            d->cache.settle(std::chrono::minutes(1)); // its thread answers into workers too
        });
    d->pool.reset();
    d->admin.reset();
    d->configWatch.reset();
    d->stateWatch.reset();
    d->clientKeysWatch.reset();
    d->keyUseTimer.stop();
    d->keepKeyUse();
    d->sharedState.reset();
    d->formerShared.clear();
    d->ledger.reset();
    d->figuresTimer.stop();
    d->keepFigures();
    if (d->store)
        d->store->flush(std::chrono::seconds(5));
}

} // namespace pm

#include "moc_gateway.cpp"
