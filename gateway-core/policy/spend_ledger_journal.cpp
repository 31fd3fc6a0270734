// SPDX-License-Identifier: GPL-3.0-or-later
// What the ledger reads of its journal at the start, and how it makes it small again.
#include "policy/spend_ledger.h"

#include "base/log.h"

#include <map>

namespace pm::policy {

void SpendLedger::load(SpendJournal::Loaded loaded, SystemTime now)
{
    const std::int64_t seconds = unixMicros(now) / 1'000'000;
    std::map<std::pair<std::uint64_t, std::string>, JournalRecord> open;
    for (JournalRecord &record : loaded.records) {
        const std::pair key(record.number, keyOf(record.account));
        if (record.kind == JournalRecord::Kind::Reserve) {
            const auto [entry, isNew] = open.try_emplace(key, record);
            if (!isNew)
                entry->second.microUsd += record.microUsd;
            continue;
        }
        if (record.kind == JournalRecord::Kind::Settle)
            open.erase(key);
        replay(record, seconds);
    }
    for (const auto &[key, record] : open) // nobody will settle these
        replay(record, seconds);
    const auto say = [this](std::size_t count, const char *one, const char *many) {
        if (count > 0)
            m_found += (m_found.empty() ? "" : "; ") + std::to_string(count) + (count == 1 ? one : many);
    };
    say(loaded.damaged + (loaded.wasCut ? 1 : 0), " damaged record left out", " damaged records left out");
    say(open.size(), " reservation of an earlier run counts in full", " reservations of an earlier run count in full");
}

void SpendLedger::replay(const JournalRecord &record, std::int64_t now)
{
    if (record.span.end <= now)
        return;
    EntryPtr &entry = m_accounts[keyOf(record.account)];
    if (entry && entry->span.end > record.span.end)
        return;
    if (!entry || entry->span.end < record.span.end) {
        entry = std::make_shared<Entry>();
        entry->account = record.account;
        entry->key = keyOf(record.account);
        entry->span = record.span;
    }
    entry->spent += record.microUsd;
}

void SpendLedger::write(const std::vector<JournalRecord> &records)
{
    if (records.empty())
        return;
    if (const auto written = m_journal.append(records); !written && !m_isLossy.exchange(true))
        setProblem(written.error().message + "; what is spent counts in memory until it can be written again");
}

/// A disk that is full is asked again now and then only.
bool SpendLedger::mayTryAgain(std::int64_t now)
{
    constexpr std::int64_t kPause = 5;
    std::int64_t at = m_tryAt.load(std::memory_order_relaxed);
    return now >= at && m_tryAt.compare_exchange_strong(at, now + kPause);
}

/// In place of all lines, one for each account and one for each reservation that is under way.
void SpendLedger::compact(bool toDisk)
{
    const std::unique_lock gate(m_gate);
    if (!toDisk && !m_isLossy && m_journal.size() <= m_compactAt)
        return; // another thread has done it
    std::vector<JournalRecord> records;
    {
        const std::shared_lock lock(m_mutex);
        for (const auto &[key, entry] : m_accounts) {
            if (entry->spent > 0)
                records.push_back({JournalRecord::Kind::Total, 0, entry->span, entry->spent, entry->account});
        }
    }
    {
        const std::lock_guard lock(m_openMutex);
        for (const auto &[number, reserved] : m_open) {
            for (const auto &[entry, amount] : reserved)
                records.push_back({JournalRecord::Kind::Reserve, number, entry->span, amount, entry->account});
        }
    }
    if (const auto replaced = m_journal.replace(records, toDisk); !replaced) {
        // Not again for each request: only when as much has been added once more.
        m_compactAt = m_journal.size() + kCompactAt;
        return setProblem(replaced.error().message + "; what is spent may count in memory only");
    }
    m_compactAt = m_journal.size() + kCompactAt;
    if (m_isLossy.exchange(false))
        log::info("budgets: what is spent can be written again");
    setProblem({});
}

void SpendLedger::setProblem(std::string text)
{
    if (!text.empty())
        log::warning("budgets: " + text);
    const std::lock_guard lock(m_problemMutex);
    m_problem = std::move(text);
}

} // namespace pm::policy
