// SPDX-License-Identifier: GPL-3.0-or-later
//
// mock_upstream [--port N] [--events N] [--rate N] [--delay MS]
//
// The provider that the bench measures against: one thread, epoll, HTTP/1.1 with keep-alive, constant
// answers. Made to cost next to nothing, so that what is measured is what stands before it. Prints "listening
// on PORT" once it does.
//
// Anthropic's shape on paths with "/messages", OpenAI's on all others. A body with "stream":true is answered
// by a stream of --events content events, --rate of them a second (0: all at once). --delay holds back each
// answer. The query of a request overrides all three: /v1/chat/completions?events=100&rate=50&delay=20.
#include "mock_upstream_replies.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

struct Settings
{
    int port = 0;
    long events = 20;
    long rate = 0;
    long delayMs = 0;
};

/// One answer under way.
struct Answer
{
    const mock::Replies *replies = nullptr;
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

long numberAfter(std::string_view text, std::string_view key, long otherwise)
{
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos)
        return otherwise;
    const std::string_view digits = text.substr(at + key.size());
    long number = otherwise;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

/// Case of the name is not looked at beyond what clients really send.
std::size_t contentLength(std::string_view head)
{
    for (const std::string_view name : {"\r\nContent-Length:", "\r\ncontent-length:"}) {
        std::size_t at = head.find(name);
        if (at == std::string_view::npos)
            continue;
        at = head.find_first_not_of(' ', at + name.size());
        std::size_t length = 0;
        std::from_chars(head.data() + at, head.data() + head.size(), length);
        return length;
    }
    return 0;
}

bool wantsStream(std::string_view body)
{
    return body.find("\"stream\":true") != std::string_view::npos ||
           body.find("\"stream\": true") != std::string_view::npos;
}

class Server
{
public:
    explicit Server(const Settings &settings)
        : m_settings(settings)
    {
    }

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

bool Server::listen()
{
    m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int on = 1;
    ::setsockopt(m_listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(m_settings.port));
    socklen_t size = sizeof address;
    auto *const generic = reinterpret_cast<sockaddr *>(&address);
    if (::bind(m_listener, generic, size) != 0 || ::listen(m_listener, 4096) != 0 ||
        ::getsockname(m_listener, generic, &size) != 0)
        return false;
    m_epoll = ::epoll_create1(0);
    epoll_event event{.events = EPOLLIN, .data = {.fd = m_listener}};
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_listener, &event);
    std::printf("listening on %d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return true;
}

void Server::run()
{
    std::array<epoll_event, 512> events;
    for (;;) {
        const int count = ::epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()), waitMillis());
        for (int i = 0; i < count; ++i) {
            const epoll_event &event = events[static_cast<std::size_t>(i)];
            if (event.data.fd == m_listener) {
                acceptAll();
                continue;
            }
            const auto &connection = m_connections[static_cast<std::size_t>(event.data.fd)];
            if (connection && (event.events & EPOLLOUT))
                flush(*connection);
            if (connection && (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
                readFrom(*connection);
        }
        fireTimers();
    }
}

void Server::acceptAll()
{
    for (;;) {
        const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_NONBLOCK);
        if (socket < 0)
            return;
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const auto index = static_cast<std::size_t>(socket);
        if (m_connections.size() <= index)
            m_connections.resize(index + 1);
        m_connections[index] = std::make_unique<Connection>();
        m_connections[index]->socket = socket;
        m_connections[index]->serial = ++m_serial;
        epoll_event event{.events = EPOLLIN, .data = {.fd = socket}};
        ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, socket, &event);
    }
}

void Server::readFrom(Connection &connection)
{
    static std::array<char, 65536> buffer;
    for (;;) {
        const auto count = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
        if (count == 0 || (count < 0 && errno != EAGAIN)) {
            drop(connection);
            return;
        }
        if (count > 0)
            connection.in.append(buffer.data(), static_cast<std::size_t>(count));
        if (count < static_cast<ssize_t>(buffer.size()))
            break;
    }
    takeRequests(connection);
}

void Server::takeRequests(Connection &connection)
{
    while (!connection.answering) {
        const std::string_view in = connection.in;
        const std::size_t end = in.find("\r\n\r\n");
        if (end == std::string_view::npos)
            return;
        const std::string_view head = in.substr(0, end);
        const std::size_t length = contentLength(head);
        if (in.size() < end + 4 + length)
            return;
        const std::size_t path = head.find(' ') + 1;
        connection.answering = true;
        begin(connection, head.substr(path, head.find(' ', path) - path), in.substr(end + 4, length));
        connection.in.erase(0, end + 4 + length);
        if (connection.due != Clock::time_point{}) // delayed
            return;
        const int socket = connection.socket;
        const unsigned serial = connection.serial;
        proceed(connection);
        const auto &still = m_connections[static_cast<std::size_t>(socket)];
        if (!still || still->serial != serial)
            return;
    }
}

void Server::begin(Connection &connection, std::string_view path, std::string_view body)
{
    const std::string_view query = path.substr(std::min(path.find('?'), path.size()));
    Answer answer;
    answer.replies = path.find("/messages") != std::string_view::npos ? &mock::anthropic() : &mock::openAi();
    answer.stream = wantsStream(body);
    answer.left = numberAfter(query, "events=", m_settings.events);
    const long rate = numberAfter(query, "rate=", m_settings.rate);
    answer.gap = microseconds(rate > 0 ? 1'000'000 / rate : 0);
    connection.answer = answer;
    connection.due = {};
    const long delay = numberAfter(query, "delay=", m_settings.delayMs);
    if (delay > 0)
        wait(connection, std::chrono::milliseconds(delay));
}

/// Sends what is due of the answer. May drop the connection.
void Server::proceed(Connection &connection)
{
    Answer &answer = connection.answer;
    if (!answer.stream) {
        connection.out += answer.replies->reply;
        connection.answering = false;
        flush(connection);
        return;
    }
    if (!std::exchange(answer.headSent, true))
        connection.out += answer.replies->streamHead;
    while (answer.left > 0) {
        connection.out += answer.replies->streamEvent;
        --answer.left;
        if (answer.gap.count() > 0) {
            // From the last due time, not from now: the rate holds on the whole.
            connection.due =
                (connection.due == Clock::time_point{} ? Clock::now() : connection.due) + answer.gap;
            m_timers.push({connection.due, connection.socket, connection.serial});
            flush(connection);
            return;
        }
    }
    connection.out += answer.replies->streamEnd;
    connection.answering = false;
    flush(connection);
}

void Server::wait(Connection &connection, microseconds pause)
{
    connection.due = Clock::now() + pause;
    m_timers.push({connection.due, connection.socket, connection.serial});
}

/// False when the connection is gone.
bool Server::flush(Connection &connection)
{
    while (connection.written < connection.out.size()) {
        const auto count = ::send(connection.socket, connection.out.data() + connection.written,
                                  connection.out.size() - connection.written, MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN) {
            drop(connection);
            return false;
        }
        if (count < 0)
            break;
        connection.written += static_cast<std::size_t>(count);
    }
    const bool full = connection.written < connection.out.size();
    if (!full) {
        connection.out.clear();
        connection.written = 0;
    }
    if (full != connection.waitsForRoom) {
        connection.waitsForRoom = full;
        epoll_event event{.events = EPOLLIN | (full ? EPOLLOUT : 0U), .data = {.fd = connection.socket}};
        ::epoll_ctl(m_epoll, EPOLL_CTL_MOD, connection.socket, &event);
    }
    return true;
}

void Server::drop(Connection &connection)
{
    const int socket = connection.socket;
    ::close(socket);
    m_connections[static_cast<std::size_t>(socket)].reset();
}

void Server::fireTimers()
{
    const auto now = Clock::now();
    while (!m_timers.empty() && m_timers.top().due <= now) {
        const Timer timer = m_timers.top();
        m_timers.pop();
        const auto &connection = m_connections[static_cast<std::size_t>(timer.socket)];
        if (!connection || connection->serial != timer.serial)
            continue;
        proceed(*connection);
        if (connection && connection->serial == timer.serial)
            takeRequests(*connection);
    }
}

int Server::waitMillis() const
{
    if (m_timers.empty())
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_timers.top().due - Clock::now()).count();
    return left > 0 ? static_cast<int>(left) : 0;
}

} // namespace

int main(int argc, char **argv)
{
    Settings settings;
    for (int i = 1; i < argc; ++i) {
        const std::string_view option = argv[i];
        const long value = i + 1 < argc ? std::atol(argv[i + 1]) : 0;
        if (i + 1 < argc && option == "--port")
            settings.port = static_cast<int>(value);
        else if (i + 1 < argc && option == "--events")
            settings.events = value;
        else if (i + 1 < argc && option == "--rate")
            settings.rate = value;
        else if (i + 1 < argc && option == "--delay")
            settings.delayMs = value;
        else {
            std::fprintf(stderr, "usage: mock_upstream [--port N] [--events N] [--rate N] [--delay MS]\n");
            return 2;
        }
        ++i;
    }
    Server server(settings);
    if (!server.listen()) {
        std::fprintf(stderr, "cannot listen on 127.0.0.1:%d: %s\n", settings.port, std::strerror(errno));
        return 1;
    }
    server.run();
}
