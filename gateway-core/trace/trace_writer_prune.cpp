// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/schema.h"
#include "trace/spend_query.h"
#include "trace/spend_rows.h"
#include "trace/trace_writer.h"

#include <algorithm>

namespace pm::trace {

namespace {

constexpr std::int64_t kRowsAtOnce = 250;     ///< some 20 ms of work
constexpr std::int64_t kPagesAtOnce = 512;    ///< likewise
constexpr std::int64_t kRowOverhead = 1500;   ///< bytes of a row besides its bodies, about
constexpr std::int64_t kLogReserve = 8 << 20; ///< for the write-ahead log and pages being freed
constexpr std::int64_t kPageSize = 8192;

/// What the database itself may take, so that it and its log stay within `maxSize`.
std::int64_t databaseLimit(std::int64_t maxSize)
{
    return maxSize - std::min(maxSize / 4, kLogReserve);
}

} // namespace

Result<bool> TraceWriter::prune(const Limits &limits, std::int64_t nowMicros)
{
    const auto pages = single(m_sql->pageCount, 0);
    const auto unused = single(m_sql->freePages, 0);
    if (!pages || !unused)
        return fail(pages ? unused.error() : pages.error());
    if (auto pruned = pruneSpend(limits, nowMicros); !pruned)
        return fail(pruned.error());
    const std::int64_t limit = databaseLimit(limits.maxSize);
    const std::int64_t used = (*pages - *unused) * kPageSize;
    const std::int64_t lowMark = limit - limit / 20; // a twentieth below, or each batch would have to delete
    m_isShrinking = used > (m_isShrinking ? lowMark : limit);
    const std::chrono::microseconds age = std::min(limits.maxAge, Limits::kForEver);
    const RowKey cutoff = rowKeyAt(nowMicros - age.count());

    if (m_oldest != kNoRows && (m_oldest < cutoff || m_isShrinking)) {
        const auto erased = eraseOldest(cutoff, m_isShrinking ? used - lowMark : 0);
        if (!erased)
            return fail(erased.error());
        if (*erased > 0)
            return true;
    }
    // Free pages are used again; they go back to the disk only when they are many, or the file is over its
    // limit.
    const bool isTooLarge = *pages * kPageSize > limit && *unused > 0;
    if (!isTooLarge && (*unused < 2 * kPagesAtOnce || *unused < *pages / 4))
        return false;
    const bool isLast = *unused <= kPagesAtOnce;
    if (auto given = giveBack(kPagesAtOnce, isLast); !given)
        return fail(given.error());
    return !isLast;
}

Result<void> TraceWriter::pruneSpend(const Limits &limits, std::int64_t nowMicros)
{
    constexpr std::int64_t kPause = 3'600'000'000;
    if (nowMicros - m_spendPruned < kPause)
        return {};
    m_spendPruned = nowMicros;
    const auto slotBefore = [nowMicros](std::chrono::microseconds age) { return (nowMicros - age.count()) / kMicrosPerSlot; };
    m_sql->pruneSpend.add(slotBefore(std::min(limits.maxAge, Limits::kForEver)));
    if (m_sql->pruneSpend.add(slotBefore(std::chrono::hours(24 * kSpendDays))).run() != SQLITE_DONE)
        return failed("cannot remove old sums");
    return {};
}

Result<std::size_t> TraceWriter::eraseOldest(RowKey cutoff, std::int64_t bytesTooMany)
{
    m_erased = 0;
    Transaction transaction(*m_database);
    if (auto begun = transaction.begin(); !begun)
        return failed(begun.error());
    std::vector<RowKey> keys;
    RowKey oldestLeft = kNoRows;
    Statement &oldest = m_sql->oldest;
    oldest.add(kRowsAtOnce + 1);
    int code = SQLITE_ROW;
    while ((code = oldest.step()) == SQLITE_ROW) {
        const RowKey key = oldest.integer(0);
        if (keys.size() == kRowsAtOnce || (key >= cutoff && bytesTooMany <= 0)) {
            oldestLeft = key;
            code = SQLITE_DONE;
            break;
        }
        bytesTooMany -= oldest.integer(1) + kRowOverhead;
        keys.push_back(key);
    }
    oldest.reset();
    if (code != SQLITE_DONE)
        return failed("cannot read the oldest traces");
    for (const RowKey key : keys) {
        if (auto erased = erase(key); !erased)
            return fail(erased.error());
    }
    if (auto counted = addToCounter("records", -m_erased); !counted)
        return fail(counted.error());
    if (oldestLeft == kNoRows) { // an empty index is smaller than one of removals
        if (auto cleared = m_database->exec("INSERT INTO words(words) VALUES('delete-all')"); !cleared)
            return failed(cleared.error());
    }
    if (auto done = transaction.commit(); !done)
        return failed(done.error());
    m_records -= m_erased;
    m_oldest = oldestLeft;
    return keys.size();
}

Result<void> TraceWriter::erase(RowKey key)
{
    if (auto erased = eraseWords(key); !erased)
        return erased;
    for (Statement *remove : {&m_sql->removeBodies, &m_sql->removeDetail, &m_sql->removeHead}) {
        if (remove->add(key).run() != SQLITE_DONE)
            return failed("cannot remove a trace");
    }
    ++m_erased;
    return {};
}

Result<void> TraceWriter::giveBack(std::int64_t pages, bool isLast)
{
    const std::string sql = "PRAGMA incremental_vacuum(" + std::to_string(pages) + ")";
    if (auto done = m_database->exec(sql.c_str()); !done)
        return failed(done.error());
    if (!isLast)
        return {};
    // The file itself shrinks when its log is carried over. With readers about that fails, and comes with a
    // later checkpoint; it is not worth waiting for them.
    sqlite3_busy_timeout(m_database->handle(), 0);
    sqlite3_wal_checkpoint_v2(m_database->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    sqlite3_busy_timeout(m_database->handle(), kWriterBusyMillis);
    return {};
}

} // namespace pm::trace
