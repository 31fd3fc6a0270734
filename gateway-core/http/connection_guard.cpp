// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/connection_guard.h"

#include "http/answer_head.h"
#include "http/connections.h"

#ifdef Q_OS_WIN
#include <winsock2.h>
#else
#include <sys/socket.h>
#endif

namespace pm::http {

namespace {

using namespace std::chrono_literals;

/// How much a client may send ahead while its last request is being answered; what is over stays in the
/// kernel.
constexpr qint64 kReadAhead = 128 * 1024;
/// After an answer that closes: so long the client may take to read it, and so much of what it still sends is
/// dropped meanwhile. Closing at once would reset the connection and could destroy the answer on its way.
constexpr auto kLingerTime = 2000ms;
constexpr std::size_t kLingerBytes = 256u * 1024 * 1024;

void shutdownSending(qintptr descriptor)
{
#ifdef Q_OS_WIN
    ::shutdown(static_cast<SOCKET>(descriptor), SD_SEND);
#else
    ::shutdown(static_cast<int>(descriptor), SHUT_WR);
#endif
}

void resetOnClose(qintptr descriptor)
{
    linger option{};
    option.l_onoff = 1;
    option.l_linger = 0;
#ifdef Q_OS_WIN
    ::setsockopt(static_cast<SOCKET>(descriptor), SOL_SOCKET, SO_LINGER,
                 reinterpret_cast<const char *>(&option), sizeof option);
#else
    ::setsockopt(static_cast<int>(descriptor), SOL_SOCKET, SO_LINGER, &option, sizeof option);
#endif
}

std::string addressText(const QHostAddress &address)
{
    bool isV4 = false;
    const quint32 v4 = address.toIPv4Address(&isV4); // also for ::ffff:127.0.0.1
    return (isV4 ? QHostAddress(v4) : address).toString().toStdString();
}

} // namespace

ConnectionGuard::ConnectionGuard(Connections &connections, qintptr descriptor, bool isSurplus)
    : QObject(&connections)
    , m_connections(connections)
    , m_limits(connections.limits())
    , m_isSurplus(isSurplus)
    , m_framing({m_limits.maxHeaderBytes, m_limits.maxHeaderFields, m_limits.maxBodyBytes})
{
    m_socket.setReadBufferSize(kReadAhead);
    connect(&m_socket, &QTcpSocket::readyRead, this, &ConnectionGuard::onReadyRead);
    connect(&m_socket, &QTcpSocket::bytesWritten, this, &ConnectionGuard::onBytesWritten);
    // Queued: a failing write is noticed inside the pipeline's own call, which must not be called back from
    // there.
    connect(&m_socket, &QTcpSocket::stateChanged, this, &ConnectionGuard::onStateChanged,
            Qt::QueuedConnection);
    if (!m_socket.setSocketDescriptor(descriptor)) {
        // The client is gone already; the event loop will say so.
        QMetaObject::invokeMethod(this, &ConnectionGuard::closeNow, Qt::QueuedConnection);
        return;
    }
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_addresses = {m_socket.peerAddress(), m_socket.peerPort(), m_socket.localAddress(),
                   m_socket.localPort()};
    m_peer = addressText(m_addresses.peer);
}

ConnectionGuard::~ConnectionGuard() = default;

void ConnectionGuard::start()
{
    wait(Wait::Header, m_limits.headerTimeout);
}

bool ConnectionGuard::isIdle() const
{
    return m_state == State::Reading && m_framing.state() == RequestFraming::State::Idle && m_input.isEmpty();
}

bool ConnectionGuard::isConnected() const
{
    return m_state != State::Closed && m_socket.state() == QAbstractSocket::ConnectedState;
}

bool ConnectionGuard::isDraining() const
{
    return m_connections.isDraining();
}

void ConnectionGuard::onReadyRead()
{
    if (m_state == State::Reading)
        process();
    else if (m_state == State::Closing || m_state == State::Lingering)
        dropInput();
}

void ConnectionGuard::dropInput()
{
    m_dropped += static_cast<std::size_t>(m_socket.skip(m_socket.bytesAvailable()));
    if (m_dropped > kLingerBytes)
        closeNow();
}

void ConnectionGuard::put(const QByteArray &bytes)
{
    if (isConnected())
        m_socket.write(bytes);
}

void ConnectionGuard::flushSoon()
{
    if (!m_isFlushDue && isConnected()) {
        m_isFlushDue = true;
        m_connections.flushSoon(this);
    }
}

void ConnectionGuard::flush()
{
    m_isFlushDue = false;
    if (!isConnected())
        return;
    m_socket.flush();
    if (m_socket.bytesToWrite() > 0 && m_wait != Wait::Drain)
        wait(Wait::Drain, m_limits.keepAliveTimeout);
}

void ConnectionGuard::onBytesWritten()
{
    const qint64 left = m_socket.bytesToWrite();
    if (m_wait == Wait::Drain)
        wait(left > 0 ? Wait::Drain : Wait::Nothing, m_limits.keepAliveTimeout);
    if (const auto stream = m_stream.lock())
        stream->bytesLeft();
    if (m_state == State::Closing && left == 0)
        sayEnd();
    else if (m_state == State::Reading && m_wait == Wait::Nothing && left == 0)
        takeUpReading();
}

/// Closing is the peer's doing, never ours: with bytes left to send, Qt would go on sending to a client that
/// is gone.
void ConnectionGuard::onStateChanged(QAbstractSocket::SocketState state)
{
    if (state != QAbstractSocket::ConnectedState)
        closeNow();
}

void ConnectionGuard::closeNow()
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closed;
    m_deadline = SteadyTime::max();
    m_socket.disconnect(this);
    m_socket.abort();
    releaseFacade();
    const std::shared_ptr<ConnectionStream> stream = m_stream.lock();
    m_stream.reset();
    m_connections.remove(this);
    if (stream)
        stream->connectionLost();
}

void ConnectionGuard::refuse(const Refusal &why)
{
    Headers headers{{"content-type", "application/json"}};
    const std::string body = m_connections.handlers().refused(why.error, std::string(m_framing.method()),
                                                              std::string(m_framing.path()));
    AnswerFraming framing;
    framing.contentLength = body.size();
    framing.closes = true;
    QByteArray answer = answerHead(why.status, headers, framing, static_cast<qsizetype>(body.size()));
    if (m_framing.method() != "HEAD")
        answer.append(body.data(), static_cast<qsizetype>(body.size()));
    m_stream.reset();
    put(answer);
    closeBehindAnswer(false);
}

void ConnectionGuard::finishAnswer(bool keepsAlive)
{
    m_stream.reset();
    if (m_state != State::Answering)
        return;
    if (!keepsAlive || isDraining())
        return closeBehindAnswer(false);
    flush();
    if (m_state != State::Answering)
        return;
    m_state = State::Reading;
    m_framing.reset();
    m_saidContinue = false;
    if (m_socket.bytesToWrite() == 0)
        takeUpReading();
}

void ConnectionGuard::cutAnswer(bool needsReset)
{
    m_stream.reset();
    closeBehindAnswer(needsReset);
}

void ConnectionGuard::answerNeverCame()
{
    refuse(refusal(ErrorKind::Internal, "the request was dropped without an answer"));
}

void ConnectionGuard::closeBehindAnswer(bool withReset)
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closing;
    m_closesWithReset = withReset;
    flush();
    if (m_state == State::Closing && m_socket.bytesToWrite() == 0)
        sayEnd();
}

void ConnectionGuard::sayEnd()
{
    m_state = State::Lingering;
    wait(Wait::Linger, kLingerTime);
    if (m_closesWithReset)
        resetOnClose(m_socket.socketDescriptor());
    else
        shutdownSending(m_socket.socketDescriptor());
    if (m_closesWithReset || m_socket.state() != QAbstractSocket::ConnectedState) {
        closeNow();
        return;
    }
    m_input.clear();
    releaseFacade();
    dropInput();
}

void ConnectionGuard::wait(Wait what, std::chrono::milliseconds time)
{
    m_wait = what;
    m_deadline = what == Wait::Nothing ? SteadyTime::max() : std::chrono::steady_clock::now() + time;
}

void ConnectionGuard::deadlineReached()
{
    switch (m_wait) {
    case Wait::Header:
        return refuse(refusal(ErrorKind::RequestTimeout, "the header did not arrive within " +
                                                             std::to_string(m_limits.headerTimeout.count()) +
                                                             " ms"));
    case Wait::Body:
        return refuse(
            refusal(ErrorKind::RequestTimeout,
                    "the body stalled for " + std::to_string(m_limits.bodyStallTimeout.count()) + " ms"));
    case Wait::NextRequest:
    case Wait::Drain:
    case Wait::Linger:
        return closeNow();
    case Wait::Nothing:
        return;
    }
}

} // namespace pm::http

#include "moc_connection_guard.cpp"
