// SPDX-License-Identifier: GPL-3.0-or-later
//
// stream_load --port N --path P --body FILE [--connections N] [--requests N] [--seconds N] [--every MS]
// [--ramp MS]
//
// The client that wrk is not: it reads streams, and it keeps to a rate. One thread, epoll. Each of
// --connections sends its body --requests times (0: until --seconds are over), one at a time, begun --every
// milliseconds apart (0: at once after the one before). The first requests are spread over --ramp
// milliseconds. Prints one line of JSON: requests made, answered and broken, events seen, and in microseconds
// p50, p99 and the longest of
//   first  request sent to first event there
//   late   event sent by mock_upstream to event there
//   whole  request sent to answer complete
#include "http_answer.h"
#include "samples.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

struct Settings
{
    int port = 0;
    std::string path;
    std::string bodyFile;
    long connections = 1;
    long requests = 1;
    long seconds = 0;
    long every = 0;
    long ramp = 0;
};

/// Microseconds of the clock that mock_upstream stamps with.
long long nowMicros()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

struct Connection
{
    int socket = -1;
    load::AnswerReader reader;
    std::size_t written = 0; ///< of the request
    long made = 0;
    long long due = 0; ///< when the current request should have begun
    long long sent = 0;
    bool isWaiting = false; ///< for an answer
    bool hasFirst = false;
};

class Load
{
public:
    explicit Load(Settings settings);
    int run();

private:
    struct Timer
    {
        long long due;
        std::size_t index;
        bool operator<(const Timer &other) const { return due > other.due; }
    };

    bool open(Connection &connection, std::size_t index);
    void begin(std::size_t index);
    void write(Connection &connection);
    void read(std::size_t index);
    void ended(std::size_t index, bool isAnswered);
    void print(double seconds);

    Settings m_settings;
    std::string m_request;
    int m_epoll = -1;
    long long m_end = 0; ///< no request begins later; 0: no such time
    std::vector<Connection> m_connections;
    std::priority_queue<Timer> m_timers;
    long m_underWay = 0;
    long m_made = 0;
    long m_answered = 0;
    long m_broken = 0;
    long m_events = 0;
    load::Samples m_first;
    load::Samples m_late;
    load::Samples m_whole;
};

Load::Load(Settings settings)
    : m_settings(std::move(settings))
    , m_epoll(::epoll_create1(0))
    , m_connections(static_cast<std::size_t>(m_settings.connections))
{
    std::ifstream file(m_settings.bodyFile, std::ios::binary);
    const std::string body{std::istreambuf_iterator<char>(file), {}};
    m_request =
        "POST " + m_settings.path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" +
        "anthropic-version: 2023-06-01\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

bool Load::open(Connection &connection, std::size_t index)
{
    connection.socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(m_settings.port));
    if (::connect(connection.socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) {
        std::fprintf(stderr, "cannot connect to 127.0.0.1:%d\n", m_settings.port);
        return false;
    }
    const int on = 1;
    ::setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, connection.socket, &event);
    return true;
}

void Load::begin(std::size_t index)
{
    Connection &connection = m_connections[index];
    if (m_end > 0 && nowMicros() >= m_end)
        return;
    ++m_made;
    ++m_underWay;
    if (connection.socket < 0 && !open(connection, index))
        return ended(index, false);
    ++connection.made;
    connection.written = 0;
    connection.reader.next();
    connection.isWaiting = true;
    connection.hasFirst = false;
    connection.sent = nowMicros();
    write(connection);
}

void Load::write(Connection &connection)
{
    while (connection.written < m_request.size()) {
        const auto count = ::send(connection.socket, m_request.data() + connection.written,
                                  m_request.size() - connection.written, MSG_NOSIGNAL);
        if (count < 0)
            return; // its end is read
        connection.written += static_cast<std::size_t>(count);
    }
}

void Load::read(std::size_t index)
{
    static std::array<char, 65536> buffer;
    Connection &connection = m_connections[index];
    const auto count = ::recv(connection.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN)
        return;
    if (count <= 0) {
        ::close(connection.socket);
        connection.socket = -1;
        if (connection.isWaiting)
            ended(index, false);
        return;
    }
    const long long now = nowMicros();
    connection.reader.feed({buffer.data(), static_cast<std::size_t>(count)}, [&](long long stamp) {
        if (!std::exchange(connection.hasFirst, true))
            m_first.add(now - connection.sent);
        m_late.add(now - stamp);
        ++m_events;
    });
    using State = load::AnswerReader::State;
    if (connection.reader.state() == State::Complete || connection.reader.state() == State::Broken)
        ended(index, connection.reader.state() == State::Complete && connection.reader.status() == 200);
}

void Load::ended(std::size_t index, bool isAnswered)
{
    Connection &connection = m_connections[index];
    connection.isWaiting = false;
    --m_underWay;
    (isAnswered ? m_answered : m_broken) += 1;
    const long long now = nowMicros();
    if (isAnswered)
        m_whole.add(now - connection.sent);
    if (m_settings.requests > 0 && connection.made >= m_settings.requests)
        return;
    // Late ones are caught up with: the rate holds on the whole.
    connection.due = m_settings.every > 0 ? connection.due + m_settings.every * 1000 : now;
    m_timers.push({isAnswered ? connection.due : std::max(connection.due, now + 100'000), index});
}

int Load::run()
{
    const long long start = nowMicros();
    m_end = m_settings.seconds > 0 ? start + m_settings.seconds * 1'000'000 : 0;
    for (std::size_t i = 0; i < m_connections.size(); ++i) {
        m_connections[i].due =
            start + m_settings.ramp * 1000 * static_cast<long long>(i) / m_settings.connections;
        m_timers.push({m_connections[i].due, i});
    }
    // A server that has died without closing its sockets answers nothing any more.
    constexpr long long kPatience = 30'000'000;
    std::array<epoll_event, 256> events;
    while (m_underWay > 0 || !m_timers.empty()) {
        if (m_end > 0 && nowMicros() > m_end + kPatience) {
            m_broken += m_underWay;
            break;
        }
        while (!m_timers.empty() && m_timers.top().due <= nowMicros()) {
            const std::size_t index = m_timers.top().index;
            m_timers.pop();
            begin(index);
        }
        const long long left = m_timers.empty() ? 100'000 : m_timers.top().due - nowMicros();
        const int wait = static_cast<int>(std::clamp<long long>((left + 999) / 1000, 0, 100));
        const int count = ::epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()), wait);
        for (int i = 0; i < count; ++i)
            read(static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64));
    }
    print(static_cast<double>(nowMicros() - start) / 1e6);
    return m_made > 0 ? 0 : 1;
}

void Load::print(double seconds)
{
    std::printf("{\"seconds\":%.3f,\"made\":%ld,\"answered\":%ld,\"broken\":%ld,\"events\":%ld,", seconds,
                m_made, m_answered, m_broken, m_events);
    std::printf("\"first\":%s,\"late\":%s,\"whole\":%s}\n", m_first.json().c_str(), m_late.json().c_str(),
                m_whole.json().c_str());
}

} // namespace

int main(int argc, char **argv)
{
    Settings settings;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view option = argv[i];
        const std::string value = argv[i + 1];
        const long number = std::atol(value.c_str());
        if (option == "--port")
            settings.port = static_cast<int>(number);
        else if (option == "--path")
            settings.path = value;
        else if (option == "--body")
            settings.bodyFile = value;
        else if (option == "--connections")
            settings.connections = std::max(1L, number);
        else if (option == "--requests")
            settings.requests = number;
        else if (option == "--seconds")
            settings.seconds = number;
        else if (option == "--every")
            settings.every = number;
        else if (option == "--ramp")
            settings.ramp = number;
    }
    if (settings.port == 0 || settings.path.empty() || settings.bodyFile.empty() ||
        (settings.requests == 0 && settings.seconds == 0)) {
        std::fprintf(stderr,
                     "usage: stream_load --port N --path P --body FILE [--connections N] [--requests N] "
                     "[--seconds N] [--every MS] [--ramp MS]\n");
        return 2;
    }
    return Load(std::move(settings)).run();
}
