// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>
#include <vector>

namespace pm::http {

/// Tells when sockets can be read or written, from the event loop of the thread that made it. A worker has
/// one for its clients' and its providers' sockets.
class SocketWatch
{
public:
    enum Event : unsigned {
        Read = 1,
        Write = 2,
        Gone =
            4, ///< the peer sends no more, also while nobody reads. Notifiers cannot tell: there, Read does
    };

    /// Who is told. Must take its sockets off the watch before it goes.
    class User
    {
    public:
        virtual void socketReady(qintptr socket, unsigned events) = 0;

    protected:
        ~User() = default;
    };

    /// What is to be done before the event loop waits again, once for all sockets that were ready.
    class Task
    {
    public:
        virtual void runSoon() = 0;

    protected:
        ~Task() = default;
    };

    SocketWatch() = default;
    SocketWatch(const SocketWatch &) = delete;
    SocketWatch &operator=(const SocketWatch &) = delete;
    virtual ~SocketWatch() = default;

    /// `wanted` is a set of events; with none the user is forgotten.
    virtual void set(qintptr socket, unsigned wanted, User *user) = 0;
    /// The socket is new, and forget() will be called before it is closed. Only such sockets may be watched
    /// with fewer system calls, and told apart from those that have their number later.
    virtual void adopt(qintptr socket) = 0;
    virtual void forget(qintptr socket) = 0;

    /// Calls runSoon() of the task: behind the sockets that are ready now, or at the next turn of the event
    /// loop. Never from here.
    void soon(Task &task);
    /// The task goes.
    void drop(const Task &task);

protected:
    /// Stands around the calls of socketReady(); the tasks run when it ends.
    class Turn
    {
    public:
        explicit Turn(SocketWatch &watch)
            : m_watch(watch)
        {
            ++m_watch.m_turns;
        }
        Turn(const Turn &) = delete;
        Turn &operator=(const Turn &) = delete;
        ~Turn()
        {
            m_watch.runTasks();
            --m_watch.m_turns;
        }

    private:
        SocketWatch &m_watch;
    };

private:
    void post();
    void runTasks();

    std::vector<Task *> m_tasks;
    std::vector<Task *> m_running; ///< null: dropped
    QObject m_poster;
    int m_turns = 0;
    bool m_isPosted = false;
    bool m_isRunning = false;
};

/// One QSocketNotifier for each socket and direction: everywhere.
std::unique_ptr<SocketWatch> watchByNotifiers();

/// One epoll set behind a single QSocketNotifier: Linux, elsewhere the same as watchByNotifiers. Qt's event
/// loop asks poll() about every notifier at every turn; with a thousand open streams that is a third of the
/// cost of a piece.
std::unique_ptr<SocketWatch> watchByEpoll();

} // namespace pm::http
