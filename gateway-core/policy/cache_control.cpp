// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/cache_control.h"

#include <algorithm>

namespace pm::policy {

CacheWish cacheWish(std::string_view directive, std::optional<std::string_view> clientField, bool isShared)
{
    const CacheDirectives ours = config::parseCacheControl(directive);
    const CacheDirectives said = clientField ? config::parseCacheControl(*clientField) : ours;
    const auto ageOf = [isShared](const CacheDirectives &from) {
        return isShared && from.sharedMaxAge ? from.sharedMaxAge : from.maxAge;
    };
    CacheWish wish;
    wish.looksUp = !said.noCache;
    wish.stores = !said.noStore && !ours.noStore;
    wish.onlyIfCached = said.onlyIfCached;
    wish.isPrivate = said.isPrivate || ours.isPrivate;
    if (clientField) // the directive's own is the lifetime
        wish.maxAge = ageOf(said);
    wish.minFresh = said.minFresh;
    if (!ours.mustRevalidate && !said.mustRevalidate)
        wish.maxStale = said.maxStale;
    // A client that asks for a longer time than usual means it; one that asks for less only means what it takes itself.
    const seconds usual = std::max(kUsualLifetime, ageOf(said).value_or(seconds(0)));
    wish.lifetime = std::min(ageOf(ours).value_or(usual), kLongestLifetime);
    return wish;
}

bool mayServe(const CacheWish &wish, seconds age, seconds lifetime)
{
    if (!wish.looksUp)
        return false;
    if ((wish.maxAge && age > *wish.maxAge) || (wish.minFresh && age + *wish.minFresh > lifetime))
        return false;
    if (age < lifetime)
        return true;
    return wish.maxStale && (*wish.maxStale == seconds::max() || age - lifetime <= *wish.maxStale);
}

} // namespace pm::policy
