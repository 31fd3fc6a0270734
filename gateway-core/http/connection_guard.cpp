// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/connection_guard.h"

#include "http/answer_head.h"
#include "http/connections.h"

namespace pm::http {

namespace {

using namespace std::chrono_literals;

/// After an answer that closes: so long the client may take to read it, and so much of what it still sends is
/// dropped meanwhile. Closing at once would reset the connection and could destroy the answer on its way.
constexpr auto kLingerTime = 2000ms;
constexpr std::size_t kLingerBytes = 256u * 1024 * 1024;

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
    , m_socket(connections.sockets(), descriptor, *this)
    , m_peer(addressText(m_socket.addresses().peer))
    , m_framing({m_limits.maxHeaderBytes, m_limits.maxHeaderFields, m_limits.maxBodyBytes})
{
    if (!m_socket.isConnected()) // the client is gone already; the event loop will say so
        QMetaObject::invokeMethod(this, &ConnectionGuard::closeNow, Qt::QueuedConnection);
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
    return m_state != State::Closed && m_socket.isConnected();
}

bool ConnectionGuard::isDraining() const
{
    return m_connections.isDraining();
}

void ConnectionGuard::bytesCame()
{
    if (m_state == State::Closing || m_state == State::Lingering)
        dropInput();
    else if (m_state == State::Tunnel)
        passToTunnel();
    else if (m_state == State::Reading && m_socket.output().isEmpty() && !m_isProcessing)
        process();
    else
        readAhead();
}

void ConnectionGuard::dropInput()
{
    std::vector<char> &buffer = m_connections.readBuffer();
    while (const std::size_t count = m_socket.read(buffer.data(), buffer.size()))
        m_dropped += count;
    if (m_dropped > kLingerBytes)
        closeNow();
}

void ConnectionGuard::put(std::string_view bytes)
{
    if (isConnected())
        m_socket.output().add(bytes);
}

void ConnectionGuard::put(const QByteArray &bytes)
{
    if (isConnected())
        m_socket.output().share(bytes);
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
    const bool hasSent = m_socket.flush();
    // A failing write is noticed inside the pipeline's own call, which must not be called back from there.
    if (!m_socket.isConnected())
        QMetaObject::invokeMethod(this, &ConnectionGuard::closeNow, Qt::QueuedConnection);
    if (bytesToSend() > 0 && m_wait != Wait::Drain)
        wait(Wait::Drain, m_limits.keepAliveTimeout);
    if (hasSent)
        bytesWent();
}

void ConnectionGuard::bytesWent()
{
    const bool isEmpty = m_socket.output().isEmpty();
    if (m_wait == Wait::Drain)
        wait(isEmpty ? Wait::Nothing : Wait::Drain, m_limits.keepAliveTimeout);
    if (const auto stream = m_stream.lock())
        stream->bytesLeft();
    if (m_state == State::Closing && isEmpty)
        sayEnd();
    else if (m_state == State::Reading && m_wait == Wait::Nothing && isEmpty)
        takeUpReading();
}

void ConnectionGuard::peerGone()
{
    closeNow();
}

void ConnectionGuard::closeNow()
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closed;
    m_deadline = SteadyTime::max();
    m_socket.close();
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
    if (m_state == State::Tunnel)
        return closeBehindAnswer(false);
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
    if (bytesToSend() == 0)
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
    if (m_state == State::Closing && bytesToSend() == 0)
        sayEnd();
}

void ConnectionGuard::sayEnd()
{
    m_state = State::Lingering;
    wait(Wait::Linger, kLingerTime);
    if (m_closesWithReset)
        m_socket.resetOnClose();
    else
        m_socket.shutdownSending();
    if (m_closesWithReset || !m_socket.isConnected()) {
        closeNow();
        return;
    }
    m_input.clear();
    m_socket.setReading(true);
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
