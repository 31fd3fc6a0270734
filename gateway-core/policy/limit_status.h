// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pm::policy {

/// What one limit does, for people.
struct LimitStatus
{
    /// A caller that has little left, or was refused today.
    struct Who
    {
        std::string who;            ///< empty: requests that do not say
        std::int64_t remaining = 0; ///< in the limit's unit; micro-dollars of cost
        std::int64_t resetMs = 0;   ///< until all has come back
        std::int64_t refusedToday = 0;
    };
    std::string scope; ///< "router work", "all requests", "/ai", "key alice"
    std::string text;  ///< "500 requests per second, for each client (router work)"
    std::string kind;  ///< "requests", "tokens", "cost", "at once"
    std::string by;
    std::int64_t limit = 0;  ///< that may be taken at once, or be under way at once
    std::int64_t amount = 0; ///< that comes back in each `perMs`; 0 of "at once"
    std::int64_t perMs = 0;
    std::int64_t refusedToday = 0; ///< since midnight, local time
    std::int64_t waitedToday = 0;  ///< that waited in the queue and got in
    int running = 0;               ///< of "at once"
    int waiting = 0;
    std::vector<Who> callers; ///< with little left, those with the least first; at most 50
};

} // namespace pm::policy
