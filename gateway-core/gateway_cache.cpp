// SPDX-License-Identifier: GPL-3.0-or-later
// What the facade shows of the cache of answers, and takes out of it.
#include "gateway_private.h"

#include "base/background_thread.h"
#include "runtime/thread_call.h"

namespace pm {

std::map<std::string, metrics::CacheCounts> Gateway::cacheCounts() const
{
    return d->metrics.cache().counts();
}

std::vector<policy::NearMiss> Gateway::nearMisses() const
{
    return d->cache.nearMisses();
}

void Gateway::readCache(std::function<void(policy::CacheHoldings)> done)
{
    d->cacheReaders.push_back(std::move(done));
    if (d->cacheReaders.size() > 1)
        return; // it is being read
    if (d->cacheReader.joinable())
        d->cacheReader.join(); // it has given what it read
    d->cacheReader = std::thread([this, store = d->cache.store()] {
        becomeBackgroundThread("cache-use");
        policy::CacheHoldings holdings;
        if (store)
            holdings = {std::string(store->name()), store->use(true)};
        postTo(this, [this, holdings] {
            const auto readers = std::exchange(d->cacheReaders, {});
            for (const auto &each : readers)
                each(holdings);
        });
    });
}

void Gateway::purgeCache(const policy::CachePurge &which, std::function<void(std::uint64_t)> done)
{
    d->cache.purge(which, [this, done = std::move(done)](std::uint64_t count) {
        postTo(this, [done, count] { done(count); }); // stop() waits until the store has answered
    });
}

void Gateway::Private::endBackgroundWork()
{
    simulator.reset();
    cacheReaders.clear();
    if (cacheReader.joinable())
        cacheReader.join();
}

} // namespace pm
