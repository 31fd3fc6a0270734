// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/socket_watch.h"

#include <algorithm>

namespace pm::http {

void SocketWatch::soon(Task &task)
{
    if (std::find(m_tasks.begin(), m_tasks.end(), &task) != m_tasks.end())
        return;
    m_tasks.push_back(&task);
    if (m_turns == 0)
        post();
}

void SocketWatch::drop(const Task &task)
{
    std::erase(m_tasks, &task);
    std::replace(m_running.begin(), m_running.end(), const_cast<Task *>(&task), static_cast<Task *>(nullptr));
}

void SocketWatch::post()
{
    if (m_isPosted)
        return;
    m_isPosted = true;
    QMetaObject::invokeMethod(
        &m_poster,
        [this] {
            m_isPosted = false;
            const Turn turn(*this);
        },
        Qt::QueuedConnection);
}

/// A task may call for others: a request goes out, and the answer is refused at once. Those that would go on
/// for ever wait for the event loop, which has sockets to look at.
void SocketWatch::runTasks()
{
    constexpr int kMostRounds = 4;
    if (m_isRunning)
        return;
    m_isRunning = true;
    for (int round = 0; round < kMostRounds && !m_tasks.empty(); ++round) {
        m_running.swap(m_tasks);
        for (std::size_t i = 0; i < m_running.size(); ++i) {
            if (Task *task = m_running[i])
                task->runSoon();
        }
        m_running.clear();
    }
    m_isRunning = false;
    if (!m_tasks.empty())
        post();
}

} // namespace pm::http
