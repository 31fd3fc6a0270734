// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/cache_store.h"

#include <atomic>
#include <list>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace pm::policy {

/// Answers in memory, the least used ones go first. In parts with a lock each, held for look-ups only; what the entries
/// take, the store's own part included, stays within `maxBytes`.
class MemoryStore final : public CacheStore
{
public:
    explicit MemoryStore(std::size_t maxBytes);

    std::optional<CacheShelf> find(const Sha256 &hash, Found found) override;
    void put(const Sha256 &hash, CachedAnswerPtr answer) override;
    void purge(const CachePurge &which, Removed removed) override;
    CacheUse use(bool byRouter) const override;
    bool flush(std::chrono::milliseconds) override { return true; }
    std::string_view name() const override { return "memory"; }

    /// As find(), without a callback.
    CacheShelf get(const Sha256 &hash);

private:
    struct Entry
    {
        Sha256 hash{};
        CacheShelf shelf;
    };
    using Entries = std::list<Entry>; ///< the last used first
    struct Part
    {
        mutable std::mutex mutex;
        Entries entries;                                             // mutex
        std::unordered_map<Sha256, Entries::iterator, Sha256Hash> byHash; // mutex
        std::size_t bytes = 0;                                       // mutex
    };

    Part &partOf(const Sha256 &hash);
    void makeRoom(Part &part);

    const std::size_t m_maxOfPart;
    std::vector<Part> m_parts;
    std::atomic<std::uint64_t> m_entries{0};
    std::atomic<std::uint64_t> m_evicted{0};
    std::atomic<std::uint64_t> m_dropped{0};
};

} // namespace pm::policy
