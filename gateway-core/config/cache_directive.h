// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// Cache-Control fields (RFC 9111 5.2), of requests and of the configuration. Pure, any thread.
namespace pm::config {

/// The directives that are heeded; others are passed over (RFC 9111 5.2.3).
struct CacheDirectives
{
    std::optional<std::chrono::seconds> maxAge;
    std::optional<std::chrono::seconds> sharedMaxAge; ///< s-maxage
    std::optional<std::chrono::seconds> minFresh;
    std::optional<std::chrono::seconds> maxStale; ///< std::chrono::seconds::max() when no limit was given
    bool noStore = false;
    bool noCache = false;
    bool onlyIfCached = false;
    bool mustRevalidate = false; ///< or proxy-revalidate
    bool isPrivate = false;
};

/// Any text is taken: names ignore case, the first of several values holds, a time that is none is 0 (RFC 9111 4.2.1),
/// one beyond 2^31 is 2^31 (1.2.2).
CacheDirectives parseCacheControl(std::string_view field);

/// What is wrong with a directive of the configuration, and the remedy; empty when nothing is.
std::string cacheControlProblem(std::string_view field);

} // namespace pm::config
