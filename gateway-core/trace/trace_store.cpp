// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/trace_store.h"

#include "base/background_thread.h"
#include "trace/trace_store_thread.h"

namespace pm::trace {

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
            d->firstWaiting = std::chrono::steady_clock::now();
        isWorthWaking = wasEmpty || d->queue.size() == Private::kBatch;
    }
    if (isWorthWaking)
        d->wake.notify_one();
}

void Store::keepTargets(std::vector<TargetRow> rows)
{
    if (rows.empty())
        return;
    {
        const std::lock_guard lock(d->mutex);
        for (TargetRow &row : rows) {
            if (d->targets.size() < kMostTargetRows || d->targets.count(row.label) > 0)
                d->targets.insert_or_assign(row.label, std::move(row));
        }
    }
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
    const auto until = std::chrono::steady_clock::now() + timeout;
    std::unique_lock lock(d->mutex);
    const std::uint64_t upTo = d->added;
    const std::uint64_t droppedBefore = d->queue.droppedRecords();
    ++d->flushing;
    d->wake.notify_one();
    const bool isSettled = d->progress.wait_until(lock, until, [&] { return d->isSettled(upTo); });
    const bool isKept = isSettled && d->isKeeping && d->queue.droppedRecords() == droppedBefore;
    if (isKept)
        d->progress.wait_until(lock, until, [&] { return d->areTargetsWritten() && (d->isIndexed || !d->isKeeping); });
    --d->flushing;
    return isKept;
}

const std::string &Store::path() const
{
    return d->options.path;
}

} // namespace pm::trace
