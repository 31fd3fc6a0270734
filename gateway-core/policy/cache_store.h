// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/cache_key.h"
#include "policy/cache_entry.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pm::policy {

/// The answers to one request, in no order; empty when there are none.
using CacheShelf = std::vector<CachedAnswerPtr>;

/// Which entries to remove; what is empty does not count, and all must fit.
struct CachePurge
{
    std::string router;
    std::string model; ///< that was asked for, or that answered
    std::string key;   ///< beginning of the hash in hexadecimal
    std::int64_t storedBefore = 0; ///< Unix seconds; 0: any
    bool fits(const Sha256 &hash, const CachedAnswer &answer) const;
};

struct CacheUse
{
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    struct OfRouter
    {
        std::string router;
        std::uint64_t entries = 0;
        std::uint64_t bytes = 0;
    };
    std::vector<OfRouter> routers;
    std::uint64_t evicted = 0; ///< for want of room, since the start
    std::uint64_t dropped = 0; ///< not stored: the store could not keep up, or the entry is larger than the store
    std::string problem;       ///< why the store does not work; empty when all is well
};

/// Where answers lie. All functions are safe from any thread; none waits for disk or network, but for use(true).
class CacheStore
{
public:
    using Found = std::function<void(CacheShelf)>;
    using Removed = std::function<void(std::uint64_t)>;

    virtual ~CacheStore() = default;
    /// Answers at once, or answers nothing and calls `found` once, later, on another thread. A store that fails finds
    /// nothing.
    virtual std::optional<CacheShelf> find(const Sha256 &hash, Found found) = 0;
    /// Replaces what is in that slot.
    virtual void put(const Sha256 &hash, CachedAnswerPtr answer) = 0;
    /// Calls `removed` once, at once or later on another thread, with the number of entries.
    virtual void purge(const CachePurge &which, Removed removed) = 0;
    /// `byRouter`: the part of each router too, for which the whole store may be read.
    virtual CacheUse use(bool byRouter) const = 0;
    /// Waits until all that was asked for before has been done and answered; false when it was not in time.
    virtual bool flush(std::chrono::milliseconds timeout) = 0;
    virtual std::string_view name() const = 0; ///< "memory", "disk"
};

} // namespace pm::policy
