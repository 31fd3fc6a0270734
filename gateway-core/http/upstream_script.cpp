// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_script.h"

#include <QBasicTimer>
#include <QObject>
#include <QTimerEvent>

#include <algorithm>

namespace pm::http {

namespace {

using std::chrono::steady_clock;

class ScriptCall final : public QObject, public UpstreamCall
{
public:
    ScriptCall(Script script, UpstreamCallbacks callbacks)
        : m_script(std::move(script))
        , m_callbacks(std::make_shared<const UpstreamCallbacks>(std::move(callbacks)))
    {
        m_times.dns = m_times.connect = m_times.sent = 0;
        wait();
    }

    void pause() override { m_paused = true; }
    void resume() override;
    PhaseTimes phases() const override { return m_times; }
    long long bytesReceived() const override { return m_received; }

protected:
    void timerEvent(QTimerEvent *event) override
    {
        if (event->timerId() != m_timer.timerId())
            return;
        m_timer.stop();
        m_due = true;
        play();
    }

private:
    bool atEnd() const { return m_next == m_script.pieces.size(); }
    void wait();
    void play();
    bool sendHead();
    bool sendPiece();
    void finish();
    long long elapsed() const
    {
        return std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - m_start).count();
    }

    Script m_script;
    // A callback may destroy the call: both outlive it for as long as the callback runs.
    std::shared_ptr<const UpstreamCallbacks> m_callbacks;
    std::shared_ptr<const bool> m_alive = std::make_shared<const bool>(true);
    QBasicTimer m_timer;
    const steady_clock::time_point m_start = steady_clock::now();
    PhaseTimes m_times;
    long long m_received = 0;
    std::size_t m_next = 0;
    bool m_headSent = false;
    bool m_due = false; // the pause before m_next is over, or the end is next
    bool m_paused = false;
};

void ScriptCall::wait()
{
    m_due = false;
    const auto pause = atEnd() ? std::chrono::milliseconds(0) : m_script.pieces[m_next].pause;
    const auto millis = std::clamp<long long>(pause.count(), 0, 1'000'000'000);
    m_timer.start(static_cast<int>(millis), Qt::PreciseTimer, this);
}

void ScriptCall::resume()
{
    if (!m_paused)
        return;
    m_paused = false;
    if (m_due) // it came while paused; played from the event loop, so that the end never comes out of
               // resume()
        m_timer.start(0, Qt::PreciseTimer, this);
}

void ScriptCall::play()
{
    if (m_paused || (!m_headSent && !sendHead()))
        return;
    while (m_due && !m_paused) {
        if (atEnd()) {
            finish();
            return;
        }
        if (!sendPiece())
            return;
        if (!atEnd() && m_script.pieces[m_next].pause.count() > 0)
            wait();
    }
}

bool ScriptCall::sendHead()
{
    m_headSent = true;
    m_times.firstByte = elapsed();
    if (!m_callbacks->onHead)
        return true;
    const auto callbacks = m_callbacks;
    const std::weak_ptr<const bool> alive = m_alive;
    const UpstreamHead head{m_script.status, m_script.headers, "1.1"};
    callbacks->onHead(head);
    return !alive.expired();
}

bool ScriptCall::sendPiece()
{
    const std::string bytes = std::move(m_script.pieces[m_next].bytes);
    ++m_next;
    m_received += static_cast<long long>(bytes.size());
    if (bytes.empty() || !m_callbacks->onData)
        return true;
    const auto callbacks = m_callbacks;
    const std::weak_ptr<const bool> alive = m_alive;
    callbacks->onData(bytes);
    return !alive.expired();
}

void ScriptCall::finish()
{
    m_timer.stop(); // a resume() inside the last callback may have started it
    m_times.total = elapsed();
    const auto callbacks = m_callbacks;
    if (callbacks->onDone)
        callbacks->onDone({});
}

} // namespace

std::unique_ptr<UpstreamCall> playScript(Script script, UpstreamCallbacks callbacks)
{
    return std::make_unique<ScriptCall>(std::move(script), std::move(callbacks));
}

} // namespace pm::http
