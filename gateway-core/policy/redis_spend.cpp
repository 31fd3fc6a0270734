// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/redis_spend.h"

#include "base/text.h"

namespace pm::policy {

namespace {

// For each key the sum of what others than ARGV[1] spent, in micro-dollars.
constexpr std::string_view kSum = R"lua(
local sums = {}
for i, key in ipairs(KEYS) do
    local sum = 0
    local fields = redis.call('HGETALL', key)
    for j = 1, #fields, 2 do
        if fields[j] ~= ARGV[1] then sum = sum + tonumber(fields[j + 1]) end
    end
    sums[i] = sum
end
return sums
)lua";

constexpr std::int64_t kKeptAfter = 24 * 3600; ///< seconds beyond the span's end: clocks differ

/// Who spends is nobody's business there.
std::string keyOf(const Account &account, SystemTime now)
{
    return "pointsman:spend:" + stableHash(account.text()) + ":" + std::string(perName(account.per)) + ":"
           + std::to_string(spanOf(account.per, now).begin);
}

} // namespace

RedisSpend::RedisSpend(redis::Link &link, SpendStore &local, std::string instance,
                       config::SharedStore::WhenDown whenDown)
    : m_link(link), m_local(local), m_instance(std::move(instance)), m_whenDown(whenDown),
      m_sum(std::make_shared<const redis::Script>(kSum))
{
}

void RedisSpend::remember(const std::string &key, std::int64_t elsewhere)
{
    const std::lock_guard lock(m_mutex);
    if (m_elsewhere.size() >= kMostRemembered && !m_elsewhere.contains(key))
        m_elsewhere.clear(); // spans that are over, for the most part
    m_elsewhere[key] = elsewhere;
}

std::int64_t RedisSpend::remembered(const std::string &key) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_elsewhere.find(key);
    return found == m_elsewhere.end() ? 0 : found->second;
}

void RedisSpend::read(const std::vector<Account> &accounts, SystemTime now, Done done)
{
    std::vector<std::string> keys;
    for (const Account &account : accounts)
        keys.push_back(keyOf(account, now));
    m_link.run(m_sum, keys, {m_instance},
               [this, accounts, keys, now, done = std::move(done)](const Result<redis::Reply> &sums) {
                   if (!sums && m_whenDown == config::SharedStore::WhenDown::Closed)
                       return done(fail(sums.error()));
                   for (std::size_t i = 0; sums && i < keys.size() && i < sums->list().size(); ++i)
                       remember(keys[i], sums->list()[i].number());
                   m_local.read(accounts, now, [&](Result<std::vector<std::int64_t>> spent) {
                       for (std::size_t i = 0; spent && i < spent->size(); ++i)
                           (*spent)[i] += remembered(keys[i]);
                       done(std::move(spent));
                   });
               });
}

void RedisSpend::reserve(std::uint64_t number, const std::vector<Charge> &most, SystemTime now)
{
    m_local.reserve(number, most, now);
}

void RedisSpend::settle(std::uint64_t number, const std::vector<Charge> &spent)
{
    m_local.settle(number, spent);
    const SystemTime now = std::chrono::system_clock::now();
    std::vector<Account> accounts;
    for (const Charge &charge : spent)
        accounts.push_back(charge.account);
    m_local.read(accounts, now, [&](const Result<std::vector<std::int64_t>> &totals) {
        for (std::size_t i = 0; totals && i < accounts.size(); ++i)
            write({accounts[i], spanOf(accounts[i].per, now), (*totals)[i], 0});
    });
}

void RedisSpend::write(const Balance &balance)
{
    const std::string key = "pointsman:spend:" + stableHash(balance.account.text()) + ":"
                            + std::string(perName(balance.account.per)) + ":" + std::to_string(balance.span.begin);
    const auto ignore = [](const Result<redis::Reply> &) {}; // the next total, or writeAll(), makes up for it
    m_link.send({"HSET", key, m_instance, std::to_string(balance.spent)}, ignore);
    if (balance.span.end != Span::kNever)
        m_link.send({"EXPIREAT", key, std::to_string(balance.span.end + kKeptAfter)}, ignore);
}

void RedisSpend::writeAll(SystemTime now)
{
    for (const Balance &balance : m_local.balances(now))
        write(balance);
}

std::vector<Balance> RedisSpend::balances(SystemTime now) const
{
    std::vector<Balance> own = m_local.balances(now);
    for (Balance &balance : own)
        balance.spent += remembered(keyOf(balance.account, now));
    return own;
}

std::string RedisSpend::problem() const
{
    const std::string local = m_local.problem();
    return local.empty() ? m_link.problem() : local;
}

} // namespace pm::policy
