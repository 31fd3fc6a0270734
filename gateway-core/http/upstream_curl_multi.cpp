// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_curl_multi.h"

#include "http/environment_proxy.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace pm::http {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxIdleTransfers = 256;

/// Counts the calls into libcurl, inside which our callbacks may run.
class InCurl
{
public:
    explicit InCurl(int &depth)
        : m_depth(depth)
    {
        ++m_depth;
    }
    InCurl(const InCurl &) = delete;
    InCurl &operator=(const InCurl &) = delete;
    ~InCurl() { --m_depth; }

private:
    int &m_depth;
};

} // namespace

CurlMulti::CurlMulti(const CurlUpstream::Options &options)
{
    m_sockets = options.sockets ? options.sockets : watchByEpoll();
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    m_multi = curl_multi_init();
    m_settings = {.share = curl_share_init(),
                  .sockets = m_sockets.get(),
                  .caFile = options.caFile,
                  .noProxy = hostsWithoutProxy(processEnvironment)};
    curl_share_setopt(m_settings.share, CURLSHOPT_SHARE,
                      CURL_LOCK_DATA_SSL_SESSION); // one thread, so no locks
    curl_multi_setopt(m_multi, CURLMOPT_MAXCONNECTS, options.maxConnections);
    curl_multi_setopt(m_multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(m_multi, CURLMOPT_SOCKETFUNCTION, &CurlMulti::onSocket);
    curl_multi_setopt(m_multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(m_multi, CURLMOPT_TIMERFUNCTION, &CurlMulti::onTimer);
    curl_multi_setopt(m_multi, CURLMOPT_TIMERDATA, this);
}

CurlMulti::~CurlMulti()
{
    Q_ASSERT_X(m_inCurl == 0, "CurlUpstream", "destroyed inside a callback of one of its calls");
    for (const auto &transfer : m_live)
        transfer->detach(); // first of all: a callback's capture may own a call
    while (!m_live.empty())
        release(*m_live.back());
    m_idle.clear();
    curl_multi_cleanup(m_multi);
    m_sockets->drop(*this);
    curl_share_cleanup(m_settings.share);
}

std::unique_ptr<UpstreamCall> CurlMulti::start(UpstreamRequest request, UpstreamCallbacks callbacks)
{
    Transfer &transfer = take();
    auto call = transfer.begin(std::move(request), std::move(callbacks));
    watch(transfer.deadline());
    if (m_inCurl > 0)
        m_starting.push_back(&transfer);
    else
        add(transfer);
    return call;
}

void CurlMulti::add(Transfer &transfer)
{
    if (transfer.defect()) {
        failSoon(transfer);
        return;
    }
    transfer.state = Transfer::State::Running;
    curl_multi_add_handle(m_multi, transfer.easy()); // asks for onTimer(0), which does the rest
}

void CurlMulti::failSoon(Transfer &transfer)
{
    m_defective.push_back(&transfer);
    armCurlTimer(steady_clock::now());
}

void CurlMulti::cancel(Transfer &transfer)
{
    if (m_inCurl > 0)
        m_cancelled.push_back(&transfer);
    else
        release(transfer);
}

void CurlMulti::deliver(Transfer &transfer)
{
    m_delivering.push_back(&transfer);
    settle();
}

void CurlMulti::socketReady(qintptr socket, unsigned events)
{
    act(static_cast<curl_socket_t>(socket), happenedBits(events));
}

void CurlMulti::runSoon()
{
    if (std::exchange(m_isCallDue, false))
        act(CURL_SOCKET_TIMEOUT, 0);
}

void CurlMulti::settle()
{
    const auto pop = [](std::vector<Transfer *> &queue) {
        Transfer *const last = queue.back();
        queue.pop_back();
        return last;
    };
    while (m_inCurl == 0) {
        if (!m_cancelled.empty()) {
            release(*pop(m_cancelled));
        } else if (!m_delivering.empty()) {
            Transfer &transfer = *pop(m_delivering);
            {
                const InCurl guard(m_inCurl);
                transfer.deliver();
            }
            if (transfer.defect())
                failSoon(transfer);
        } else if (!m_starting.empty()) {
            add(*pop(m_starting));
        } else {
            return;
        }
    }
}

void CurlMulti::act(curl_socket_t socket, int events)
{
    {
        const InCurl guard(m_inCurl);
        int running = 0;
        curl_multi_socket_action(m_multi, socket, events, &running);
    }
    settle();
    tellEnds();
}

void CurlMulti::tellEnds()
{
    int left = 0;
    while (const CURLMsg *message = curl_multi_info_read(m_multi, &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        const CURLcode code = message->data.result;
        Transfer *transfer = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        finish(*transfer, transfer->outcome(code));
    }
}

void CurlMulti::finish(Transfer &transfer, const Result<void> &result)
{
    if (transfer.state == Transfer::State::Running) {
        const InCurl guard(m_inCurl);
        curl_multi_remove_handle(m_multi, transfer.easy());
    }
    const UpstreamCallbacks callbacks = transfer.end();
    give(transfer);
    if (callbacks.onDone)
        callbacks.onDone(result);
}

void CurlMulti::release(Transfer &transfer)
{
    if (transfer.state == Transfer::State::Running) {
        const InCurl guard(m_inCurl);
        curl_multi_remove_handle(m_multi, transfer.easy());
    }
    const UpstreamCallbacks callbacks = transfer.end(); // die last: what they hold may call us
    give(transfer);
}

Transfer &CurlMulti::take()
{
    if (m_idle.empty())
        m_idle.push_back(std::make_unique<Transfer>(*this, m_settings));
    m_live.push_back(std::move(m_idle.back()));
    m_idle.pop_back();
    Transfer &transfer = *m_live.back();
    transfer.liveIndex = m_live.size() - 1;
    transfer.state = Transfer::State::Waiting;
    return transfer;
}

void CurlMulti::give(Transfer &transfer)
{
    forget(transfer);
    const std::size_t index = transfer.liveIndex;
    std::unique_ptr<Transfer> owned = std::move(m_live[index]);
    if (index + 1 < m_live.size()) {
        m_live[index] = std::move(m_live.back());
        m_live[index]->liveIndex = index;
    }
    m_live.pop_back();
    owned->state = Transfer::State::Idle;
    if (m_idle.size() < kMaxIdleTransfers)
        m_idle.push_back(std::move(owned));
}

void CurlMulti::forget(const Transfer &transfer)
{
    for (auto *queue : {&m_starting, &m_cancelled, &m_delivering, &m_defective})
        std::erase(*queue, &transfer);
}

int CurlMulti::onSocket(CURL *, curl_socket_t socket, int what, void *self, void *)
{
    CurlMulti &multi = *static_cast<CurlMulti *>(self);
    multi.m_sockets->set(static_cast<qintptr>(socket), wantedEvents(what), &multi);
    return 0;
}

} // namespace pm::http
