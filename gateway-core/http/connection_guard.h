// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "http/client_socket.h"
#include "http/client_stream.h"
#include "http/facade_socket.h"
#include "http/request_framing.h"

#include <QObject>
#include <QPointer>

#include <memory>
#include <string>

namespace pm::http {

class Connections;

/// Stands between one client's socket and Qt's HTTP server, which has no limits of its own. It reads the
/// bytes, holds them against the rules, and shows Qt exactly one whole request at a time; the next one waits,
/// in a bounded buffer, until the answer to this one has gone out. It never changes what a request says.
///
/// Owned by Connections, on the worker's thread. A peer that closes its sending half counts as gone, as with
/// most gateways: HTTP clients close both at once, and the upstream call should end then.
class ConnectionGuard : public QObject, private AnswerSink, private ClientSocket::Owner
{
    Q_OBJECT

public:
    ConnectionGuard(Connections &connections, qintptr descriptor, bool isSurplus);
    ~ConnectionGuard() override;

    void start();
    /// Answers with an error and closes.
    void refuse(const Refusal &why);
    /// Closes without a word; an answer in progress is lost.
    void closeNow();
    /// Called out of Qt's server while this guard is the delivering one.
    void requestParsed(QByteArray body);

    bool isSurplus() const { return m_isSurplus; }
    /// No request has begun and no answer is due.
    bool isIdle() const;
    SteadyTime deadline() const { return m_deadline; }
    void deadlineReached();
    void flush();

private:
    enum class State {
        Reading,   ///< a request, or the wait for one
        Answering, ///< a stream is out; bytes wait in the socket
        Tunnel,    ///< the answer was a change of protocol: what comes is the stream's
        Closing,   ///< sends what is left, then says so
        Lingering, ///< said so; waits for the client to close, dropping what it still sends
        Closed,
    };
    enum class Wait { Nothing, Header, Body, NextRequest, Drain, Linger };

    // AnswerSink
    void put(std::string_view bytes) override;
    void put(const QByteArray &bytes) override;
    void flushSoon() override;
    void finishAnswer(bool keepsAlive) override;
    void cutAnswer(bool needsReset) override;
    void beginTunnel() override;
    void setTunnelReading(bool on) override;
    void answerNeverCame() override;
    std::size_t bytesToSend() const override { return m_socket.output().size(); }
    bool isConnected() const override;
    bool isDraining() const override;

    // ClientSocket::Owner
    void bytesCame() override;
    void bytesWent() override;
    void peerGone() override;

    // connection_guard.cpp: the socket and its end
    void closeBehindAnswer(bool withReset);
    void sayEnd();
    void dropInput();
    void wait(Wait what, std::chrono::milliseconds time);

    // connection_requests.cpp: from bytes to requests
    void process();
    bool readMore();
    void readAhead();
    void step();
    void expectMore();
    void deliver();
    void showToQt();
    void releaseFacade();
    void takeUpReading();
    void passToTunnel();

    Connections &m_connections;
    const ListenerLimits m_limits;
    const bool m_isSurplus;
    ClientSocket m_socket;
    std::string m_peer;
    RequestFraming m_framing;
    QByteArray m_input; ///< read from the socket, of the next requests
    QPointer<FacadeSocket> m_facade;
    std::weak_ptr<ConnectionStream> m_stream;
    State m_state = State::Reading;
    Wait m_wait = Wait::Nothing;
    SteadyTime m_deadline = SteadyTime::max();
    std::size_t m_dropped = 0;
    bool m_isProcessing = false;
    bool m_wasDelivered = false;
    bool m_saidContinue = false;
    bool m_closesWithReset = false;
    bool m_isFlushDue = false;
    bool m_isTunnelReading = false;
};

} // namespace pm::http
