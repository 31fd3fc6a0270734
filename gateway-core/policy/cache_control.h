// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/cache_directive.h"

#include <chrono>
#include <optional>
#include <string_view>

// What Cache-Control fields ask of a cache (RFC 9111). Pure, any thread.
namespace pm::policy {

using std::chrono::seconds;
using config::CacheDirectives;

/// Without a max-age anywhere an answer is fresh for so long.
constexpr seconds kUsualLifetime = std::chrono::hours(24 * 7);
/// Nobody keeps one longer.
constexpr seconds kLongestLifetime = std::chrono::hours(24 * 365);

/// What one request wants of the cache.
struct CacheWish
{
    bool looksUp = true;       ///< false: a fresh answer is wanted (no-cache)
    bool stores = true;        ///< false: no-store
    bool onlyIfCached = false; ///< no provider may be asked
    bool isPrivate = false;    ///< not to be shared between clients
    seconds lifetime = kUsualLifetime; ///< of an answer that is stored now
    std::optional<seconds> maxAge;
    std::optional<seconds> minFresh;
    std::optional<seconds> maxStale;
};

/// The client's field goes before the configuration's directive, which alone says how long answers stay fresh where it
/// says so. `isShared`: one cache for several clients, in which s-maxage goes before max-age.
CacheWish cacheWish(std::string_view directive, std::optional<std::string_view> clientField, bool isShared);

/// May an answer of that age (0 or more) be given, that is fresh for `lifetime`? RFC 9111 4.2 and 5.2.1.
bool mayServe(const CacheWish &wish, seconds age, seconds lifetime);

} // namespace pm::policy
