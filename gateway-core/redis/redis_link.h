// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis/redis_client.h"

#include <QThread>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace pm::redis {

/// A Client on a thread of its own, for callers on any thread. What each of several threads asks goes out on one
/// connection, one behind the other, so that none of them waits for another's answer.
class Link
{
public:
    using Done = Client::Done;

    /// On which thread `done` is called.
    enum class Answers {
        ToCaller, ///< the one that asked, from its event loop; where that has none, ours
        Here,     ///< always ours: for those who may wait for the answer
    };
    explicit Link(Client::Options options, Answers answers = Answers::ToCaller);
    ~Link(); ///< whoever still waits is not called any more

    /// As Client::send and Client::run, from any thread; `done` is never called before they return.
    void send(std::vector<std::string> command, Done done);
    void run(std::shared_ptr<const Script> script, std::vector<std::string> keys, std::vector<std::string> arguments,
             Done done);

    bool isUp() const { return m_health->up.load(std::memory_order_relaxed) > 0; }
    std::string problem() const; ///< why it is not up, or was not when it was last tried; empty when all is well
    const Health &health() const { return *m_health; }

private:
    template <typename Ask>
    void ask(Ask ask, Done done);
    void noteProblem();

    Answers m_answers;
    std::shared_ptr<Health> m_health;
    QThread m_thread;
    std::unique_ptr<QObject> m_foothold; ///< lives on the thread; where work for it is sent
    std::unique_ptr<Client> m_client;    ///< made, used and destroyed on the thread
    mutable std::mutex m_mutex;
    std::string m_problem; ///< guarded by m_mutex
};

} // namespace pm::redis
