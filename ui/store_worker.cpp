// SPDX-License-Identifier: GPL-3.0-or-later
#include "store_worker.h"

#include <QMetaObject>

namespace pm::ui {

StoreWorker::StoreWorker(Open open, QObject *parent)
    : QObject(parent)
    , m_open(std::move(open))
    , m_thread([this] { run(); })
{
}

StoreWorker::~StoreWorker()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void StoreWorker::post(Task task)
{
    bool full = false;
    {
        const std::lock_guard lock(m_mutex);
        full = m_waiting.size() >= kMaxQueued;
        if (full)
            m_finished.push_back(std::move(task.finish));
        else
            m_waiting.push_back(std::move(task));
    }
    if (full)
        QMetaObject::invokeMethod(this, &StoreWorker::collect, Qt::QueuedConnection);
    else
        m_wake.notify_one();
}

void StoreWorker::run()
{
    Opened reader = m_open();
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait(lock, [this] { return m_stopping || !m_waiting.empty(); });
        if (m_stopping)
            return;
        Task task = std::move(m_waiting.front());
        m_waiting.pop_front();
        lock.unlock();
        if (!reader)
            reader = m_open(); // a disk that was full, or a file that was not there yet, may be well by now
        task.work(reader);
        task.work = nullptr;
        lock.lock();
        // Handed over whole: the guard inside is only looked at, and only dies, on the GUI thread.
        m_finished.push_back(std::move(task.finish));
        QMetaObject::invokeMethod(this, &StoreWorker::collect, Qt::QueuedConnection);
    }
}

void StoreWorker::collect()
{
    std::vector<std::function<void()>> finished;
    {
        const std::lock_guard lock(m_mutex);
        finished.swap(m_finished);
    }
    for (const auto &finish : finished)
        finish();
}

} // namespace pm::ui

#include "moc_store_worker.cpp"
