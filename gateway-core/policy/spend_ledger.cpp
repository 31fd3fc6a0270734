// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/spend_ledger.h"

#include "base/log.h"

#include <algorithm>
#include <map>
#include <utility>

namespace pm::policy {

namespace {

std::int64_t secondsOf(SystemTime time)
{
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// What was spent on one account, by the key it may be booked under.
struct Booked
{
    std::string key;
    std::int64_t microUsd = 0;
};

/// What is booked under `key`; it is nothing there afterwards.
std::int64_t takeBooked(std::vector<Booked> &all, std::string_view key)
{
    std::int64_t sum = 0;
    for (Booked &booked : all) {
        if (booked.key == key)
            sum += std::exchange(booked.microUsd, 0);
    }
    return sum;
}

} // namespace

std::string SpendLedger::keyOf(const Account &account)
{
    return account.text() + static_cast<char>('0' + static_cast<int>(account.per));
}

std::string SpendLedger::otherKey(const Account &account)
{
    return keyOf({account.place, account.by, std::string(kOther), account.per});
}

SpendLedger::SpendLedger(const std::string &path, SystemTime now)
    : m_next(static_cast<std::uint64_t>(unixMicros(now)) << 12) // above every number of earlier runs
{
    if (path.empty())
        return;
    auto loaded = m_journal.open(path);
    if (!loaded) {
        setProblem(loaded.error().message + "; what is spent counts in memory only");
        return;
    }
    load(std::move(*loaded), now);
    compact(true);
    if (!m_found.empty())
        log::warning("budgets: " + m_found, {{"path", path}});
}

SpendLedger::EntryPtr SpendLedger::find(const Account &account, std::int64_t now) const
{
    const std::string key = keyOf(account);
    const std::shared_lock lock(m_mutex);
    const auto holds = [now](const EntryPtr &entry) { return now < entry->span.end; };
    if (const auto own = m_accounts.find(key); own != m_accounts.end() && holds(own->second))
        return own->second;
    // Who had no place when the span began goes on with the others.
    const auto other = m_accounts.find(otherKey(account));
    return other != m_accounts.end() && holds(other->second) ? other->second : nullptr;
}

SpendLedger::EntryPtr SpendLedger::entryFor(const Account &account, SystemTime now)
{
    const std::int64_t seconds = secondsOf(now);
    if (EntryPtr found = find(account, seconds))
        return found;
    const std::unique_lock lock(m_mutex);
    std::string key = keyOf(account);
    const auto own = m_accounts.find(key);
    if (own != m_accounts.end() && seconds < own->second->span.end)
        return own->second; // made meanwhile
    constexpr std::int64_t kBetweenSweeps = 10; // a full table must not be searched for each request
    if (own == m_accounts.end() && m_accounts.size() >= kMostAccounts && seconds - m_swept >= kBetweenSweeps) {
        m_swept = seconds;
        dropPast(seconds);
    }
    Account wanted = account;
    if (own == m_accounts.end() && m_accounts.size() >= kMostAccounts) {
        wanted.who = kOther;
        key = keyOf(wanted);
    }
    const auto there = m_accounts.find(key);
    if (there != m_accounts.end() && seconds < there->second->span.end)
        return there->second;
    return m_accounts[key] = make(wanted, now);
}

SpendLedger::EntryPtr SpendLedger::make(const Account &account, SystemTime now)
{
    auto entry = std::make_shared<Entry>();
    entry->account = Account::fromText(account.text(), account.per);
    entry->key = keyOf(entry->account);
    entry->span = spanOf(account.per, now);
    return entry;
}

void SpendLedger::dropPast(std::int64_t now)
{
    std::erase_if(m_accounts, [now](const auto &item) { return item.second->span.end <= now; });
}

void SpendLedger::read(const std::vector<Account> &accounts, SystemTime now, Done done)
{
    std::vector<std::int64_t> amounts;
    amounts.reserve(accounts.size());
    for (const Account &account : accounts) {
        const EntryPtr entry = find(account, secondsOf(now));
        amounts.push_back(entry ? entry->spent.load(std::memory_order_relaxed) : 0);
    }
    done(std::move(amounts));
}

std::uint64_t SpendLedger::begin()
{
    return m_next.fetch_add(1, std::memory_order_relaxed) + 1;
}

void SpendLedger::reserve(std::uint64_t number, const std::vector<Charge> &most, SystemTime now)
{
    std::vector<JournalRecord> records;
    Reserved reserved;
    for (const Charge &charge : most) {
        EntryPtr entry = entryFor(charge.account, now);
        records.push_back({JournalRecord::Kind::Reserve, number, entry->span, charge.microUsd, entry->account});
        reserved.emplace_back(std::move(entry), charge.microUsd);
    }
    {
        const std::shared_lock gate(m_gate);
        for (const auto &[entry, amount] : reserved)
            entry->reserved.fetch_add(amount, std::memory_order_relaxed);
        {
            const std::lock_guard lock(m_openMutex);
            Reserved &open = m_open[number];
            open.insert(open.end(), reserved.begin(), reserved.end());
        }
        write(records);
    }
    const bool isLarge = m_journal.size() > m_compactAt.load(std::memory_order_relaxed);
    if (isLarge || (m_isLossy.load(std::memory_order_relaxed) && mayTryAgain(secondsOf(now))))
        compact(false);
}

void SpendLedger::settle(std::uint64_t number, const std::vector<Charge> &spent)
{
    const std::shared_lock gate(m_gate);
    Reserved reserved;
    {
        const std::lock_guard lock(m_openMutex);
        const auto open = m_open.find(number);
        if (open == m_open.end())
            return;
        reserved = std::move(open->second);
        m_open.erase(open);
    }
    std::vector<std::pair<EntryPtr, std::int64_t>> sums; // several calls of one request reserve on the same account
    for (const auto &[entry, amount] : reserved) {
        entry->reserved.fetch_sub(amount, std::memory_order_relaxed);
        const bool isSeen = std::any_of(sums.begin(), sums.end(), [&own = entry](const auto &sum) { return sum.first == own; });
        if (!isSeen)
            sums.emplace_back(entry, 0);
    }
    std::vector<Booked> left;
    left.reserve(spent.size());
    for (const Charge &charge : spent)
        left.push_back({keyOf(charge.account), charge.microUsd});
    for (auto &[entry, sum] : sums)
        sum += takeBooked(left, entry->key);
    for (std::size_t i = 0; i < left.size(); ++i) { // who shares the account of the others
        if (left[i].microUsd != 0)
            left[i].key = otherKey(spent[i].account);
    }
    for (auto &[entry, sum] : sums)
        sum += takeBooked(left, entry->key);
    std::vector<JournalRecord> records;
    for (const auto &[entry, sum] : sums) {
        entry->spent.fetch_add(sum, std::memory_order_relaxed);
        records.push_back({JournalRecord::Kind::Settle, number, entry->span, sum, entry->account});
    }
    write(records);
}

bool SpendLedger::isNews(const Account &account, int level, SystemTime now)
{
    const EntryPtr entry = entryFor(account, now);
    int told = entry->told.load();
    while (told < level) {
        if (entry->told.compare_exchange_weak(told, level))
            return true;
    }
    return false;
}

std::vector<Balance> SpendLedger::balances(SystemTime now) const
{
    const std::int64_t seconds = secondsOf(now);
    std::map<std::string, Balance> sorted;
    {
        const std::shared_lock lock(m_mutex);
        for (const auto &[key, entry] : m_accounts) {
            if (seconds < entry->span.end)
                sorted[key] = {entry->account, entry->span, entry->spent, entry->reserved};
        }
    }
    std::vector<Balance> list;
    for (auto &[key, balance] : sorted)
        list.push_back(std::move(balance));
    return list;
}

std::string SpendLedger::problem() const
{
    const std::lock_guard lock(m_problemMutex);
    return m_problem;
}

} // namespace pm::policy
