// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/raw_client.h"

#include <QHostAddress>

namespace pm::test {

namespace {

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
{
    QObject::connect(&m_socket, &QTcpSocket::readyRead, &m_socket, [this] { readAll(); });
    QObject::connect(&m_socket, &QTcpSocket::disconnected, &m_socket, [this] { readAll(); });
    QObject::connect(&m_socket, &QTcpSocket::errorOccurred, &m_socket, [this] {
        m_wasReset = m_socket.error() == QAbstractSocket::NetworkError
                     || m_socket.errorString().contains(QLatin1String("reset"));
    });
    QObject::connect(&m_socket, &QTcpSocket::bytesWritten, &m_socket, [this] {
        if (!m_unsent.isEmpty() && m_socket.bytesToWrite() == 0) {
            m_socket.write(m_unsent.left(1));
            m_unsent.remove(0, 1);
        }
    });
    m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), static_cast<quint16>(port));
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
}

RawClient::~RawClient()
{
    m_socket.disconnect(); // the members that the slots use go before the socket does
}

void RawClient::send(const QByteArray &bytes)
{
    m_socket.write(bytes);
}

void RawClient::sendByteByByte(const QByteArray &bytes)
{
    m_unsent = bytes.mid(1);
    m_socket.write(bytes.left(1));
}

void RawClient::stopReading()
{
    m_reads = false;
    m_socket.setReadBufferSize(1);
}

void RawClient::goOnReading()
{
    m_reads = true;
    m_socket.setReadBufferSize(0);
    readAll();
}

void RawClient::readAll()
{
    if (m_reads && m_socket.isOpen())
        m_received += m_socket.readAll();
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
