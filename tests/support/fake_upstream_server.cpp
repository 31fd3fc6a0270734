// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_upstream_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>

namespace pm::test {

namespace {

constexpr int kBacklog = 1024;

#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL;
#else
constexpr int kSendFlags = 0;
#endif

void makeNonBlocking(int fd)
{
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

int listenOnLoopback(int &port)
{
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *const generic = reinterpret_cast<sockaddr *>(&address);
    if (::bind(listener, generic, size) != 0 || ::listen(listener, kBacklog) != 0 ||
        ::getsockname(listener, generic, &size) != 0)
        std::abort(); // no test can go on without
    makeNonBlocking(listener);
    port = ntohs(address.sin_port);
    return listener;
}

SeenRequest parseHead(std::string_view head)
{
    SeenRequest request;
    const auto takeLine = [&head] {
        const std::size_t end = std::min(head.find("\r\n"), head.size());
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        return line;
    };
    const std::string_view first = takeLine();
    const std::size_t space = std::min(first.find(' '), first.size());
    request.method = first.substr(0, space);
    const std::string_view rest = first.substr(std::min(space + 1, first.size()));
    request.path = rest.substr(0, rest.find(' '));
    while (!head.empty()) {
        const std::string_view line = takeLine();
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos)
            continue;
        const std::size_t value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
        request.headers.add(std::string(line.substr(0, colon)), std::string(line.substr(value)));
    }
    return request;
}

} // namespace

FakeUpstream::Server::Server(Scenario scenario)
    : byDefault(std::move(scenario))
{
    int number = 0;
    m_listener = listenOnLoopback(number);
    port = number;
    if (::pipe(m_wake) != 0)
        std::abort();
    makeNonBlocking(m_wake[0]);
    m_thread = std::thread([this] { run(); });
}

FakeUpstream::Server::~Server()
{
    m_stop = true;
    wake();
    m_thread.join();
    for (Connection &connection : m_connections)
        close(connection, false);
    ::close(m_listener);
    ::close(m_wake[0]);
    ::close(m_wake[1]);
}

void FakeUpstream::Server::wake()
{
    [[maybe_unused]] const auto written = ::write(m_wake[1], "w", 1);
}

void FakeUpstream::Server::run()
{
    std::vector<pollfd> polled;
    while (!m_stop) {
        polled.assign({{m_listener, POLLIN, 0}, {m_wake[0], POLLIN, 0}});
        const Time before = std::chrono::steady_clock::now();
        for (const Connection &connection : m_connections) {
            const bool writing = !connection.steps.empty() && !connection.stalled && connection.due <= before;
            polled.push_back({connection.socket, static_cast<short>(POLLIN | (writing ? POLLOUT : 0)), 0});
        }
        ::poll(polled.data(), polled.size(), waitMillis(before));
        char dropped[64];
        while (::read(m_wake[0], dropped, sizeof dropped) > 0) {
        }

        const Time now = std::chrono::steady_clock::now();
        const bool closing = closeIdle.exchange(false);
        for (std::size_t i = 0; i + 2 < polled.size(); ++i) {
            Connection &connection = m_connections[i];
            if (polled[i + 2].revents & (POLLIN | POLLHUP | POLLERR))
                read(connection);
            advance(connection, now);
            if (closing && connection.socket >= 0 && connection.steps.empty())
                close(connection, false);
        }
        std::erase_if(m_connections, [](const Connection &connection) { return connection.socket < 0; });
        if (polled[0].revents & POLLIN)
            acceptAll();
    }
}

int FakeUpstream::Server::waitMillis(Time now) const
{
    int wait = -1;
    for (const Connection &connection : m_connections) {
        if (connection.steps.empty() || connection.stalled || connection.due <= now)
            continue; // nothing to wait for, or woken by poll
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(connection.due - now).count();
        if (wait < 0 || left < wait)
            wait = static_cast<int>(left);
    }
    return wait;
}

void FakeUpstream::Server::acceptAll()
{
    for (;;) {
        const int socket = ::accept(m_listener, nullptr, nullptr);
        if (socket < 0)
            return;
        makeNonBlocking(socket);
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        Connection connection;
        connection.socket = socket;
        connection.number = ++accepted;
        ++open;
        m_connections.push_back(std::move(connection));
    }
}

void FakeUpstream::Server::read(Connection &connection)
{
    char buffer[65536];
    for (;;) {
        const auto count = ::recv(connection.socket, buffer, sizeof buffer, 0);
        if (count > 0) {
            connection.in.append(buffer, static_cast<std::size_t>(count));
            continue;
        }
        if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
            close(connection, false);
        break;
    }
    if (connection.socket >= 0 && connection.steps.empty())
        takeRequest(connection);
}

bool FakeUpstream::Server::takeRequest(Connection &connection)
{
    const std::size_t end = connection.in.find("\r\n\r\n");
    if (end == std::string::npos)
        return false;
    SeenRequest request = parseHead(std::string_view(connection.in).substr(0, end));
    const std::string_view length = request.headers.value("content-length");
    std::size_t size = 0;
    std::from_chars(length.data(), length.data() + length.size(), size);
    if (connection.in.size() < end + 4 + size)
        return false;
    request.body = connection.in.substr(end + 4, size);
    request.connection = connection.number;
    connection.in.erase(0, end + 4 + size);

    const Scenario scenario = choose(request);
    connection.steps = stepsOf(scenario);
    connection.written = 0;
    connection.due = std::chrono::steady_clock::now() + connection.steps.front().pause;
    return true;
}

Scenario FakeUpstream::Server::choose(const SeenRequest &request)
{
    const std::string path = request.path.substr(0, request.path.find('?'));
    const std::lock_guard lock(mutex);
    seen.push_back(request);
    const auto pop = [](std::deque<Scenario> &queue) {
        Scenario scenario = std::move(queue.front());
        queue.pop_front();
        return scenario;
    };
    if (const auto queue = nextByPath.find(path); queue != nextByPath.end() && !queue->second.empty())
        return pop(queue->second);
    if (!next.empty())
        return pop(next);
    const auto fixed = byPath.find(path);
    return fixed == byPath.end() ? byDefault : fixed->second;
}

void FakeUpstream::Server::advance(Connection &connection, Time now)
{
    while (connection.socket >= 0 && !connection.steps.empty() && !connection.stalled &&
           connection.due <= now) {
        const Step &step = connection.steps.front();
        while (connection.written < step.bytes.size()) {
            const auto count = ::send(connection.socket, step.bytes.data() + connection.written,
                                      step.bytes.size() - connection.written, kSendFlags);
            if (count < 0) {
                if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
                    close(connection, false);
                return; // poll tells when there is room
            }
            connection.written += static_cast<std::size_t>(count);
            bytesSent += count;
        }
        finishStep(connection, step.then);
    }
}

void FakeUpstream::Server::finishStep(Connection &connection, Step::Then then)
{
    switch (then) {
    case Step::Then::Close:
    case Step::Then::Reset:
        close(connection, then == Step::Then::Reset);
        return;
    case Step::Then::Stall:
        connection.stalled = true;
        return;
    case Step::Then::Go:
    case Step::Then::Finish:
        break;
    }
    connection.steps.pop_front();
    connection.written = 0;
    if (then == Step::Then::Finish)
        takeRequest(connection); // it may have come already
    else
        connection.due = std::chrono::steady_clock::now() + connection.steps.front().pause;
}

void FakeUpstream::Server::close(Connection &connection, bool reset)
{
    if (connection.socket < 0)
        return;
    if (reset) {
        const linger now{1, 0};
        ::setsockopt(connection.socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    ::close(connection.socket);
    connection.socket = -1;
    --open;
}

} // namespace pm::test
