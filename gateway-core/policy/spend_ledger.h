// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/spend_journal.h"
#include "policy/spend_store.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace pm::policy {

/// What was spent, counted on this machine. With a path it is true again after a kill at any moment: a reservation is in the
/// journal before reserve() returns, and one that no settle() followed counts in full at the next start. So it never counts
/// less than was spent, and at most what was under way too much.
///
/// Safe from any thread. Who only reads waits for nobody's file; the file is written without a lock but by whoever makes it
/// small again, which holds up reserve() and settle() for a millisecond or two each kCompactAt bytes.
///
/// Bounded: beyond kMostAccounts those who are new share one account named "other" for each budget, until its span is over.
/// Spans that are over are forgotten. A clock that is set back opens no span anew.
class SpendLedger final : public SpendStore
{
public:
    static constexpr std::size_t kMostAccounts = 10'000;
    static constexpr std::int64_t kCompactAt = 16 * 1024 * 1024; ///< bytes of journal
    static constexpr std::string_view kOther = "other";

    /// `path`: the journal; empty counts in memory only. What is wrong with it is told by problem(), and counting goes on.
    explicit SpendLedger(const std::string &path, SystemTime now);

    void read(const std::vector<Account> &accounts, SystemTime now, Done done) override;
    std::uint64_t begin() override;
    void reserve(std::uint64_t number, const std::vector<Charge> &most, SystemTime now) override;
    void settle(std::uint64_t number, const std::vector<Charge> &spent) override;
    bool isNews(const Account &account, int level, SystemTime now) override;
    std::vector<Balance> balances(SystemTime now) const override;
    std::string problem() const override;
    /// What was found at the start: "1 damaged record left out", "12 reservations of an earlier run count in full"; may be
    /// empty.
    const std::string &found() const { return m_found; }

private:
    struct Entry
    {
        Account account;
        std::string key; ///< keyOf(account)
        Span span;
        std::atomic<std::int64_t> spent{0};
        std::atomic<std::int64_t> reserved{0};
        std::atomic<int> told{0};
    };
    using EntryPtr = std::shared_ptr<Entry>;
    using Reserved = std::vector<std::pair<EntryPtr, std::int64_t>>;

    static std::string keyOf(const Account &account); ///< of an account among all
    static std::string otherKey(const Account &account);
    // spend_ledger_journal.cpp
    void load(SpendJournal::Loaded loaded, SystemTime now);
    void replay(const JournalRecord &record, std::int64_t now);
    void write(const std::vector<JournalRecord> &records);
    bool mayTryAgain(std::int64_t now);
    void compact(bool toDisk);
    void setProblem(std::string text);
    // spend_ledger.cpp
    EntryPtr find(const Account &account, std::int64_t now) const;
    EntryPtr entryFor(const Account &account, SystemTime now);
    EntryPtr make(const Account &account, SystemTime now);
    void dropPast(std::int64_t now);

    SpendJournal m_journal;
    std::string m_found;
    std::atomic<std::uint64_t> m_next;
    std::shared_mutex m_gate; ///< shared by those who write to the journal; alone: who replaces it
    std::mutex m_openMutex;
    std::unordered_map<std::uint64_t, Reserved> m_open; ///< by number; guarded by m_openMutex
    mutable std::shared_mutex m_mutex;
    std::unordered_map<std::string, EntryPtr> m_accounts; ///< by text and per; guarded by m_mutex
    std::int64_t m_swept = 0;                             ///< when the past was dropped last; guarded by m_mutex
    std::atomic<std::int64_t> m_compactAt{kCompactAt};
    std::atomic<bool> m_isLossy{false}; ///< something could not be written: the next chance is a whole file
    std::atomic<std::int64_t> m_tryAt{0};
    mutable std::mutex m_problemMutex;
    std::string m_problem; ///< guarded by m_problemMutex
};

} // namespace pm::policy
