// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/connection_guard.h"
#include "http/connections.h"

#include <QScopedValueRollback>

#include <algorithm>
#include <utility>

namespace pm::http {

namespace {

/// Qt keeps the last request's body until the next one comes on that connection. Above this size the facade,
/// and the body with it, is let go after each request.
constexpr qsizetype kKeptBody = 16 * 1024;
/// How much a client may send ahead while its last request is being answered; what is over stays in the
/// kernel.
constexpr qsizetype kReadAhead = 128 * 1024;

} // namespace

void ConnectionGuard::process()
{
    if (m_isProcessing)
        return; // a handler answered at once: the loop below goes on with the next request
    QScopedValueRollback processing(m_isProcessing, true);
    while (m_state == State::Reading && m_socket.output().isEmpty()) {
        if (m_input.isEmpty() && !readMore())
            break;
        step();
    }
}

/// Reads into the shared buffer first: most often it is one whole request and nothing has to be kept.
bool ConnectionGuard::readMore()
{
    std::vector<char> &buffer = m_connections.readBuffer();
    const std::size_t size = m_socket.read(buffer.data(), buffer.size());
    if (size == 0)
        return false;
    const std::size_t taken = m_framing.feed({buffer.data(), size});
    m_input = QByteArray(buffer.data() + taken, static_cast<qsizetype>(size - taken));
    return true;
}

/// What comes before its turn. It has to be read: a watch without Gone sees no other way that the client
/// closed.
void ConnectionGuard::readAhead()
{
    std::vector<char> &buffer = m_connections.readBuffer();
    while (m_input.size() < kReadAhead) {
        const auto room = static_cast<std::size_t>(kReadAhead - m_input.size());
        const std::size_t size = m_socket.read(buffer.data(), std::min(buffer.size(), room));
        if (size == 0)
            return;
        m_input.append(buffer.data(), static_cast<qsizetype>(size));
    }
    m_socket.setReading(false);
}

void ConnectionGuard::step()
{
    if (!m_input.isEmpty()) {
        const std::size_t taken =
            m_framing.feed({m_input.constData(), static_cast<std::size_t>(m_input.size())});
        m_input.remove(0, static_cast<qsizetype>(taken));
    }
    switch (m_framing.state()) {
    case RequestFraming::State::Complete:
        return deliver();
    case RequestFraming::State::Refused:
        return refuse(*m_framing.problem());
    case RequestFraming::State::Idle:
    case RequestFraming::State::Head:
    case RequestFraming::State::Body:
        return expectMore();
    }
}

void ConnectionGuard::expectMore()
{
    const RequestFraming::State state = m_framing.state();
    if (state == RequestFraming::State::Head && m_wait != Wait::Header)
        wait(Wait::Header, m_limits.headerTimeout); // runs from the first byte on, not from the last
    if (state != RequestFraming::State::Body)
        return;
    wait(Wait::Body, m_limits.bodyStallTimeout);
    if (m_framing.framing().expectsContinue && !m_saidContinue && m_framing.request().body.isEmpty()) {
        m_saidContinue = true;
        put(std::string_view("HTTP/1.1 100 Continue\r\n\r\n"));
        flush();
    }
}

void ConnectionGuard::deliver()
{
    m_state = State::Answering;
    m_wasDelivered = false;
    wait(Wait::Nothing, {});
    // Qt would warn on stderr about each WebSocket upgrade and give the socket up, or take it for its own. The
    // pipeline answers the request as any other, by upgrade() where it carries the protocol; elsewhere the field
    // is ignored (RFC 9110 7.8).
    if (m_framing.framing().asksUpgrade)
        return requestParsed(m_framing.request().body);
    showToQt();
    if (!m_wasDelivered && m_state == State::Answering)
        refuse(refusal(ErrorKind::BadRequest, "the request could not be parsed"));
}

void ConnectionGuard::showToQt()
{
    if (!m_facade) {
        m_facade = new FacadeSocket(m_socket.addresses());
        m_connections.handlers().announce(m_facade);
    }
    const QByteArray head = m_framing.head();
    const QByteArray body = m_framing.request().body;
    const bool isChunked = m_framing.framing().isChunked;
    m_connections.setDelivering(this);
    m_facade->present({head.constData(), static_cast<std::size_t>(head.size())},
                      {body.constData(), static_cast<std::size_t>(body.size())}, isChunked);
    m_connections.setDelivering(nullptr);
    if (m_facade && (m_facade->isSpent() || body.size() > kKeptBody))
        releaseFacade();
}

void ConnectionGuard::requestParsed(QByteArray body)
{
    if (m_wasDelivered)
        return;
    m_wasDelivered = true;
    const Framing &framing = m_framing.framing();
    Request request = std::move(m_framing.request());
    request.body = std::move(body);
    m_framing.request().method = request.method; // for a refusal, should the stream be dropped
    m_framing.request().target = request.target;
    request.peerAddress = m_peer;
    request.peerPort = m_socket.addresses().peerPort;
    AnswerRules rules;
    rules.isHead = request.method == "HEAD";
    rules.isHttp10 = framing.isHttp10;
    rules.keepsAlive = framing.keepsAlive;
    auto stream = std::make_shared<ConnectionStream>(static_cast<AnswerSink &>(*this), rules);
    m_stream = stream;
    m_connections.handlers().request(std::move(request), std::move(stream));
}

void ConnectionGuard::releaseFacade()
{
    if (FacadeSocket *facade = m_facade.data()) {
        m_facade.clear();
        facade->retire();
    }
}

void ConnectionGuard::takeUpReading()
{
    wait(Wait::NextRequest, m_limits.keepAliveTimeout);
    m_socket.setReading(true);
    // Not from here: this may be the pipeline's own call, or the loop in process() above it.
    if (!m_isProcessing && !m_input.isEmpty())
        QMetaObject::invokeMethod(this, &ConnectionGuard::bytesCame, Qt::QueuedConnection);
}

void ConnectionGuard::beginTunnel()
{
    m_state = State::Tunnel;
    wait(Wait::Nothing, {});
    releaseFacade();
    setTunnelReading(true);
}

void ConnectionGuard::setTunnelReading(bool on)
{
    if (m_state != State::Tunnel)
        return;
    m_isTunnelReading = on;
    m_socket.setReading(on);
    if (on && !m_input.isEmpty()) // not from here: this is the pipeline's own call
        QMetaObject::invokeMethod(this, &ConnectionGuard::bytesCame, Qt::QueuedConnection);
}

/// What was read ahead goes first. A client that closes while nobody reads it counts as gone like any other: what it
/// sent last is lost, as it would be with a provider that takes nothing.
void ConnectionGuard::passToTunnel()
{
    const auto stream = m_stream.lock();
    const auto isOpen = [&] { return stream && m_state == State::Tunnel && m_isTunnelReading; };
    if (isOpen() && !m_input.isEmpty()) {
        const QByteArray ahead = std::exchange(m_input, {});
        stream->bytesCame({ahead.constData(), static_cast<std::size_t>(ahead.size())});
    }
    std::vector<char> &buffer = m_connections.readBuffer();
    while (isOpen()) {
        const std::size_t size = m_socket.read(buffer.data(), buffer.size());
        if (size == 0)
            return;
        stream->bytesCame({buffer.data(), size});
    }
}

} // namespace pm::http
