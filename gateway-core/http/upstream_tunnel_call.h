// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/answer_reader.h"
#include "http/upstream_curl_error.h"

#include <QByteArray>
#include <QTcpSocket>
#include <QTimer>

#include <chrono>
#include <string>

namespace pm::http {

/// One call of a TunnelOpener. On the thread of its opener.
class TunnelCall final : public QObject, public UpstreamTunnel
{
public:
    /// `sockets` will own the socket and outlives the call.
    TunnelCall(UpstreamRequest request, UpstreamCallbacks callbacks, const std::string &caFile, QObject &sockets);
    ~TunnelCall() override;

    void pause() override { m_isPaused = true; }
    void resume() override;
    PhaseTimes phases() const override { return m_times; }
    long long bytesReceived() const override { return m_received; }
    void write(std::string_view bytes) override;
    std::size_t bytesPending() const override;
    void end() override;

private:
    using Clock = std::chrono::steady_clock;
    enum class State { Connecting, Asking, Open, Over };

    // upstream_tunnel_connect.cpp: until the request is sent
    Result<void> connectSocket(const std::string &caFile, QObject &sockets);
    void watchSocket(bool isSecure);
    void sendRequest();
    Result<QByteArray> head() const;

    // upstream_tunnel.cpp: what comes, and the end
    void read();
    bool take(const QByteArray &piece);
    bool tell();
    bool tellHead();
    bool tellData();
    void sayEnd();
    void bytesWent();
    void socketFailed(QAbstractSocket::SocketError error);
    void socketClosed();
    void failSoon(Error error);
    void finish(Result<void> result);
    void setTimer(std::chrono::milliseconds limit);
    void timeIsOver();
    FailureFacts facts(CURLcode code) const;
    long long elapsed() const
    {
        return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - m_start).count();
    }

    UpstreamRequest m_request;
    UpstreamCallbacks m_callbacks;
    QTcpSocket *m_socket = nullptr; ///< null once it is let go
    AnswerReader m_reader;
    QByteArray m_ready; ///< read and not yet told, while paused
    State m_state = State::Connecting;
    QTimer m_timer;
    const Clock::time_point m_start = Clock::now();
    Clock::time_point m_lastMove = m_start;
    PhaseTimes m_times;
    long long m_received = 0; ///< of the body, or behind a 101
    std::string m_certificateProblem;
    std::string m_detail; ///< the socket's own sentence, for TLS and proxies
    bool m_isProxied = false;
    bool m_isHeadTold = false;
    bool m_isPaused = false;
    bool m_isAboveHigh = false;
    bool m_hasEnded = false; ///< the provider closed; what it had sent may still be unread
};

} // namespace pm::http
