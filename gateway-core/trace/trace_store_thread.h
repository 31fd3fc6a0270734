// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/record_queue.h"
#include "trace/store_file.h"
#include "trace/trace_store.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace pm::trace {

/// The store's thread and what it shares with the callers of Store. All but `options` and the private members
/// is guarded by `mutex`; those belong to the thread alone.
class Store::Private
{
public:
    explicit Private(StoreOptions given);
    void run();
    /// What flush waits for.
    bool isSettled(std::uint64_t upTo) const { return settled >= upTo || !isKeeping; }

    bool areTargetsWritten() const { return (targets.empty() && !isWritingTargets) || !isKeeping; }

    static constexpr std::size_t kBatch = 500;         ///< records of one transaction
    static constexpr std::size_t kHurriedBatch = 2000; ///< while more come than are written

    const StoreOptions options;
    mutable std::mutex mutex;
    std::condition_variable wake;     ///< for the thread
    std::condition_variable progress; ///< for flush
    RecordQueue queue;
    Limits limits;
    StoreStatus status;
    std::function<void(const std::string &)> onProblem;
    std::chrono::steady_clock::time_point firstWaiting; ///< when the queue's oldest record came
    std::uint64_t added = 0;                            ///< records that the queue took
    std::uint64_t settled = 0;                          ///< of these, written or lost
    std::map<std::string, TargetRow> targets;           ///< that wait to be written, by label
    bool isWritingTargets = false;
    int flushing = 0;                                   ///< callers of flush
    bool isKeeping = true; ///< false: the file is closed, and records are dropped at once
    bool isIndexed = false;
    bool needsPruning = true;
    bool isStopping = false;
    std::thread thread;

private:
    using Lock = std::unique_lock<std::mutex>;
    bool isBatchDue() const;
    void waitForWork(Lock &lock);
    void openFile(Lock &lock);
    void writeBatch(Lock &lock);
    bool areTargetsDue() const;
    void writeTargets(Lock &lock);
    bool isIndexDue() const;
    void tidy(Lock &lock);
    void publish(Lock &lock);

    StoreFile m_file;
    std::chrono::steady_clock::time_point m_retryAt;
    std::chrono::steady_clock::time_point m_targetsAt; ///< when they may be tried again
    std::chrono::steady_clock::time_point m_calmAt; ///< when indexing may go on
    std::string m_reported;                         ///< the problem that onProblem heard last
};

} // namespace pm::trace
