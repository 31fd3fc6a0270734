// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/cache_store.h"
#include "redis/redis_link.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace pm::policy {

/// Answers in Redis, for all instances that name the same server. Each request's answers are one hash, a field a slot, and
/// go when the last of them has been stale for a day, or when the server wants the room (its maxmemory). A server that is
/// away finds nothing; what would have been stored is dropped and counted. Nothing here waits for it but use(true).
class RedisCacheStore final : public CacheStore
{
public:
    static constexpr std::string_view kPrefix = "pointsman:cache:";
    static constexpr std::int64_t kStaleFor = 24 * 3600; ///< seconds that a stale answer is kept, for who would take it

    explicit RedisCacheStore(redis::Client::Options options);
    ~RedisCacheStore() override;

    std::optional<CacheShelf> find(const Sha256 &hash, Found found) override;
    void put(const Sha256 &hash, CachedAnswerPtr answer) override;
    void purge(const CachePurge &which, Removed removed) override;
    /// The counts are of the whole server, and read only `byRouter`: else they are those of the last time.
    CacheUse use(bool byRouter) const override;
    bool flush(std::chrono::milliseconds timeout) override;
    std::string_view name() const override { return "redis"; }

private:
    struct Walk;
    using Each = std::function<void(const Sha256 &hash, int slot, const CachedAnswer &answer)>;
    void walk(std::string cursor, const std::string &pattern, std::shared_ptr<Walk> state) const;
    void readKeys(const redis::Reply &page, const std::string &pattern, const std::shared_ptr<Walk> &state) const;
    /// Calls `each` for every entry under keys that begin with `keyStart`, then `done`.
    void forEach(const std::string &keyStart, Each each, std::function<void()> done) const;

    std::shared_ptr<const redis::Script> m_put;
    mutable std::atomic<std::uint64_t> m_entries{0}; ///< as last counted
    mutable std::atomic<std::uint64_t> m_bytes{0};
    std::shared_ptr<std::atomic<std::uint64_t>> m_dropped; ///< shared with answers that are under way
    std::unique_ptr<redis::Link> m_link; ///< the last: its thread uses the others until it ends
};

} // namespace pm::policy
