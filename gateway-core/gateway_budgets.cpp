// SPDX-License-Identifier: GPL-3.0-or-later
// How the facade counts what is spent, and keeps the keys that it made for callers.
#include "gateway_private.h"

#include "base/log.h"
#include "runtime/thread_call.h"

#include <QDir>

namespace pm {

namespace {

std::int64_t unixSeconds(const Clock &clock)
{
    return unixMicros(clock.systemNow()) / 1'000'000;
}

} // namespace

void Gateway::Private::openLedger()
{
    if (ledger)
        return;
    std::string path;
    if (!options.dataDir.empty()) {
        QDir().mkpath(QString::fromStdString(options.dataDir));
        path = options.dataDir + "/spend.journal";
    }
    ledger = std::make_unique<policy::SpendLedger>(path, clock.systemNow());
    desk.store = ledger.get();
    desk.tell = [gateway = q](const std::string &name, const std::string &share) {
        postTo(gateway, [gateway, name, share] {
            Q_EMIT gateway->budgetWarned(QString::fromStdString(name), QString::fromStdString(share));
        });
    };
}

bool Gateway::Private::asksForKeys(const config::Server &server) const
{
    return !server.clientKeys.empty() || madeKeys->areAsked();
}

void Gateway::Private::readClientKeys()
{
    auto made = keyFile.read();
    const bool wereAsked = madeKeys->areAsked();
    if (!made && pool && wereAsked) {
        log::error("client keys: the file is not read, those known so far stay", {{"problem", made.error().message}});
        return;
    }
    if (!made) {
        // Losing the file must not open the gateway to everybody.
        log::error("client keys: nobody's key is known until this is mended", {{"problem", made.error().message}});
        madeKeys = policy::ClientKeyIndex::unreadable();
        return;
    }
    if (made->empty() && pool && wereAsked) {
        log::error("client keys: the file is gone; none is known until it is back, or until the next start");
        madeKeys = policy::ClientKeyIndex::unreadable();
        return;
    }
    madeKeys = std::make_shared<const policy::ClientKeyIndex>(std::move(*made), madeKeys.get());
}

void Gateway::Private::keepKeyUse()
{
    if (const auto kept = keyFile.keepUse(*madeKeys); !kept)
        log::warning("client keys: when they were used is not kept", {{"problem", kept.error().message}});
}

void Gateway::Private::clientKeysChanged()
{
    readClientKeys();
    publish();
    Q_EMIT q->clientKeysChanged();
}

std::vector<policy::BudgetState> Gateway::budgets() const
{
    const SnapshotPtr snapshot = d->snapshots.get();
    return snapshot && d->ledger ? budgetStates(*snapshot, *d->ledger, d->clock.systemNow())
                                 : std::vector<policy::BudgetState>();
}

std::vector<policy::ClientKey> Gateway::clientKeys() const
{
    std::vector<policy::ClientKey> keys;
    for (const policy::ClientKeyIndex::Entry &entry : d->madeKeys->entries()) {
        keys.push_back(entry.key);
        keys.back().usedAt = entry.used->load(std::memory_order_relaxed);
    }
    return keys;
}

Result<Secret> Gateway::createClientKey(const policy::ClientKey &wanted)
{
    for (const std::string &router : wanted.routers) {
        if (!d->config.findRouter(router))
            return fail(ErrorKind::NotFound, "there is no router \"" + router + "\"");
    }
    for (const config::Server::ClientKey &other : d->config.server.clientKeys) {
        if (other.name == wanted.name)
            return fail(ErrorKind::BadRequest, "the configuration has a client key \"" + wanted.name + "\" already");
    }
    auto made = d->keyFile.create(wanted, unixSeconds(d->clock));
    if (made)
        d->clientKeysChanged();
    return made;
}

Result<void> Gateway::revokeClientKey(const std::string &name)
{
    const auto revoked = d->keyFile.revoke(name, unixSeconds(d->clock));
    if (revoked)
        d->clientKeysChanged();
    return revoked;
}

} // namespace pm
