// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/trace_store_thread.h"

#include "base/log.h"
#include "trace/packed_body.h"

#include <utility>

namespace pm::trace {

namespace {

using Steady = std::chrono::steady_clock;

constexpr int kIndexAtOnce = 100;   ///< prompts indexed between two looks at the queue
/// Full batches come from thousands of requests a second, which need the processor more than a search does:
/// the index waits until none has come for so long.
constexpr std::chrono::milliseconds kCalm{300};
constexpr int kPruneStepsPerBatch = 2; ///< deletes as fast as a full queue writes

} // namespace

Store::Private::Private(StoreOptions given)
    : options(std::move(given))
    , queue(options.maxQueuedBytes)
    , limits{options.maxAge, options.maxSize}
    , m_file(options)
{
}

void Store::Private::run()
{
    Lock lock(mutex);
    openFile(lock);
    while (true) {
        if (m_file.isOpen() && (m_file.hasKept() || isBatchDue()))
            writeBatch(lock);
        else if (m_file.isOpen() && areTargetsDue())
            writeTargets(lock);
        else if (isStopping)
            return;
        else if (!m_file.isOpen() && Steady::now() >= m_retryAt)
            openFile(lock);
        else if (m_file.isOpen() &&
                 (isIndexDue() || needsPruning || Steady::now() >= m_file.nextExpiry(limits)))
            tidy(lock);
        else
            waitForWork(lock);
    }
}

bool Store::Private::isBatchDue() const
{
    if (queue.isEmpty())
        return false;
    return isStopping || flushing > 0 || queue.size() >= kBatch ||
           Steady::now() >= firstWaiting + options.batchInterval;
}

bool Store::Private::isIndexDue() const
{
    return !isIndexed && (flushing > 0 || Steady::now() >= m_calmAt);
}

/// Until somebody wakes the thread or something falls due. An idle store has nothing due but the age of its
/// oldest record.
void Store::Private::waitForWork(Lock &lock)
{
    Steady::time_point due = m_retryAt;
    if (m_file.isOpen()) {
        due = queue.isEmpty() ? m_file.nextExpiry(limits) : firstWaiting + options.batchInterval;
        if (!isIndexed)
            due = std::min(due, m_calmAt);
        if (!targets.empty())
            due = std::min(due, m_targetsAt);
    }
    if (due == Steady::time_point::max())
        wake.wait(lock);
    else
        wake.wait_until(lock, due);
}

void Store::Private::openFile(Lock &lock)
{
    const std::size_t kept = m_file.keptCount();
    lock.unlock();
    m_file.open();
    lock.lock();
    if (kept > 0 && !m_file.hasKept()) {
        status.written += kept;
        settled += kept;
        queue.release();
    }
    needsPruning = true;
    publish(lock);
}

void Store::Private::writeBatch(Lock &lock)
{
    const bool isRetry = m_file.hasKept();
    std::vector<std::unique_ptr<Record>> taken;
    // More than one batch waits: a larger one costs less a record.
    const bool isHurried = !isRetry && queue.size() >= 2 * kBatch;
    if (!isRetry)
        taken = queue.take(isHurried ? kHurriedBatch : kBatch);
    const std::size_t count = isRetry ? m_file.keptCount() : taken.size();
    const Limits current = limits;
    if (count >= kBatch)
        m_calmAt = Steady::now() + kCalm;
    lock.unlock();
    std::vector<Record> batch;
    batch.reserve(taken.size());
    for (const auto &record : taken) {
        unpack(record->detail);
        if (options.prepare)
            options.prepare(*record);
        batch.push_back(std::move(*record));
    }
    taken.clear();
    const StoreFile::Outcome outcome = m_file.write(std::move(batch), isHurried);
    // Here and not only when there is time: a store that never rests must not outgrow its limit.
    bool more = outcome == StoreFile::Outcome::Written;
    for (int step = 0; more && m_file.isOpen() && step < kPruneStepsPerBatch; ++step)
        more = m_file.prune(current);
    lock.lock();
    needsPruning = needsPruning || more;
    if (outcome == StoreFile::Outcome::Written)
        status.written += count;
    const bool isLost =
        outcome == StoreFile::Outcome::Lost || (outcome == StoreFile::Outcome::Kept && isStopping);
    if (isLost) {
        m_file.dropKept();
        queue.countDropped(count);
    }
    if (isLost || outcome == StoreFile::Outcome::Written) {
        settled += count;
        queue.release();
    }
    publish(lock);
}

bool Store::Private::areTargetsDue() const
{
    return !targets.empty() && (isStopping || flushing > 0 || Steady::now() >= m_targetsAt);
}

void Store::Private::writeTargets(Lock &lock)
{
    std::vector<TargetRow> rows;
    for (auto &[label, row] : targets)
        rows.push_back(std::move(row));
    targets.clear();
    isWritingTargets = true;
    lock.unlock();
    const bool isWritten = m_file.writeTargets(rows);
    lock.lock();
    isWritingTargets = false;
    if (!isWritten && !isStopping && flushing == 0) {
        m_targetsAt = Steady::now() + options.retryInterval;
        for (TargetRow &row : rows)
            targets.try_emplace(row.label, std::move(row)); // newer ones may have come
    }
    publish(lock);
}

/// A step of pruning and of indexing, when no batch is due.
void Store::Private::tidy(Lock &lock)
{
    const Limits current = limits;
    needsPruning = false;
    const bool mayIndex = isIndexDue();
    lock.unlock();
    const bool more = m_file.prune(current);
    if (mayIndex && m_file.hasUnindexed())
        m_file.indexSome(kIndexAtOnce);
    lock.lock();
    needsPruning = needsPruning || more;
    publish(lock);
}

/// Brings the shared state up to date and tells of a problem that is new. The callback runs without the lock.
void Store::Private::publish(Lock &lock)
{
    isKeeping = m_file.isOpen();
    isIndexed = !m_file.hasUnindexed();
    if (!isKeeping) {
        settled += queue.dropAll();
        m_retryAt = Steady::now() + options.retryInterval;
    }
    status.isOpen = isKeeping;
    status.problem = m_file.problem();
    status.records = m_file.records();
    status.bytesOnDisk = m_file.bytesOnDisk();
    progress.notify_all();
    if (status.problem == m_reported)
        return;
    m_reported = status.problem;
    const auto callback = onProblem;
    lock.unlock();
    if (!m_reported.empty())
        log::warning("traces: " + m_reported);
    if (callback)
        callback(m_reported);
    lock.lock();
}

} // namespace pm::trace
