// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_curl_sockets.h"

#include <QSocketNotifier>

#ifdef Q_OS_LINUX

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <vector>

namespace pm::http {

namespace {

/// A socket that libcurl drops between two requests stays in the epoll set: most are wanted again at once,
/// and the few that speak while nobody listens are taken out then. This saves two system calls for each
/// request. It needs to be known when the socket's number goes to another one, so it is done only with
/// sockets that are opened and closed here; libcurl has others too (its resolver's).
class EpollWatch final : public SocketWatch
{
public:
    explicit EpollWatch(Ready ready)
        : m_ready(std::move(ready))
        , m_epoll(::epoll_create1(EPOLL_CLOEXEC))
        , m_notifier(m_epoll, QSocketNotifier::Read)
    {
        QObject::connect(&m_notifier, &QSocketNotifier::activated, &m_notifier, [this] { dispatch(); });
    }
    ~EpollWatch() override
    {
        m_notifier.setEnabled(false);
        ::close(m_epoll);
    }

    void set(curl_socket_t socket, int what) override
    {
        Watched &watched = at(socket);
        watched.wanted = (what == CURL_POLL_IN || what == CURL_POLL_INOUT ? EPOLLIN : 0U) |
                         (what == CURL_POLL_OUT || what == CURL_POLL_INOUT ? EPOLLOUT : 0U);
        if (watched.wanted != 0 || !watched.ours)
            enter(socket, watched);
    }

    void attach(CURL *easy) override
    {
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &EpollWatch::open);
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
        curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &EpollWatch::close);
        curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
    }

private:
    struct Watched
    {
        unsigned wanted = 0;  ///< by libcurl
        unsigned entered = 0; ///< in the epoll set
        bool ours = false;    ///< opened here
    };

    static curl_socket_t open(void *self, curlsocktype, curl_sockaddr *address)
    {
        const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
        if (socket >= 0)
            static_cast<EpollWatch *>(self)->at(socket) = {.ours = true};
        return socket;
    }

    static int close(void *self, curl_socket_t socket)
    {
        static_cast<EpollWatch *>(self)->at(socket) = {};
        return ::close(socket);
    }

    Watched &at(curl_socket_t socket)
    {
        const auto index = static_cast<std::size_t>(socket);
        if (m_watched.size() <= index)
            m_watched.resize(index + 64);
        return m_watched[index];
    }

    /// Brings the epoll set to what is wanted.
    void enter(curl_socket_t socket, Watched &watched)
    {
        if (watched.entered == watched.wanted && watched.ours)
            return;
        epoll_event event{};
        event.events = watched.wanted;
        event.data.fd = socket;
        const int operation = watched.wanted == 0    ? EPOLL_CTL_DEL
                              : watched.entered == 0 ? EPOLL_CTL_ADD
                                                     : EPOLL_CTL_MOD;
        if (::epoll_ctl(m_epoll, operation, socket, &event) != 0 && watched.wanted != 0)
            ::epoll_ctl(m_epoll, operation == EPOLL_CTL_ADD ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
        watched.entered = watched.wanted;
    }

    void dispatch()
    {
        std::array<epoll_event, 128> events;
        const int count = ::epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()), 0);
        for (int i = 0; i < count; ++i) {
            const epoll_event &event = events[static_cast<std::size_t>(i)];
            Watched &watched = at(event.data.fd); // as it is now: an event before may have changed it
            if (watched.wanted == 0)
                enter(event.data.fd, watched);
            // An error wakes whoever waits for anything.
            const bool failed = event.events & (EPOLLERR | EPOLLHUP);
            const unsigned happened = (failed ? EPOLLIN | EPOLLOUT : event.events) & watched.wanted;
            const int mask =
                (happened & EPOLLIN ? CURL_CSELECT_IN : 0) | (happened & EPOLLOUT ? CURL_CSELECT_OUT : 0);
            if (mask != 0)
                m_ready(event.data.fd, mask);
        }
    }

    Ready m_ready;
    int m_epoll;
    QSocketNotifier m_notifier;
    std::vector<Watched> m_watched; // by socket number
};

} // namespace

std::unique_ptr<SocketWatch> watchByEpoll(SocketWatch::Ready ready)
{
    return std::make_unique<EpollWatch>(std::move(ready));
}

} // namespace pm::http

#endif
