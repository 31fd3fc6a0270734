// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mock_upstream_replies.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

namespace mock {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

struct Settings
{
    int port = 0;     ///< 0 picks a free one
    long events = 20; ///< content events of a stream
    long rate = 0;    ///< events a second, 0 all at once
    long delayMs = 0; ///< before each answer
};

/// One answer under way.
struct Answer
{
    const Replies *replies = nullptr;
    bool stream = false;
    bool headSent = false;
    long left = 0; ///< events still to come
    microseconds gap{0};
};

struct Connection
{
    int socket = -1;
    unsigned serial = 0; ///< tells a timer whether the connection it was for is still this one
    std::string in;
    std::string out;
    std::size_t written = 0;
    bool waitsForRoom = false;
    bool answering = false;
    Answer answer;
    Clock::time_point due;
};

struct Timer
{
    Clock::time_point due;
    int socket;
    unsigned serial;
    bool operator<(const Timer &other) const { return due > other.due; } // the earliest on top
};

/// Answers on the loopback address; see mock_upstream.cpp for what. One thread.
class Server
{
public:
    explicit Server(const Settings &settings)
        : m_settings(settings)
    {
    }

    /// Prints "listening on PORT". False, with errno set, when it cannot.
    bool listen();
    [[noreturn]] void run();

private:
    void acceptAll();
    void readFrom(Connection &connection);
    void takeRequests(Connection &connection);
    void begin(Connection &connection, std::string_view path, std::string_view body);
    void proceed(Connection &connection);
    void wait(Connection &connection, microseconds pause);
    bool flush(Connection &connection);
    void drop(Connection &connection);
    void fireTimers();
    int waitMillis() const;

    Settings m_settings;
    int m_listener = -1;
    int m_epoll = -1;
    unsigned m_serial = 0;
    std::vector<std::unique_ptr<Connection>> m_connections; // by socket number
    std::priority_queue<Timer> m_timers;
};

} // namespace mock
