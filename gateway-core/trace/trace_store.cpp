// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/trace_store.h"

#include "base/background_thread.h"
#include "base/log.h"
#include "trace/packed_body.h"
#include "trace/record_queue.h"
#include "trace/store_file.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace pm::trace {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kBatch = 500; ///< records of one transaction
constexpr int kIndexAtOnce = 100;   ///< prompts indexed between two looks at the queue
/// Full batches come from thousands of requests a second, which need the processor more than a search does:
/// the index waits until none has come for so long.
constexpr std::chrono::milliseconds kCalm{300};
constexpr int kPruneStepsPerBatch = 2; ///< deletes as fast as a full queue writes

} // namespace

/// The thread and what it shares. All but `file` is guarded by `mutex`; the file belongs to the thread alone.
class Store::Private
{
public:
    explicit Private(StoreOptions given);
    void run();
    /// What flush waits for.
    bool isSettled(std::uint64_t upTo) const { return settled >= upTo || !isKeeping; }

    const StoreOptions options;
    mutable std::mutex mutex;
    std::condition_variable wake;     ///< for the thread
    std::condition_variable progress; ///< for flush
    RecordQueue queue;
    Limits limits;
    StoreStatus status;
    std::function<void(const std::string &)> onProblem;
    Steady::time_point firstWaiting; ///< when the queue's oldest record came
    std::uint64_t added = 0;         ///< records that the queue took
    std::uint64_t settled = 0;       ///< of these, written or lost
    int flushing = 0;                ///< callers of flush
    bool isKeeping = true;           ///< false: the file is closed, and records are dropped at once
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
    bool isIndexDue() const;
    void tidy(Lock &lock);
    void publish(Lock &lock);

    StoreFile m_file;
    Steady::time_point m_retryAt;
    Steady::time_point m_calmAt; ///< when indexing may go on
    std::string m_reported;      ///< the problem that onProblem heard last
};

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
    if (!isRetry)
        taken = queue.take(kBatch);
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
    const StoreFile::Outcome outcome = m_file.write(std::move(batch));
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

Store::Store(StoreOptions options)
    : d(std::make_unique<Private>(std::move(options)))
{
    d->thread = std::thread([p = d.get()] {
        becomeBackgroundThread("trace-store");
        p->run();
    });
}

Store::~Store()
{
    {
        const std::lock_guard lock(d->mutex);
        d->isStopping = true;
    }
    d->wake.notify_one();
    d->thread.join();
}

void Store::add(Record record)
{
    bool isWorthWaking = false;
    Parcel parcel(std::move(record));
    {
        const std::lock_guard lock(d->mutex);
        if (!d->isKeeping) {
            d->queue.countDropped(1);
            return;
        }
        const bool wasEmpty = d->queue.isEmpty();
        if (!d->queue.push(std::move(parcel)))
            return;
        ++d->added;
        if (wasEmpty)
            d->firstWaiting = Steady::now();
        isWorthWaking = wasEmpty || d->queue.size() == kBatch;
    }
    if (isWorthWaking)
        d->wake.notify_one();
}

void Store::setLimits(std::chrono::hours maxAge, std::int64_t maxSize)
{
    {
        const std::lock_guard lock(d->mutex);
        d->limits = {maxAge, maxSize};
        d->needsPruning = true;
    }
    d->wake.notify_one();
}

StoreStatus Store::status() const
{
    const std::lock_guard lock(d->mutex);
    StoreStatus status = d->status;
    status.droppedBodies = d->queue.droppedBodies();
    status.droppedRecords = d->queue.droppedRecords();
    return status;
}

void Store::onProblem(std::function<void(const std::string &)> callback)
{
    const std::lock_guard lock(d->mutex);
    d->onProblem = std::move(callback);
}

bool Store::flush(std::chrono::milliseconds timeout)
{
    const auto until = Steady::now() + timeout;
    std::unique_lock lock(d->mutex);
    const std::uint64_t upTo = d->added;
    const std::uint64_t droppedBefore = d->queue.droppedRecords();
    ++d->flushing;
    d->wake.notify_one();
    const bool isSettled = d->progress.wait_until(lock, until, [&] { return d->isSettled(upTo); });
    const bool isKept = isSettled && d->isKeeping && d->queue.droppedRecords() == droppedBefore;
    if (isKept)
        d->progress.wait_until(lock, until, [&] { return d->isIndexed || !d->isKeeping; });
    --d->flushing;
    return isKept;
}

const std::string &Store::path() const
{
    return d->options.path;
}

} // namespace pm::trace
