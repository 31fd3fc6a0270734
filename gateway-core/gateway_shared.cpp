// SPDX-License-Identifier: GPL-3.0-or-later
// Where the facade keeps cached answers, and what it counts together with other instances.
#include "gateway_private.h"

#include "base/log.h"

#include <algorithm>

namespace pm {

namespace {

/// Without it the server will refuse us, and that will be said where it is asked; here why it is missing.
Secret passwordOf(const std::string &reference, const char *store)
{
    auto password = storePassword(reference);
    if (password)
        return std::move(*password);
    log::error("the password of a store is missing", {{"store", store}, {"problem", password.error().message}});
    return Secret();
}

} // namespace

void Gateway::Private::openCache()
{
    const auto has = [](const config::Policies &policies) { return policies.cache.has_value(); };
    const bool isAsked = has(config.globalPolicies) || has(config.unifiedPolicies)
                         || std::any_of(config.routers.begin(), config.routers.end(),
                                        [&](const config::Router &router) { return has(router.policies); });
    if (!isAsked)
        return;
    const bool mayWrite = options.store && !options.dataDir.empty();
    const Secret password = passwordOf(config.cacheStore.password, "cache-store");
    cache.configure(config.cacheStore, mayWrite ? options.dataDir + "/cache.db" : std::string(), password);
    if (const auto opened = cache.store(); opened && !opened->use(false).problem.empty())
        log::warning("cached answers are not kept as they should be", {{"problem", opened->use(false).problem}});
}

void Gateway::Private::openShared()
{
    const bool isShared = config.rateLimitStore.type == config::SharedStore::Type::Redis;
    if (isShared && sharedState && sharedSettings == config.rateLimitStore)
        return;
    // Workers may be at a store that is no longer meant: it stays until they are gone.
    if (sharedState)
        formerShared.push_back(std::move(sharedState));
    if (isShared) {
        sharedSettings = config.rateLimitStore;
        sharedState = std::make_unique<SharedState>(
            config.rateLimitStore, passwordOf(config.rateLimitStore.password, "rate-limit-store"),
            SharedState::Uses{limitCounts, *ledger, stats, clock, instanceName(options.dataDir)});
    }
    rateLimits.store = sharedState ? &sharedState->limits() : &limitCounts;
    desk.store = sharedState ? &sharedState->spend() : ledger.get();
}

} // namespace pm
