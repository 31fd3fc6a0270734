// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/socket_watch.h"

#ifdef Q_OS_LINUX

#include <QSocketNotifier>

#include <sys/epoll.h>
#include <unistd.h>

#include <array>

namespace pm::http {

namespace {

std::uint32_t toEpoll(unsigned events)
{
    return (events & SocketWatch::Read ? EPOLLIN : 0U) | (events & SocketWatch::Write ? EPOLLOUT : 0U) |
           (events & SocketWatch::Gone ? EPOLLRDHUP : 0U);
}

unsigned fromEpoll(std::uint32_t events)
{
    // An error wakes whoever waits for anything.
    if (events & (EPOLLERR | EPOLLHUP))
        return SocketWatch::Read | SocketWatch::Write | SocketWatch::Gone;
    return (events & EPOLLIN ? SocketWatch::Read : 0U) | (events & EPOLLOUT ? SocketWatch::Write : 0U) |
           (events & EPOLLRDHUP ? SocketWatch::Gone : 0U);
}

/// An adopted socket that nobody wants to hear of stays in the epoll set: libcurl drops a socket between two
/// requests, most are wanted again at once, and the few that speak while nobody listens are taken out then.
/// This saves two system calls for each request. Others (libcurl's resolver has some) may be closed and
/// opened again unseen, so each change of theirs is told to the kernel.
class EpollWatch final : public SocketWatch
{
public:
    EpollWatch()
        : m_epoll(::epoll_create1(EPOLL_CLOEXEC))
        , m_notifier(m_epoll, QSocketNotifier::Read)
    {
        QObject::connect(&m_notifier, &QSocketNotifier::activated, &m_notifier, [this] { dispatch(); });
    }
    ~EpollWatch() override
    {
        m_notifier.setEnabled(false);
        ::close(m_epoll);
    }

    void set(qintptr socket, unsigned wanted, User *user) override
    {
        Watched &watched = at(socket);
        watched.wanted = wanted;
        watched.user = user;
        if (watched.wanted != 0 || !watched.isAdopted)
            enter(socket, watched);
    }

    void adopt(qintptr socket) override
    {
        Watched &watched = at(socket);
        watched = {.generation = watched.generation + 1, .isAdopted = true};
    }

    /// Closing takes the socket out of the epoll set.
    void forget(qintptr socket) override
    {
        Watched &watched = at(socket);
        watched = {.generation = watched.generation + 1};
    }

private:
    struct Watched
    {
        User *user = nullptr;
        unsigned wanted = 0;
        unsigned entered = 0;         ///< in the epoll set
        std::uint32_t generation = 0; ///< of those that had this number
        bool isAdopted = false;
    };

    Watched &at(qintptr socket)
    {
        const auto index = static_cast<std::size_t>(socket);
        if (m_watched.size() <= index)
            m_watched.resize(index + 64);
        return m_watched[index];
    }

    /// Brings the epoll set to what is wanted.
    void enter(qintptr socket, Watched &watched)
    {
        if (watched.entered == watched.wanted && watched.isAdopted)
            return;
        const int fd = static_cast<int>(socket);
        epoll_event event{};
        event.events = toEpoll(watched.wanted);
        event.data.u64 = std::uint64_t(watched.generation) << 32 | static_cast<std::uint32_t>(fd);
        const int operation = watched.wanted == 0    ? EPOLL_CTL_DEL
                              : watched.entered == 0 ? EPOLL_CTL_ADD
                                                     : EPOLL_CTL_MOD;
        if (::epoll_ctl(m_epoll, operation, fd, &event) != 0 && watched.wanted != 0)
            ::epoll_ctl(m_epoll, operation == EPOLL_CTL_ADD ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
        watched.entered = watched.wanted;
    }

    void dispatch()
    {
        std::array<epoll_event, 128> events;
        const int count = ::epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()), 0);
        const Turn turn(*this);
        for (int i = 0; i < count; ++i) {
            const epoll_event &event = events[static_cast<std::size_t>(i)];
            const auto socket = static_cast<qintptr>(event.data.u64 & 0xFFFFFFFFU);
            Watched &watched = at(socket); // as it is now: an event before may have changed it
            if (watched.generation != event.data.u64 >> 32)
                continue;
            if (watched.wanted == 0)
                enter(socket, watched);
            if (const unsigned happened = fromEpoll(event.events) & watched.wanted; happened != 0)
                watched.user->socketReady(socket, happened);
        }
    }

    int m_epoll;
    QSocketNotifier m_notifier;
    std::vector<Watched> m_watched; // by socket number
};

} // namespace

std::unique_ptr<SocketWatch> watchByEpoll()
{
    return std::make_unique<EpollWatch>();
}

} // namespace pm::http

#endif
