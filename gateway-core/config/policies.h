// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/budget.h"
#include "config/cache_policy.h"
#include "config/guardrail.h"
#include "config/limits.h"

#include <optional>
#include <vector>

namespace pm::config {

/// What a router, /ai (unified-api) or everything (global) asks of each request besides a target. Limits, guardrails and
/// budgets of `global` hold in addition to a router's own; its cache only where the router has none.
struct Policies
{
    std::optional<Cache> cache;
    std::vector<Limit> limits;
    std::vector<Concurrency> concurrency;
    std::vector<Guardrail> guardrails;
    std::vector<Budget> budgets;
    bool isEmpty() const { return *this == Policies(); }
    bool operator==(const Policies &) const = default;
};

/// Where cached answers lie.
struct CacheStore
{
    enum class Type { Memory, Disk, Redis };
    Type type = Type::Memory;
    std::int64_t maxSize = 256LL * 1024 * 1024; ///< bytes; of memory and disk
    std::string url = "redis://localhost:6379"; ///< redis://[user@]host[:port][/db]; of Redis
    std::string password;                       ///< reference; empty: none is asked for
    bool operator==(const CacheStore &) const = default;
};

/// Where limits, budgets and circuits are counted.
struct SharedStore
{
    enum class Type { Memory, Redis };
    enum class WhenDown { Open, Closed }; ///< go on with this machine's own counts, or refuse
    Type type = Type::Memory;
    std::string url = "redis://localhost:6379"; ///< as in CacheStore
    std::string password;                       ///< reference; empty: none is asked for
    std::chrono::milliseconds timeout{250}; ///< an answer that takes longer counts as none
    WhenDown whenDown = WhenDown::Open;
    bool operator==(const SharedStore &) const = default;
};

} // namespace pm::config
