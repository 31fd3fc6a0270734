// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_tunnel.h"

#include "http/socket_calls.h"
#include "http/upstream_tunnel_call.h"

#include <QPointer>
#include <QSslSocket>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace pm::http {

namespace {

using namespace std::chrono_literals;

constexpr qint64 kPiece = 64 * 1024;
/// So long what waits may take to go out when nobody needs the call any more.
constexpr auto kLeavingTime = 2000ms;

CURLcode codeOf(QAbstractSocket::SocketError error, bool isConnected)
{
    switch (error) {
    case QAbstractSocket::HostNotFoundError: return CURLE_COULDNT_RESOLVE_HOST;
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::SslInternalError:
    case QAbstractSocket::SslInvalidUserDataError: return CURLE_SSL_CONNECT_ERROR;
    default: return isConnected ? CURLE_RECV_ERROR : CURLE_COULDNT_CONNECT;
    }
}

} // namespace

std::unique_ptr<UpstreamTunnel> TunnelOpener::open(UpstreamRequest request, UpstreamCallbacks callbacks)
{
    return std::make_unique<TunnelCall>(std::move(request), std::move(callbacks), m_caFile, m_sockets);
}

TunnelCall::TunnelCall(UpstreamRequest request, UpstreamCallbacks callbacks, const std::string &caFile,
                       QObject &sockets)
    : m_request(std::move(request))
    , m_callbacks(std::move(callbacks))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] { timeIsOver(); });
    setTimer(m_request.timeouts.connect);
    if (auto started = connectSocket(caFile, sockets); !started)
        failSoon(started.error());
}

TunnelCall::~TunnelCall()
{
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket->deleteLater(); // we may be inside one of its signals
}

void TunnelCall::write(std::string_view bytes)
{
    if (!m_socket || m_state != State::Open || bytes.empty())
        return;
    m_socket->write(bytes.data(), static_cast<qint64>(bytes.size()));
    m_isAboveHigh = m_isAboveHigh || bytesPending() > kHighWatermark;
}

std::size_t TunnelCall::bytesPending() const
{
    if (!m_socket)
        return 0;
    const auto *secure = qobject_cast<const QSslSocket *>(m_socket);
    return static_cast<std::size_t>(m_socket->bytesToWrite() + (secure ? secure->encryptedBytesToWrite() : 0));
}

void TunnelCall::bytesWent()
{
    m_lastMove = Clock::now();
    if (!m_isAboveHigh || bytesPending() >= kLowWatermark)
        return;
    m_isAboveHigh = false;
    if (const auto callback = onDrained)
        callback();
}

void TunnelCall::resume()
{
    if (!std::exchange(m_isPaused, false))
        return;
    // From the event loop, so that the end never comes out of resume().
    QMetaObject::invokeMethod(this, [this] { read(); }, Qt::QueuedConnection);
}

void TunnelCall::read()
{
    if (m_state == State::Over || !tell())
        return;
    while (!m_isPaused && m_socket && m_socket->bytesAvailable() > 0) {
        const QByteArray piece = m_socket->read(kPiece);
        if (m_times.firstByte < 0)
            m_times.firstByte = elapsed();
        m_lastMove = Clock::now();
        m_reader.feed({piece.constData(), static_cast<std::size_t>(piece.size())}, m_ready);
        if (!tell())
            return;
    }
    if (m_hasEnded && !m_isPaused)
        sayEnd();
}

/// Tells what was read, unless paused. False when it is over, or a callback has destroyed us.
bool TunnelCall::tell()
{
    if (m_reader.hasHead() && !m_isHeadTold && !tellHead())
        return false;
    if (m_isPaused)
        return true;
    if (!tellData())
        return false;
    switch (m_reader.part()) {
    case AnswerReader::Part::Broken:
        finish(fail(ErrorKind::UpstreamBroken, std::string(placeOf(m_request.url)) + " " + m_reader.problem()));
        return false;
    case AnswerReader::Part::Done:
        finish({});
        return false;
    default: return true;
    }
}

bool TunnelCall::tellHead()
{
    m_isHeadTold = true;
    m_state = State::Open;
    setTimer(m_request.timeouts.total);
    const QPointer<TunnelCall> alive(this);
    const auto callback = m_callbacks.onHead;
    const UpstreamHead head = m_reader.head(); // outlives us, should the callback destroy us
    if (callback)
        callback(head);
    return alive && m_state != State::Over;
}

bool TunnelCall::tellData()
{
    if (m_ready.isEmpty())
        return true;
    const QByteArray bytes = std::exchange(m_ready, {});
    m_received += bytes.size();
    const QPointer<TunnelCall> alive(this);
    if (const auto callback = m_callbacks.onData)
        callback({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    return alive && m_state != State::Over;
}

void TunnelCall::socketFailed(QAbstractSocket::SocketError error)
{
    m_detail = m_socket->errorString().toStdString();
    if (error == QAbstractSocket::RemoteHostClosedError)
        return socketClosed(); // with TLS the connection below may stay open for a while
    const bool isConnected = m_times.connect >= 0;
    const bool isUntrusted = error == QAbstractSocket::SslHandshakeFailedError && !m_certificateProblem.empty();
    if (isUntrusted)
        m_detail = m_certificateProblem;
    CURLcode code = isUntrusted ? CURLE_PEER_FAILED_VERIFICATION : codeOf(error, isConnected);
    if (m_isProxied && !isConnected) // Qt tells the proxy's refusals as if they were the provider's
        code = error == QAbstractSocket::ProxyNotFoundError ? CURLE_COULDNT_RESOLVE_PROXY : CURLE_PROXY;
    FailureFacts failure = facts(code);
    if (error == QAbstractSocket::ConnectionRefusedError)
        failure.osError = ECONNREFUSED;
    finish(tl::unexpected(describeFailure(failure)));
}

/// What the provider sent before it closed is told first.
void TunnelCall::socketClosed()
{
    m_hasEnded = true;
    read();
}

void TunnelCall::sayEnd()
{
    m_reader.end();
    if (m_reader.part() == AnswerReader::Part::Done)
        return finish({});
    const bool isConnected = m_times.connect >= 0;
    const CURLcode code = m_state != State::Connecting   ? CURLE_RECV_ERROR
                          : m_isProxied && !isConnected ? CURLE_PROXY
                                                        : CURLE_SSL_CONNECT_ERROR;
    finish(tl::unexpected(describeFailure(facts(code))));
}

FailureFacts TunnelCall::facts(CURLcode code) const
{
    FailureFacts facts;
    facts.code = code;
    facts.place = placeOf(m_request.url);
    facts.detail = m_detail;
    facts.headSeen = m_isHeadTold;
    facts.received = m_received;
    facts.connectTimeout = m_request.timeouts.connect;
    return facts;
}

void TunnelCall::failSoon(Error error)
{
    QMetaObject::invokeMethod(
        this, [this, error = std::move(error)] { finish(tl::unexpected(error)); }, Qt::QueuedConnection);
}

void TunnelCall::finish(Result<void> result)
{
    if (std::exchange(m_state, State::Over) == State::Over)
        return;
    m_timer.stop();
    m_times.total = elapsed();
    if (const auto callback = std::exchange(m_callbacks, {}).onDone)
        callback(std::move(result)); // may destroy us
}

/// A limit of 0 or less is no limit.
void TunnelCall::setTimer(std::chrono::milliseconds limit)
{
    if (limit.count() > 0)
        m_timer.start(limit);
    else
        m_timer.stop();
}

void TunnelCall::timeIsOver()
{
    const std::string_view place = placeOf(m_request.url);
    const UpstreamTimeouts &limits = m_request.timeouts;
    if (m_state == State::Connecting)
        return finish(tl::unexpected(describeFailure(facts(CURLE_OPERATION_TIMEDOUT))));
    if (m_state == State::Asking)
        return finish(tl::unexpected(describeTimeout(TimeoutPhase::FirstByte, place, limits.firstByte)));
    const auto silence = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - m_lastMove);
    if (silence < limits.total)
        return setTimer(limits.total - silence);
    finish(tl::unexpected(describeTimeout(TimeoutPhase::Idle, place, limits.total)));
}

void TunnelCall::end()
{
    m_state = State::Over;
    m_timer.stop();
    m_callbacks = {};
    onDrained = nullptr;
    if (QTcpSocket *socket = std::exchange(m_socket, nullptr)) {
        socket->disconnect(this);
        // Bytes that nobody reads would make the close a reset, which may destroy what we said last. So a plain connection
        // says that nothing more comes, and reads until the other side has closed too.
        connect(socket, &QTcpSocket::readyRead, socket, [socket] { socket->readAll(); });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        QTimer::singleShot(kLeavingTime, socket, [socket] {
            socket->abort();
            socket->deleteLater();
        });
        socket->readAll();
        socket->flush();
        if (qobject_cast<QSslSocket *>(socket))
            return socket->disconnectFromHost();
        const auto sayLast = [socket] {
            if (socket->bytesToWrite() == 0)
                shutdownSending(socket->socketDescriptor());
        };
        connect(socket, &QTcpSocket::bytesWritten, socket, sayLast);
        sayLast();
    }
}

} // namespace pm::http
