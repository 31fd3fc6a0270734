// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "trace/target_rows.h"
#include "trace/trace.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pm::trace {

struct StoreOptions
{
    std::string path; ///< database file; its folder is made (0700)
    std::chrono::milliseconds batchInterval{50}; ///< a record waits at most so long for its batch to begin
    std::size_t maxQueuedBytes = 64 * 1024 * 1024; ///< above it bodies are dropped, above twice it records
    std::chrono::hours maxAge{24 * 30};
    std::int64_t maxSize = 2LL * 1024 * 1024 * 1024;
    int zstdLevel = 1;
    /// Called on the store thread with each record before it is written; redaction. May be empty.
    std::function<void(Record &)> prepare;
    std::chrono::milliseconds retryInterval{30'000}; ///< after the file could not be opened or written
};

struct StoreStatus
{
    bool isOpen = false; ///< false: requests go on, nothing is kept
    std::string problem; ///< why not, or what is wrong now ("disk full"); empty when all is well
    std::int64_t records = 0;
    std::int64_t bytesOnDisk = 0;
    std::uint64_t written = 0;       ///< since start
    std::uint64_t droppedBodies = 0; ///< under pressure
    std::uint64_t droppedRecords = 0;
};

/// Keeps records in SQLite on a thread of its own: WAL, prepared statements, batches; bodies zstd. `add` is
/// safe from any thread and never blocks on the disk. A folder that cannot be written, or a full disk, leaves
/// it closed with a problem in status(); it tries again every 30 s.
///
/// What a crash takes: a batch is committed when its pages are written to the WAL, and written is enough for a process
/// that is killed (kill -9 too): the kernel has them. It loses what waits for a batch (batchInterval) and the batch in
/// work; the file stays sound. Nothing waits for the disk at a commit (synchronous=NORMAL), so a slow fsync delays no
/// batch but the one behind a checkpoint: at about every 500 pages the WAL is synced and copied into the file on the
/// store's thread, and what comes meanwhile waits in memory. For as long as that takes a kill loses more; nothing that
/// was committed before. A power cut or a crash of the kernel loses what was committed since the last checkpoint, as the
/// disk's cache has it, and the file stays sound then, too.
class Store
{
public:
    explicit Store(StoreOptions options);
    ~Store(); ///< writes what is queued

    void add(Record record);
    /// What is to be known of these targets at the next start: written soon, as long as the file can be; a later row of
    /// a label takes the place of one that waits. Safe from any thread.
    void keepTargets(std::vector<TargetRow> rows);
    void setLimits(std::chrono::hours maxAge, std::int64_t maxSize);
    StoreStatus status() const;
    /// Called on the store thread when `problem` changes. Set before the first add.
    void onProblem(std::function<void(const std::string &)> callback);
    /// Blocks until everything added before, records and targets, is on disk, at most `timeout`; false when it is not. Waits for
    /// the word index too while the time lasts. For tests and exit.
    bool flush(std::chrono::milliseconds timeout);
    const std::string &path() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace pm::trace
