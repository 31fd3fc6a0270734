// SPDX-License-Identifier: GPL-3.0-or-later
//
// The timers of CurlMulti: libcurl's own, and the deadlines of the calls.
#include "http/upstream_curl_multi.h"

#include <QTimerEvent>

#include <algorithm>

namespace pm::http {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// The deadlines of many calls are not looked at more often than this.
constexpr milliseconds kDeadlineGrain{10};

int wholeMillis(steady_clock::duration duration)
{
    const auto millis = std::chrono::ceil<milliseconds>(duration).count();
    return static_cast<int>(std::clamp<long long>(millis, 0, 1'000'000'000));
}

} // namespace

int CurlMulti::onTimer(CURLM *, long millis, void *self)
{
    CurlMulti &multi = *static_cast<CurlMulti *>(self);
    if (millis > 0)
        multi.armCurlTimer(steady_clock::now() + milliseconds(millis));
    else
        multi.m_curlDue = Time::max(); // a timer that runs already finds nothing to do
    multi.m_isCallDue = millis == 0;
    if (multi.m_isCallDue) // most calls begin so; a timer would cost a turn of the event loop
        multi.m_sockets->soon(multi);
    return 0;
}

void CurlMulti::armCurlTimer(Time due)
{
    m_curlDue = due;
    if (m_curlArmed <= due)
        return;
    m_curlArmed = due;
    m_curlTimer.start(wholeMillis(due - steady_clock::now()), Qt::PreciseTimer, this);
}

/// Looks at all deadlines when the earliest known one is over, instead of moving a timer with every piece of
/// data.
void CurlMulti::watch(Time due)
{
    if (m_deadlinesArmed <= due)
        return;
    m_deadlinesArmed = due;
    m_deadlineTimer.start(wholeMillis(due - steady_clock::now()), Qt::PreciseTimer, this);
}

void CurlMulti::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_deadlineTimer.timerId()) {
        checkDeadlines();
        return;
    }
    if (event->timerId() != m_curlTimer.timerId())
        return;
    m_curlTimer.stop();
    m_curlArmed = Time::max();
    while (!m_defective.empty()) {
        Transfer &transfer = *m_defective.back();
        finish(transfer, fail(*transfer.defect()));
    }
    if (m_curlDue > steady_clock::now()) {
        if (m_curlDue != Time::max())
            armCurlTimer(m_curlDue);
        return;
    }
    m_curlDue = Time::max();
    act(CURL_SOCKET_TIMEOUT, 0);
}

void CurlMulti::checkDeadlines()
{
    m_deadlineTimer.stop();
    m_deadlinesArmed = Time::max();
    const Time now = steady_clock::now();
    std::vector<Transfer *> over;
    Time next = Time::max();
    for (const auto &transfer : m_live) {
        const Time deadline = transfer->deadline();
        if (deadline <= now)
            over.push_back(transfer.get());
        else
            next = std::min(next, deadline);
    }
    if (next != Time::max())
        watch(std::max(next, now + kDeadlineGrain));
    // One at a time, each looked at again: its predecessor's callback may have destroyed or replaced it.
    for (const Transfer *transfer : over) {
        const auto stillLive = std::find_if(m_live.begin(), m_live.end(),
                                            [&](const auto &live) { return live.get() == transfer; });
        if (stillLive == m_live.end())
            continue;
        if (const auto error = (*stillLive)->expired(now))
            finish(**stillLive, fail(*error));
    }
}

} // namespace pm::http
