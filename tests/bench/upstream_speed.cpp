// SPDX-License-Identifier: GPL-3.0-or-later
//
// upstream_speed URL [SECONDS] [CONCURRENCY] [ours|bare|streams]
//
// What the upstream client costs by itself: keeps CONCURRENCY calls going on one thread, first through
// CurlUpstream and then through bare libcurl on epoll (the least that is possible with it), in turns, and
// prints requests per second of wall time and of this thread's CPU time. The second figure is the one to
// compare on a busy machine.
#include "http/upstream_curl.h"

#include <QCoreApplication>
#include <QTimer>

#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace pm::http;

namespace {

using Clock = std::chrono::steady_clock;

constexpr char kBody[] =
    "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"system\",\"content\":\"You are a helpful "
    "assistant that answers briefly and to the point.\"},{\"role\":\"user\",\"content\":\"Tell me "
    "about the quick brown fox and the lazy dog, and why one jumps over the other in so many "
    "texts.\"}],\"temperature\":0.7,\"max_tokens\":200,\"user\":\"u-1\"}";

double cpuSeconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    const auto seconds = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class Measure
{
public:
    void printStreams(long streams, std::size_t pieces) const
    {
        const double wall = std::chrono::duration<double>(Clock::now() - m_begin).count();
        const double cpu = cpuSeconds() - m_cpu;
        std::printf("%ld streams, %.0f pieces/s, %.2f cores, %.2f us CPU per piece\n", streams,
                    double(pieces) / wall, cpu / wall, cpu * 1e6 / double(pieces));
        std::fflush(stdout);
    }

    void print(const char *name, long requests) const
    {
        const double wall = std::chrono::duration<double>(Clock::now() - m_begin).count();
        const double cpu = cpuSeconds() - m_cpu;
        std::printf("%-14s %8.0f req/s   %8.0f req per CPU second   %5.2f us CPU per request\n", name,
                    double(requests) / wall, double(requests) / cpu, cpu * 1e6 / double(requests));
        std::fflush(stdout);
    }

private:
    Clock::time_point m_begin = Clock::now();
    double m_cpu = cpuSeconds();
};

/// Calls through CurlUpstream, each followed by the next.
class Load
{
public:
    Load(std::string url, int concurrency, bool streams)
        : m_url(std::move(url))
        , m_body(streams ? QByteArray("{\"stream\":true}") : QByteArray(kBody))
        , m_calls(std::size_t(concurrency))
    {
    }

    std::size_t pieces() const { return m_pieces; }

    long run(int seconds)
    {
        m_done = 0;
        m_stopping = false;
        for (std::size_t i = 0; i < m_calls.size(); ++i)
            next(i);
        QTimer::singleShot(seconds * 1000, [this] { m_stopping = true; });
        QCoreApplication::exec();
        return m_done;
    }

private:
    void next(std::size_t index)
    {
        UpstreamRequest request;
        request.url = m_url;
        request.headers.add("content-type", "application/json");
        request.secretHeaders.emplace_back("authorization",
                                           pm::Secret("Bearer sk-0123456789abcdef0123456789abcdef"));
        request.body = m_body;
        ++m_running;
        UpstreamCallbacks callbacks;
        callbacks.onHead = [this](const UpstreamHead &head) { m_good += head.status == 200; };
        callbacks.onData = [this](std::string_view) { ++m_pieces; };
        callbacks.onDone = [this, index](const pm::Result<void> &result) {
            if (!result) {
                std::fprintf(stderr, "%s\n", result.error().message.c_str());
                std::exit(1);
            }
            ++m_done;
            --m_running;
            if (!m_stopping)
                next(index);
            else if (m_running == 0)
                QCoreApplication::quit();
        };
        m_calls[index] = m_upstream.start(std::move(request), std::move(callbacks));
    }

    std::string m_url;
    QByteArray m_body;
    CurlUpstream m_upstream;
    std::vector<std::unique_ptr<UpstreamCall>> m_calls;
    long m_done = 0;
    long m_good = 0;
    std::size_t m_pieces = 0;
    int m_running = 0;
    bool m_stopping = false;
};

/// The same by libcurl alone: epoll, one timer, handles never set up anew.
class BareLoad
{
public:
    BareLoad(const std::string &url, int concurrency)
        : m_multi(curl_multi_init())
        , m_epoll(::epoll_create1(0))
    {
        curl_multi_setopt(m_multi, CURLMOPT_MAXCONNECTS, 4096L);
        curl_multi_setopt(m_multi, CURLMOPT_SOCKETFUNCTION, &BareLoad::onSocket);
        curl_multi_setopt(m_multi, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(m_multi, CURLMOPT_TIMERFUNCTION, &BareLoad::onTimer);
        curl_multi_setopt(m_multi, CURLMOPT_TIMERDATA, this);
        m_headers = curl_slist_append(m_headers, "content-type: application/json");
        m_headers = curl_slist_append(m_headers, "authorization: Bearer sk-0123456789abcdef0123456789abcdef");
        for (int i = 0; i < concurrency; ++i) {
            CURL *easy = curl_easy_init();
            curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
            curl_easy_setopt(easy, CURLOPT_HTTPHEADER, m_headers);
            curl_easy_setopt(easy, CURLOPT_POSTFIELDS, kBody);
            curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &BareLoad::onBody);
            curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
            curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
            curl_multi_add_handle(m_multi, easy);
        }
    }

    long run(int seconds)
    {
        const auto end = Clock::now() + std::chrono::seconds(seconds);
        std::array<epoll_event, 256> events;
        int running = 0;
        m_done = 0;
        while (Clock::now() < end) {
            const int count =
                ::epoll_wait(m_epoll, events.data(), int(events.size()), m_wait < 0 ? 100 : int(m_wait));
            for (int i = 0; i < count; ++i) {
                const epoll_event &event = events[std::size_t(i)];
                const int mask = ((event.events & EPOLLIN) ? CURL_CSELECT_IN : 0) |
                                 ((event.events & EPOLLOUT) ? CURL_CSELECT_OUT : 0);
                curl_multi_socket_action(m_multi, event.data.fd, mask, &running);
            }
            if (m_wait == 0 || count == 0) {
                m_wait = -1;
                curl_multi_socket_action(m_multi, CURL_SOCKET_TIMEOUT, 0, &running);
            }
            int left = 0;
            while (const CURLMsg *message = curl_multi_info_read(m_multi, &left)) {
                ++m_done;
                CURL *easy = message->easy_handle;
                curl_multi_remove_handle(m_multi, easy);
                curl_multi_add_handle(m_multi, easy);
            }
        }
        return m_done;
    }

private:
    static std::size_t onBody(char *, std::size_t size, std::size_t count, void *) { return size * count; }
    static int onTimer(CURLM *, long millis, void *self)
    {
        static_cast<BareLoad *>(self)->m_wait = millis;
        return 0;
    }
    static int onSocket(CURL *, curl_socket_t socket, int what, void *self, void *)
    {
        const int epoll = static_cast<BareLoad *>(self)->m_epoll;
        epoll_event event{.events = 0, .data = {.fd = socket}};
        if (what == CURL_POLL_REMOVE) {
            ::epoll_ctl(epoll, EPOLL_CTL_DEL, socket, &event);
            return 0;
        }
        event.events = ((what & CURL_POLL_IN) ? EPOLLIN : 0U) | ((what & CURL_POLL_OUT) ? EPOLLOUT : 0U);
        if (::epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) != 0)
            ::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
        return 0;
    }

    CURLM *m_multi;
    curl_slist *m_headers = nullptr;
    int m_epoll;
    long m_wait = 0;
    long m_done = 0;
};

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1"); // as the product's workers do
    QCoreApplication app(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "usage: upstream_speed URL [SECONDS] [CONCURRENCY] [ours|bare|streams]\n");
        return 2;
    }
    const int seconds = argc > 2 ? std::atoi(argv[2]) : 3;
    const int concurrency = argc > 3 ? std::atoi(argv[3]) : 64;
    const std::string_view only = argc > 4 ? argv[4] : "";
    Load load(argv[1], concurrency, only == "streams");
    if (only == "streams") {
        const Measure measure;
        const long streams = load.run(seconds);
        measure.printStreams(streams, load.pieces());
        return 0;
    }
    BareLoad bare(argv[1], concurrency);
    for (int turn = 0; turn < 3; ++turn) {
        if (only != "bare") {
            const Measure measure;
            measure.print("CurlUpstream", load.run(seconds));
        }
        if (only != "ours") {
            const Measure measure;
            measure.print("bare libcurl", bare.run(seconds));
        }
    }
    return 0;
}
