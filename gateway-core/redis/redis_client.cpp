// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redis_client.h"

#include <QCryptographicHash>
#include <QHostAddress>

#include <algorithm>

namespace pm::redis {

Script::Script(std::string_view text)
    : m_text(text),
      m_hash(QCryptographicHash::hash(QByteArray(text.data(), static_cast<qsizetype>(text.size())),
                                      QCryptographicHash::Sha1)
                 .toHex()
                 .toStdString())
{
}

Client::Client(Options options) : m_options(std::move(options))
{
    for (QTimer *timer : {&m_deadlines, &m_comeBack, &m_proof})
        timer->setSingleShot(true);
    connect(&m_deadlines, &QTimer::timeout, this, &Client::checkDeadlines);
    connect(&m_comeBack, &QTimer::timeout, this, &Client::open);
    connect(&m_proof, &QTimer::timeout, this, [this] {
        fell("no answer within " + std::to_string(m_options.timeout.count()) + " ms");
    });
    open();
}

Client::~Client()
{
    if (m_lookup)
        QHostInfo::abortHostLookup(m_lookup);
    if (m_state == State::Up && m_options.health)
        m_options.health->up.fetch_sub(1, std::memory_order_relaxed);
    delete m_connection;
}

/// hiredis would look the name up without letting anything else run.
void Client::open()
{
    m_proof.start(m_options.timeout);
    const QString host = QString::fromStdString(m_options.address.host);
    if (!QHostAddress(host).isNull())
        return openAt([&] {
            QHostInfo known;
            known.setAddresses({QHostAddress(host)});
            return known;
        }());
    m_lookup = QHostInfo::lookupHost(host, this, [this](const QHostInfo &found) {
        m_lookup = 0;
        openAt(found);
    });
}

void Client::openAt(const QHostInfo &found)
{
    if (found.addresses().isEmpty())
        return fell("its host " + m_options.address.host + " is not known");
    auto *opened = new Connection(found.addresses().first().toString().toStdString(), m_options.address.port,
                                  [this](const std::string &why) { fell(why); });
    m_connection = opened;
    greet();
    for (const std::uint64_t id : std::deque<std::uint64_t>(m_order)) {
        const auto waiting = m_waiting.find(id);
        if (waiting != m_waiting.end() && m_connection)
            transmit(id, std::exchange(waiting->second.unsent, {}));
    }
}

/// Who we are and which database we mean, and a PING as the proof that it serves.
void Client::greet()
{
    const auto must = [this, from = m_connection](const Result<Reply> &answer) {
        if (!answer && m_connection == from)
            fell(answer.error().message);
    };
    if (!m_options.password.isEmpty()) {
        std::vector<std::string> command{"AUTH"};
        if (!m_options.address.user.empty())
            command.push_back(m_options.address.user);
        command.emplace_back(m_options.password.reveal());
        m_connection->send(command, must);
    }
    if (m_connection && m_options.address.database > 0)
        m_connection->send({"SELECT", std::to_string(m_options.address.database)}, must);
    if (m_connection) {
        m_connection->send({"PING"}, [this, from = m_connection](const Result<Reply> &answer) {
            if (m_connection == from)
                proved(answer);
        });
    }
}

void Client::proved(const Result<Reply> &answer)
{
    if (!answer)
        return fell(answer.error().message);
    m_proof.stop();
    m_rest = kFirstRest;
    m_problem.clear();
    if (m_state != State::Up && m_options.health)
        m_options.health->up.fetch_add(1, std::memory_order_relaxed);
    m_state = State::Up;
}

void Client::fell(const std::string &why)
{
    if (m_state == State::Up && m_options.health)
        m_options.health->up.fetch_sub(1, std::memory_order_relaxed);
    m_state = State::Down;
    m_problem = "Redis at " + m_options.address.host + ":" + std::to_string(m_options.address.port) + ": " + why;
    m_proof.stop();
    if (m_lookup) {
        QHostInfo::abortHostLookup(m_lookup);
        m_lookup = 0;
    }
    if (m_connection)
        std::exchange(m_connection, nullptr)->deleteLater();
    m_comeBack.start(m_rest);
    m_rest = std::min(m_rest * 2, kLongestRest);
    failAll({ErrorKind::ConnectFailed, m_problem});
}

void Client::failAll(const Error &error)
{
    m_order.clear();
    m_deadlines.stop();
    const auto waiting = std::exchange(m_waiting, {});
    if (m_options.health)
        m_options.health->failures.fetch_add(waiting.size(), std::memory_order_relaxed);
    for (const auto &[id, each] : waiting)
        each.done(fail(error));
}

void Client::send(std::vector<std::string> command, Done done)
{
    const bool isFull = m_waiting.size() >= kMaxPending;
    if (m_state == State::Down || isFull) {
        if (m_options.health)
            m_options.health->failures.fetch_add(1, std::memory_order_relaxed);
        return done(fail(ErrorKind::ConnectFailed, isFull ? "too many commands wait for Redis" : m_problem));
    }
    const std::uint64_t id = m_next++;
    Waiting &waiting = m_waiting[id];
    waiting = {std::move(done), std::chrono::steady_clock::now() + m_options.timeout, {}};
    m_order.push_back(id);
    if (!m_deadlines.isActive())
        m_deadlines.start(m_options.timeout);
    if (m_connection)
        transmit(id, command);
    else
        waiting.unsent = std::move(command);
}

void Client::transmit(std::uint64_t id, const std::vector<std::string> &command)
{
    m_connection->send(command, [this, id](Result<Reply> answer) { answered(id, std::move(answer)); });
}

void Client::answered(std::uint64_t id, Result<Reply> answer)
{
    const auto found = m_waiting.find(id);
    if (found == m_waiting.end())
        return; // too late, or given up
    const Done done = std::move(found->second.done);
    m_waiting.erase(found);
    if (m_options.health) {
        const bool isAnswered = answer || answer.error().kind == ErrorKind::UpstreamRejected;
        (isAnswered ? m_options.health->commands : m_options.health->failures).fetch_add(1, std::memory_order_relaxed);
    }
    done(std::move(answer));
}

void Client::run(const Script &script, const std::vector<std::string> &keys, const std::vector<std::string> &arguments,
                 Done done)
{
    std::vector<std::string> rest{std::to_string(keys.size())};
    rest.insert(rest.end(), keys.begin(), keys.end());
    rest.insert(rest.end(), arguments.begin(), arguments.end());
    std::vector<std::string> command{"EVALSHA", script.hash()};
    command.insert(command.end(), rest.begin(), rest.end());
    send(std::move(command), [this, text = script.text(), rest, done = std::move(done)](Result<Reply> answer) {
        const bool isUnknown = !answer && answer.error().message.starts_with("NOSCRIPT");
        if (!isUnknown)
            return done(std::move(answer));
        std::vector<std::string> whole{"EVAL", text};
        whole.insert(whole.end(), rest.begin(), rest.end());
        send(std::move(whole), done);
    });
}

/// All have the same timeout, so the first in order is the first to be late. One that is late says that the server does
/// not serve: the others would be late too.
void Client::checkDeadlines()
{
    while (!m_order.empty() && !m_waiting.contains(m_order.front()))
        m_order.pop_front();
    if (m_order.empty())
        return;
    const auto left = m_waiting.at(m_order.front()).deadline - std::chrono::steady_clock::now();
    if (left > std::chrono::nanoseconds(0)) {
        m_deadlines.start(std::chrono::ceil<std::chrono::milliseconds>(left));
        return;
    }
    fell("no answer within " + std::to_string(m_options.timeout.count()) + " ms");
}

} // namespace pm::redis
