// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/raw_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pm::test {

namespace {

constexpr qsizetype kAnyPace = std::numeric_limits<qsizetype>::max();

/// The de-chunked body and how many bytes it took, or nothing while it is incomplete.
std::optional<std::pair<QByteArray, qsizetype>> readChunks(QByteArrayView text)
{
    QByteArray body;
    qsizetype at = 0;
    while (true) {
        const qsizetype lineEnd = text.indexOf(QByteArrayView("\r\n"), at);
        if (lineEnd < 0)
            return std::nullopt;
        const qsizetype size = text.sliced(at, lineEnd - at).toByteArray().toLongLong(nullptr, 16);
        if (text.size() < lineEnd + 2 + size + 2)
            return std::nullopt;
        body.append(text.sliced(lineEnd + 2, size));
        at = lineEnd + 2 + size + 2;
        if (size == 0)
            return std::pair(body, at);
    }
}

void readHead(const QByteArray &head, RawReply &reply)
{
    const QList<QByteArray> lines = head.split('\n');
    reply.status = lines.value(0).mid(9, 3).toInt();
    for (const QByteArray &line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0)
            reply.headers.add(line.left(colon).toStdString(), line.mid(colon + 1).trimmed().toStdString());
    }
}

} // namespace

RawClient::RawClient(int port)
    : m_fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    , m_readable(std::make_unique<QSocketNotifier>(m_fd, QSocketNotifier::Read))
    , m_writable(std::make_unique<QSocketNotifier>(m_fd, QSocketNotifier::Write))
    , m_pace(kAnyPace)
{
    m_writable->setEnabled(false);
    QObject::connect(m_readable.get(), &QSocketNotifier::activated, m_readable.get(),
                     [this] { onReadable(); });
    QObject::connect(m_writable.get(), &QSocketNotifier::activated, m_writable.get(),
                     [this] { onWritable(); });
    const int on = 1;
    ::setsockopt(m_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<quint16>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(m_fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) < 0 &&
        errno != EINPROGRESS)
        close();
}

RawClient::~RawClient()
{
    close();
}

void RawClient::send(const QByteArray &bytes)
{
    m_unsent += bytes;
    m_writable->setEnabled(!m_isClosed);
}

void RawClient::sendByteByByte(const QByteArray &bytes)
{
    m_pace = 1;
    send(bytes);
}

void RawClient::vanish()
{
    linger option{};
    option.l_onoff = 1;
    ::setsockopt(m_fd, SOL_SOCKET, SO_LINGER, &option, sizeof option);
    close();
}

void RawClient::close()
{
    m_isClosed = true;
    m_readable->setEnabled(false);
    m_writable->setEnabled(false);
    if (m_fd >= 0)
        ::close(m_fd);
    m_fd = -1;
}

void RawClient::onWritable()
{
    const auto size = static_cast<std::size_t>(std::min(m_pace, m_unsent.size()));
    const ssize_t count = ::send(m_fd, m_unsent.constData(), size, MSG_NOSIGNAL);
    if (count > 0)
        m_unsent.remove(0, count);
    if (m_unsent.isEmpty() || (count < 0 && errno != EAGAIN && errno != ENOTCONN))
        m_writable->setEnabled(false);
}

void RawClient::onReadable()
{
    std::array<char, 64 * 1024> buffer{};
    const ssize_t count = ::recv(m_fd, buffer.data(), buffer.size(), 0);
    if (count > 0) {
        m_received.append(buffer.data(), count);
        return;
    }
    if (count < 0 && (errno == EAGAIN || errno == ENOTCONN))
        return;
    m_wasReset = count < 0;
    close();
}

std::optional<RawReply> RawClient::takeReply(bool isHead)
{
    const qsizetype headEnd = m_received.indexOf("\r\n\r\n", m_taken);
    if (headEnd < 0)
        return std::nullopt;
    RawReply reply;
    readHead(m_received.mid(m_taken, headEnd - m_taken), reply);
    const qsizetype bodyStart = headEnd + 4;
    const QByteArrayView rest = QByteArrayView(m_received).sliced(bodyStart);
    qsizetype size = 0;
    reply.isComplete = true;
    if (isHead || reply.status < 200 || reply.status == 204 || reply.status == 304) {
        size = 0;
    } else if (reply.headers.contains("transfer-encoding")) {
        const auto chunks = readChunks(rest);
        if (!chunks && !isClosed())
            return std::nullopt;
        reply.isComplete = chunks.has_value();
        reply.body = chunks ? chunks->first : rest.toByteArray();
        size = chunks ? chunks->second : rest.size();
    } else if (reply.headers.contains("content-length")) {
        size = static_cast<qsizetype>(std::stoll(std::string(reply.headers.value("content-length"))));
        if (rest.size() < size && !isClosed())
            return std::nullopt;
        reply.isComplete = rest.size() >= size;
        size = std::min(size, rest.size());
        reply.body = rest.first(size).toByteArray();
    } else {
        if (!isClosed())
            return std::nullopt;
        reply.isComplete = !m_wasReset;
        size = rest.size();
        reply.body = rest.toByteArray();
    }
    m_taken = bodyStart + size;
    return reply;
}

} // namespace pm::test
