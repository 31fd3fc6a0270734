// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "source.h"

#include <QObject>
#include <QPointer>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace pm::ui {

/// Asks the trace store on a thread of its own, so that no disk read ever holds the GUI thread. Jobs run in
/// order; their answers come back on the GUI thread and are dropped when who asked is gone. Bounded: beyond
/// kMaxQueued a new question is answered at once with an error. Lives on the GUI thread; its destructor waits
/// for the job in work.
class StoreWorker : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t kMaxQueued = 64;

    using Open = std::function<Result<std::unique_ptr<TraceReader>>()>;
    explicit StoreWorker(Open open, QObject *parent = nullptr);
    ~StoreWorker() override;

    /// Runs `job` on the worker, then `done` with its result here, if `asker` still lives.
    template <typename T>
    void ask(QObject *asker, std::function<Result<T>(TraceReader &)> job, std::function<void(Result<T>)> done)
    {
        auto answer =
            std::make_shared<Result<T>>(fail(ErrorKind::Storage, "the trace store is busy; try again"));
        Task task;
        task.work = [job = std::move(job), answer](const Opened &opened) {
            *answer = opened ? job(**opened) : Result<T>(fail(opened.error()));
        };
        task.finish = [asker = QPointer<QObject>(asker), done = std::move(done), answer] {
            if (asker)
                done(std::move(*answer));
        };
        post(std::move(task));
    }

private:
    using Opened = Result<std::unique_ptr<TraceReader>>;
    struct Task
    {
        std::function<void(const Opened &)> work; ///< on the worker
        std::function<void()> finish;             ///< on the GUI thread
    };

    void post(Task task);
    void run();
    void collect();

    Open m_open;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Task> m_waiting; ///< guarded by m_mutex
    std::vector<std::function<void()>>
        m_finished;          ///< guarded by m_mutex; made and destroyed on the GUI thread only
    bool m_stopping = false; ///< guarded by m_mutex
    std::thread m_thread;
};

} // namespace pm::ui
