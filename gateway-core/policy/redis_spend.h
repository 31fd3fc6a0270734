// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/policies.h"
#include "policy/spend_store.h"
#include "redis/redis_link.h"

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace pm::policy {

/// What several instances spent together. Each keeps its own ledger, which is true after a crash, and writes its own total
/// of each account into a hash in Redis under its own name: a total written twice counts once, and one that could not be
/// written is written with the next. What is spent is the sum of the others' totals and one's own.
///
/// While the server is away: `Open` goes on with what this instance spent and the others had when last seen; `Closed`
/// refuses. Spans are of local time: instances that share a budget by day should live in one time zone. Safe from any
/// thread.
class RedisSpend final : public SpendStore
{
public:
    static constexpr std::size_t kMostRemembered = 20'000; ///< accounts whose sum elsewhere is kept for when Redis is away

    /// `instance`: this one's name, the same at each start, like no other's.
    RedisSpend(redis::Link &link, SpendStore &local, std::string instance, config::SharedStore::WhenDown whenDown);

    void read(const std::vector<Account> &accounts, SystemTime now, Done done) override;
    std::uint64_t begin() override { return m_local.begin(); }
    void reserve(std::uint64_t number, const std::vector<Charge> &most, SystemTime now) override;
    void settle(std::uint64_t number, const std::vector<Charge> &spent) override;
    bool isNews(const Account &account, int level, SystemTime now) override { return m_local.isNews(account, level, now); }
    std::vector<Balance> balances(SystemTime now) const override;
    std::string problem() const override;

    /// Writes all totals, so that a server that was emptied or away knows them again. Now and then, from any thread.
    void writeAll(SystemTime now);

private:
    void write(const Balance &balance);
    void remember(const std::string &key, std::int64_t elsewhere);
    std::int64_t remembered(const std::string &key) const;

    redis::Link &m_link;
    SpendStore &m_local;
    std::string m_instance;
    config::SharedStore::WhenDown m_whenDown;
    std::shared_ptr<const redis::Script> m_sum;
    mutable std::mutex m_mutex;
    std::unordered_map<std::string, std::int64_t> m_elsewhere; ///< by key, as last seen; guarded by m_mutex
};

} // namespace pm::policy
