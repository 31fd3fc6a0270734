// SPDX-License-Identifier: GPL-3.0-or-later
#include "mock_upstream_server.h"

#include "mock_upstream_request.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace mock {

namespace {

/// One content event whose text is the time now, in microseconds: the reader can tell how long it was under
/// way.
void addEvent(const Replies &replies, std::string &out)
{
    constexpr int kDigits = 16;
    const auto now = Clock::now().time_since_epoch();
    char digits[kDigits + 1];
    std::snprintf(digits, sizeof digits, "%016lld",
                  static_cast<long long>(std::chrono::duration_cast<microseconds>(now).count()));
    const std::size_t start = out.size();
    out += replies.streamEvent;
    out.replace(start + replies.stampAt, kDigits, digits, kDigits);
}

} // namespace

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
    answer.replies = path.find("/messages") != std::string_view::npos ? &anthropic() : &openAi();
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
        addEvent(*answer.replies, connection.out);
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

} // namespace mock
