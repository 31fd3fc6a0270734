// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/fresh_prompts.h"
#include "trace/row_key.h"
#include "trace/sqlite_db.h"
#include "trace/target_rows.h"
#include "trace/trace.h"
#include "trace/zstd_frames.h"

#include <chrono>
#include <limits>
#include <memory>
#include <vector>

namespace pm::trace {

/// What may stay in the file.
struct Limits
{
    static constexpr std::chrono::hours kForEver{24 * 365 * 100};
    std::chrono::hours maxAge{24 * 30}; ///< kForEver or more: no limit
    std::int64_t maxSize = 0;           ///< bytes on disk, write-ahead log included
};

/// The trace file as its writer sees it: each call is one transaction and does a bounded amount of work.
/// Owned by the store and used on its thread only. After an error lastTrouble() says of what kind, and the
/// file is as before the call.
class TraceWriter
{
public:
    static constexpr RowKey kNoRows = std::numeric_limits<RowKey>::max();

    /// Error: Storage; `trouble` says what kind.
    static Result<TraceWriter> open(const std::string &path, int zstdLevel, Trouble &trouble);

    /// Stores all or none. A record whose id is there already replaces it.
    Result<void> write(const std::vector<Record> &records);

    /// Records come faster than they are written: less is done to make them small.
    void setHurried(bool isHurried) { m_compressor.setHurried(isHurried); }

    /// Stores all or none; a row of the same label is replaced, and above kMostTargetRows the oldest go.
    Result<void> writeTargets(const std::vector<TargetRow> &rows);

    /// Puts the prompts of the next `count` records into the word index. True: there are more.
    Result<bool> indexSome(int count);
    bool hasUnindexed() const { return m_indexed < m_lastArrival; }

    /// Removes some of what is older than `limits.maxAge` before `nowMicros`, or too much by size, oldest
    /// first, and gives pages back to the disk. True: call again.
    Result<bool> prune(const Limits &limits, std::int64_t nowMicros);

    Trouble lastTrouble() const { return m_trouble; }
    std::int64_t records() const { return m_records; }
    std::int64_t bytesOnDisk() const;             ///< asks the file system
    RowKey oldestKey() const { return m_oldest; } ///< kNoRows when the file is empty

private:
    struct Statements
    {
        Statement lastArrival, insertHead, insertDetail, insertBodies, addSums, addSpend;
        Statement sameId, nextGap, lastNear;
        Statement readCounter, addCounter, setCounter;
        Statement unindexed, promptOf, addWords, removeWords;
        Statement takeSpend, pruneSpend;
        Statement oldest, arrivalOf, removeHead, removeDetail, removeBodies;
        Statement putTarget, trimTargets;
        Statement pageCount, freePages;
    };

    explicit TraceWriter(Database database, int zstdLevel);
    Result<void> prepareAll();
    Result<void> readState();

    Result<void> insert(const Record &record, std::int64_t arrival);
    /// Removes sums of money that are too old; now and then only.
    Result<void> pruneSpend(const Limits &limits, std::int64_t nowMicros);
    /// Adds the rows stored since the last time to the sums of their minutes, and to those of money.
    Result<void> addSums();
    Result<RowKey> freeKey(std::string_view id);
    /// Removes one row everywhere. Not found is no error.
    Result<void> erase(RowKey key);
    Result<void> eraseWords(RowKey key);
    /// The stored prompt; empty when there is none.
    std::string promptOf(RowKey key);
    Result<std::size_t> eraseOldest(RowKey cutoff, std::int64_t bytesTooMany);
    Result<void> giveBack(std::int64_t pages, bool isLast);
    Result<void> addToCounter(std::string_view name, std::int64_t difference);
    Result<std::int64_t> single(Statement &statement, std::int64_t fallback);

    Failure failed(std::string_view what);
    Failure failed(Error error);

    std::unique_ptr<Database> m_database; ///< before the statements: it must outlive them
    std::unique_ptr<Statements> m_sql;
    Compressor m_compressor;
    Decompressor m_decompressor;
    FreshPrompts m_prompts;
    Trouble m_trouble = Trouble::None;
    std::int64_t m_records = 0;
    std::int64_t m_erased = 0; ///< rows removed by the transaction at work
    std::int64_t m_summed = 0; ///< arrival up to which it has added to the sums
    std::int64_t m_lastArrival = 0;
    std::int64_t m_indexed = 0;
    RowKey m_oldest = kNoRows;
    std::int64_t m_spendPruned = 0; ///< when, in microseconds
    bool m_isShrinking = false; ///< over maxSize, until well below it
};

} // namespace pm::trace
