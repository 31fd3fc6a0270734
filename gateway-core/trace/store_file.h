// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/trace_store.h"
#include "trace/trace_writer.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace pm::trace {

/// The trace file with its mishaps: it cannot be made, the disk is full, another process holds it, it is
/// damaged. Says in problem() what is wrong. Owned by the store and used on its thread only.
class StoreFile
{
public:
    explicit StoreFile(const StoreOptions &options)
        : m_options(options)
    {
    }

    /// Opens or makes the file; a damaged one is moved aside and a new one begun. When records are kept from
    /// a failed write, they are written now: a disk that is still full leaves the file closed.
    bool open();
    bool isOpen() const { return m_writer.has_value(); }
    const std::string &problem() const { return m_problem; }

    enum class Outcome {
        Written,
        Kept, ///< not yet: the file is closed or busy; the records wait here
        Lost, ///< they cannot be stored
    };
    /// Writes what is kept, or `records` when nothing is. `isHurried`: more come than can be written so.
    Outcome write(std::vector<Record> records, bool isHurried = false);
    bool hasKept() const { return !m_kept.empty(); }
    std::size_t keptCount() const { return m_kept.size(); }
    void dropKept() { m_kept.clear(); }

    /// False: they are not in the file, and problem() says why.
    bool writeTargets(const std::vector<TargetRow> &rows);

    /// One step of indexing. True: call again.
    bool indexSome(int count);
    bool hasUnindexed() const { return m_writer && m_writer->hasUnindexed(); }
    /// One step of pruning. True: call again.
    bool prune(const Limits &limits);
    /// When the oldest record will have to go, some minutes late so that an idle store wakes rarely; max when
    /// never.
    std::chrono::steady_clock::time_point nextExpiry(const Limits &limits) const;

    std::int64_t records() const { return m_writer ? m_writer->records() : 0; }
    std::int64_t bytesOnDisk() const { return m_writer ? m_writer->bytesOnDisk() : 0; }

private:
    bool openOnce(Trouble &trouble);
    /// Notes the problem and closes the file where that is the remedy.
    void suffer(const Error &error, Trouble trouble);
    bool startAfresh();
    /// After an error of the writer that lost no records: a damaged file is replaced.
    void stumble(const Error &error);

    const StoreOptions m_options;
    std::optional<TraceWriter> m_writer;
    std::vector<Record> m_kept;
    std::string m_problem;
    std::string m_warning; ///< about a file that was moved aside; stays while this store lives
};

} // namespace pm::trace
