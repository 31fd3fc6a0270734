// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/secret.h"
#include "redis/redis_connection.h"
#include "redis/redis_url.h"

#include <QHostInfo>
#include <QObject>
#include <QTimer>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pm::redis {

/// A Lua script that the server runs as one step. Sent by its hash, and whole to a server that does not know it.
class Script
{
public:
    explicit Script(std::string_view text);
    const std::string &text() const { return m_text; }
    const std::string &hash() const { return m_hash; } ///< SHA-1, in hex

private:
    std::string m_text;
    std::string m_hash;
};

/// What all clients of one server have to say together. Any thread.
struct Health
{
    std::atomic<int> up{0};                     ///< clients that are connected
    std::atomic<std::uint64_t> commands{0};     ///< answered
    std::atomic<std::uint64_t> failures{0};     ///< not answered in time, or at all
};

/// Commands to one Redis or Valkey server over one connection, pipelined. One per worker: that is the pool. Each command
/// is answered or fails within the timeout; a server that did not answer is left alone until a PING of ours comes back,
/// and until then commands fail at once, so no request waits for it twice. Lives on one thread with an event loop.
class Client : public QObject
{
public:
    using Done = Connection::Done;
    struct Options
    {
        Address address;
        Secret password;                       ///< empty: none is asked for
        std::chrono::milliseconds timeout{250};
        std::shared_ptr<Health> health;        ///< may be null
    };
    static constexpr std::size_t kMaxPending = 10'000; ///< commands under way; more fail at once
    static constexpr std::chrono::milliseconds kFirstRest{100};
    static constexpr std::chrono::milliseconds kLongestRest{5'000}; ///< between two tries to come back

    explicit Client(Options options);
    ~Client() override; ///< whoever still waits is not called any more

    /// `done` is called exactly once while this lives, also from here. Errors: ConnectFailed while the server is away or
    /// too many wait; UpstreamTimeout; UpstreamRejected with the server's words.
    void send(std::vector<std::string> command, Done done);
    void run(const Script &script, const std::vector<std::string> &keys, const std::vector<std::string> &arguments,
             Done done);

    bool isUp() const { return m_state == State::Up; }
    const std::string &problem() const { return m_problem; } ///< why it is not up; empty before the first failure

private:
    enum class State {
        Connecting, ///< for the first time: commands wait their timeout for it
        Up,
        Down,       ///< commands fail at once
    };
    struct Waiting
    {
        Done done;
        SteadyTime deadline;
        std::vector<std::string> unsent; ///< while the host's name is being looked up
    };

    void open();
    void openAt(const QHostInfo &found);
    void greet();
    void proved(const Result<Reply> &answer);
    void fell(const std::string &why);
    void transmit(std::uint64_t id, const std::vector<std::string> &command);
    void answered(std::uint64_t id, Result<Reply> answer);
    void checkDeadlines();
    void failAll(const Error &error);

    Options m_options;
    State m_state = State::Connecting;
    std::string m_problem;
    Connection *m_connection = nullptr;       ///< ours; dies by deleteLater(), for we may be called from within it
    std::unordered_map<std::uint64_t, Waiting> m_waiting;
    std::deque<std::uint64_t> m_order;        ///< of m_waiting, by deadline
    std::uint64_t m_next = 0;
    std::chrono::milliseconds m_rest = kFirstRest;
    int m_lookup = 0;
    QTimer m_deadlines;
    QTimer m_comeBack;
    QTimer m_proof; ///< how long the greeting may take
};

} // namespace pm::redis
