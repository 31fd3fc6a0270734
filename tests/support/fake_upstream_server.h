// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fake_upstream.h"

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace pm::test {

/// One thing to do on a connection, after a pause.
struct Step
{
    enum class Then { Go, Close, Reset, Stall, Finish };

    std::chrono::milliseconds pause{0};
    std::string bytes;
    Then then = Then::Go; ///< Finish: the next request may be read
};

/// The steps that play `scenario`.
std::deque<Step> stepsOf(const Scenario &scenario);

/// The loop behind FakeUpstream: poll() over the connections, each with its steps. What the mutex guards is
/// shared with the test's threads, everything else belongs to the server's thread.
class FakeUpstream::Server
{
public:
    explicit Server(Scenario byDefault);
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;
    ~Server();

    /// Ends a running poll().
    void wake();

    mutable std::mutex mutex;
    Scenario byDefault;                                     // mutex
    std::map<std::string, Scenario> byPath;                 // mutex
    std::deque<Scenario> next;                              // mutex
    std::map<std::string, std::deque<Scenario>> nextByPath; // mutex
    std::vector<SeenRequest> seen;                          // mutex
    std::atomic<int> port{0};
    std::atomic<int> accepted{0};
    std::atomic<int> open{0};
    std::atomic<long long> bytesSent{0};
    std::atomic<bool> closeIdle{false};

private:
    using Time = std::chrono::steady_clock::time_point;

    struct Connection
    {
        int socket = -1;
        int number = 0;
        std::string in;
        std::deque<Step> steps;
        std::size_t written = 0; // of the first step's bytes
        Time due;                // when the first step may begin
        bool stalled = false;
    };

    void run();
    int waitMillis(Time now) const;
    void acceptAll();
    void read(Connection &connection);
    bool takeRequest(Connection &connection);
    Scenario choose(const SeenRequest &request);
    void advance(Connection &connection, Time now);
    void finishStep(Connection &connection, Step::Then then);
    void close(Connection &connection, bool reset);

    int m_listener = -1;
    int m_wake[2] = {-1, -1};
    std::atomic<bool> m_stop{false};
    std::vector<Connection> m_connections;
    std::thread m_thread;
};

} // namespace pm::test
