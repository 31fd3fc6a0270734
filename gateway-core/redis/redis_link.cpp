// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redis_link.h"

#include <QAbstractEventDispatcher>
#include <QPointer>

namespace pm::redis {

namespace {

/// Brings an answer to the thread that asked, while that lives.
Client::Done onThisThread(Client::Done done)
{
    auto *home = QAbstractEventDispatcher::instance();
    if (!home)
        return done;
    return [home = QPointer<QObject>(home), done = std::move(done)](Result<Reply> answer) {
        if (!home)
            return;
        QMetaObject::invokeMethod(
            home, [done, answer = std::move(answer)]() mutable { done(std::move(answer)); }, Qt::QueuedConnection);
    };
}

} // namespace

Link::Link(Client::Options options, Answers answers)
    : m_answers(answers),
      m_health(options.health ? options.health : std::make_shared<Health>()), m_foothold(std::make_unique<QObject>())
{
    options.health = m_health;
    m_thread.setObjectName(QStringLiteral("redis"));
    m_foothold->moveToThread(&m_thread);
    m_thread.start();
    QMetaObject::invokeMethod(
        m_foothold.get(), [this, options] { m_client = std::make_unique<Client>(options); }, Qt::QueuedConnection);
}

Link::~Link()
{
    QMetaObject::invokeMethod(m_foothold.get(), [this] { m_client.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

template <typename Ask>
void Link::ask(Ask ask, Done done)
{
    QMetaObject::invokeMethod(
        m_foothold.get(),
        [this, ask = std::move(ask), done = m_answers == Answers::Here ? std::move(done) : onThisThread(std::move(done))]() mutable {
            if (!m_client)
                return; // it is going away
            ask(*m_client, [this, done = std::move(done)](Result<Reply> answer) {
                noteProblem();
                done(std::move(answer));
            });
        },
        Qt::QueuedConnection);
}

void Link::noteProblem()
{
    const std::lock_guard lock(m_mutex);
    if (m_problem != m_client->problem())
        m_problem = m_client->problem();
}

void Link::send(std::vector<std::string> command, Done done)
{
    ask([command = std::move(command)](Client &client, Done then) mutable {
        client.send(std::move(command), std::move(then));
    }, std::move(done));
}

void Link::run(std::shared_ptr<const Script> script, std::vector<std::string> keys, std::vector<std::string> arguments,
               Done done)
{
    ask([script = std::move(script), keys = std::move(keys), arguments = std::move(arguments)](Client &client, Done then) {
        client.run(*script, keys, arguments, std::move(then));
    }, std::move(done));
}

std::string Link::problem() const
{
    if (isUp())
        return {};
    const std::lock_guard lock(m_mutex);
    return m_problem.empty() ? "Redis is not connected yet" : m_problem;
}

} // namespace pm::redis
