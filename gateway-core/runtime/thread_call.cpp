// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/thread_call.h"

#include <QMetaObject>
#include <QObject>

#include <condition_variable>
#include <memory>
#include <mutex>

namespace pm {

namespace {

struct Parcel
{
    std::mutex mutex;
    std::condition_variable opened;
    std::function<void()> work; ///< guarded by mutex
    bool isDone = false;        ///< guarded by mutex
};

void open(Parcel &parcel)
{
    std::function<void()> work;
    {
        const std::lock_guard lock(parcel.mutex);
        work = std::move(parcel.work);
    }
    work();
    work = nullptr; // what it holds dies here, not when the sender looks
    const std::lock_guard lock(parcel.mutex);
    parcel.isDone = true;
    parcel.opened.notify_all();
}

// Not inlined: tests/tsan.supp names it for the one access that goes by Qt's queue.
[[gnu::noinline]] void handParcel(QObject *receiver, std::shared_ptr<Parcel> parcel)
{
    QMetaObject::invokeMethod(receiver, [parcel = std::move(parcel)] { open(*parcel); }, Qt::QueuedConnection);
}

} // namespace

void postTo(QObject *receiver, std::function<void()> work)
{
    auto parcel = std::make_shared<Parcel>();
    {
        const std::lock_guard lock(parcel->mutex);
        parcel->work = std::move(work);
    }
    handParcel(receiver, std::move(parcel));
}

void runOn(QObject *receiver, std::function<void()> work)
{
    auto parcel = std::make_shared<Parcel>();
    std::unique_lock lock(parcel->mutex);
    parcel->work = std::move(work);
    lock.unlock();
    handParcel(receiver, parcel);
    lock.lock();
    parcel->opened.wait(lock, [&] { return parcel->isDone; });
}

} // namespace pm
