// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/upstream_curl.h"
#include "http/upstream_curl_sockets.h"
#include "http/upstream_curl_transfer.h"

#include <QBasicTimer>
#include <QObject>

#include <vector>

namespace pm::http {

/// Drives one libcurl multi handle by the event loop of the thread that made it, and owns its transfers.
///
/// libcurl forbids adding, removing and finishing transfers inside its callbacks, and every callback of ours
/// may do just that. So what is asked for inside is queued and carried out in settle(), as soon as libcurl
/// has returned. A transfer's end is told only from the event loop.
class CurlMulti : public QObject, private SocketWatch::User, private SocketWatch::Task
{
public:
    using Time = Transfer::Time;

    explicit CurlMulti(const CurlUpstream::Options &options);
    ~CurlMulti() override;

    std::unique_ptr<UpstreamCall> start(UpstreamRequest request, UpstreamCallbacks callbacks);
    void cancel(Transfer &transfer);
    /// Has `transfer` deliver what libcurl kept while it was paused.
    void deliver(Transfer &transfer);
    /// Looks at the transfers' timeouts not later than `due`.
    void watch(Time due);

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    static int onSocket(CURL *, curl_socket_t socket, int what, void *self, void *);
    static int onTimer(CURLM *, long millis, void *self);

    void socketReady(qintptr socket, unsigned events) override;
    void runSoon() override;
    void act(curl_socket_t socket, int events);
    void settle();
    void tellEnds();
    void finish(Transfer &transfer, const Result<void> &result);

    Transfer &take();
    void give(Transfer &transfer);
    void add(Transfer &transfer);
    void failSoon(Transfer &transfer);
    void release(Transfer &transfer);
    void forget(const Transfer &transfer);

    void armCurlTimer(Time due);
    void checkDeadlines();

    CURLM *m_multi;
    TransferSettings m_settings;
    std::shared_ptr<SocketWatch> m_sockets;
    int m_inCurl = 0;                              // depth of calls into libcurl that may call back
    std::vector<std::unique_ptr<Transfer>> m_live; // each at its liveIndex
    std::vector<std::unique_ptr<Transfer>> m_idle;
    // What waits for settle(), and what fails at the next turn of the event loop; each is in m_live too.
    std::vector<Transfer *> m_starting;
    std::vector<Transfer *> m_cancelled;
    std::vector<Transfer *> m_delivering;
    std::vector<Transfer *> m_defective;
    bool m_isCallDue = false; // libcurl wants to be called at once
    QBasicTimer m_curlTimer;
    Time m_curlDue = Time::max();   // when libcurl wants to be called
    Time m_curlArmed = Time::max(); // when m_curlTimer fires; not later than m_curlDue
    QBasicTimer m_deadlineTimer;
    Time m_deadlinesArmed = Time::max();
};

} // namespace pm::http
