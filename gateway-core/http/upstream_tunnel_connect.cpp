// SPDX-License-Identifier: GPL-3.0-or-later
// The way to the provider: proxy, TLS, the request.
#include "http/environment_proxy.h"
#include "http/upstream_curl_headers.h"
#include "http/upstream_tunnel_call.h"

#include <QNetworkProxy>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QUrl>

#include <algorithm>

namespace pm::http {

namespace {

/// What stays of an answer in Qt's own buffer; the rest waits in the kernel.
constexpr qint64 kReadBuffer = 256 * 1024;

QString text(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

QNetworkProxy proxyOf(const std::optional<ProxyAddress> &address)
{
    if (!address)
        return QNetworkProxy::NoProxy;
    return {address->isSocks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, text(address->host),
            static_cast<quint16>(address->port), text(address->user), text(address->password)};
}

QSslConfiguration secured(const std::string &caFile)
{
    QSslConfiguration settings = QSslConfiguration::defaultConfiguration();
    settings.setPeerVerifyMode(QSslSocket::VerifyPeer);
    settings.setAllowedNextProtocols({QByteArrayLiteral("http/1.1")});
    if (!caFile.empty())
        settings.addCaCertificates(text(caFile));
    return settings;
}

void wipe(QByteArray &bytes)
{
    // A volatile pointer keeps the compiler from dropping stores to memory that is not read again.
    volatile char *byte = bytes.data();
    for (qsizetype i = 0; i < bytes.size(); ++i)
        byte[i] = 0;
}

bool isOurs(std::string_view name)
{
    return equalsIgnoreCase(name, "host") || equalsIgnoreCase(name, "content-length")
           || equalsIgnoreCase(name, "transfer-encoding") || equalsIgnoreCase(name, "accept-encoding");
}

Result<void> append(QByteArray &out, std::string_view name, std::string_view value)
{
    if (auto checked = checkField(name, value); !checked)
        return checked;
    for (const std::string_view part : {name, std::string_view(": "), value, std::string_view("\r\n")})
        out.append(part.data(), static_cast<qsizetype>(part.size()));
    return {};
}

} // namespace

Result<void> TunnelCall::connectSocket(const std::string &caFile, QObject &sockets)
{
    const QUrl url(text(m_request.url));
    if (placeOf(m_request.url).empty() || url.host().isEmpty())
        return fail(ErrorKind::Config, "the provider's address is not an http or https URL; check its base-url");
    if (m_request.publicOnly || !m_request.body.isEmpty())
        return fail(ErrorKind::Internal, "a change of protocol is asked for with a body, or of an unknown address");
    if (auto lines = head(); !lines)
        return tl::unexpected(lines.error());
    const bool isSecure = url.scheme() == QStringLiteral("https");
    auto proxy = proxyFor(isSecure ? "https" : "http", url.host().toStdString(), processEnvironment);
    if (!proxy)
        return tl::unexpected(proxy.error());
    auto *secure = isSecure ? new QSslSocket(&sockets) : nullptr;
    m_socket = secure ? secure : new QTcpSocket(&sockets);
    m_socket->setProxy(proxyOf(*proxy));
    m_isProxied = proxy->has_value();
    m_socket->setReadBufferSize(kReadBuffer);
    watchSocket(isSecure);
    if (secure) {
        secure->setSslConfiguration(secured(caFile));
        secure->connectToHostEncrypted(url.host(), static_cast<quint16>(url.port(443)));
    } else {
        m_socket->connectToHost(url.host(), static_cast<quint16>(url.port(80)));
    }
    return {};
}

void TunnelCall::watchSocket(bool isSecure)
{
    connect(m_socket, &QTcpSocket::hostFound, this, [this] { m_times.dns = elapsed(); });
    connect(m_socket, &QTcpSocket::connected, this, [this, isSecure] {
        m_times.connect = elapsed();
        m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        m_socket->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
        if (!isSecure)
            sendRequest();
    });
    connect(m_socket, &QTcpSocket::readyRead, this, [this] { read(); });
    connect(m_socket, &QTcpSocket::bytesWritten, this, [this] { bytesWent(); });
    connect(m_socket, &QTcpSocket::errorOccurred, this, [this](auto error) { socketFailed(error); });
    connect(m_socket, &QTcpSocket::disconnected, this, [this] { socketClosed(); });
    if (!isSecure)
        return;
    auto *secure = static_cast<QSslSocket *>(m_socket);
    connect(secure, &QSslSocket::encryptedBytesWritten, this, [this] { bytesWent(); });
    connect(secure, &QSslSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
        if (!errors.isEmpty()) // none is ever ignored
            m_certificateProblem = errors.front().errorString().toStdString();
    });
    connect(secure, &QSslSocket::encrypted, this, [this] {
        m_times.tls = elapsed();
        sendRequest();
    });
}

void TunnelCall::sendRequest()
{
    QByteArray lines = head().value_or(QByteArray()); // has been checked
    m_state = State::Asking;
    m_socket->write(lines);
    m_socket->flush();
    wipe(lines);
    m_times.sent = elapsed();
    setTimer(m_request.timeouts.firstByte);
}

/// The head of the request, keys in it. Error: Config, names a field that cannot be sent.
Result<QByteArray> TunnelCall::head() const
{
    const std::string &url = m_request.url;
    const std::size_t authority = url.find("://") + 3;
    const std::size_t path = std::min(url.find_first_of("/?#", authority), url.size());
    std::string target = url.substr(path, url.find('#', path) - path);
    if (!target.starts_with('/'))
        target.insert(0, 1, '/');
    QByteArray out = QByteArray::fromStdString(m_request.method + " " + target + " HTTP/1.1\r\n");
    std::size_t room = 1024;
    for (const auto &[name, value] : m_request.headers.fields())
        room += name.size() + value.size() + 4;
    for (const auto &[name, secret] : m_request.secretHeaders)
        room += name.size() + secret.reveal().size() + 4;
    out.reserve(out.size() + static_cast<qsizetype>(room)); // growing would leave an unwiped copy behind
    if (target.find_first_of(" \r\n") != std::string::npos)
        return fail(ErrorKind::Config, "the provider's address holds a blank or a line break; check its base-url");
    if (auto host = append(out, "host", placeOf(url)); !host)
        return tl::unexpected(host.error());
    for (const auto &[name, value] : m_request.headers.fields()) {
        if (isOurs(name))
            continue;
        if (auto field = append(out, name, value); !field)
            return tl::unexpected(field.error());
    }
    for (const auto &[name, secret] : m_request.secretHeaders) {
        if (auto field = append(out, name, secret.reveal()); !field)
            return tl::unexpected(field.error());
    }
    out.append("\r\n");
    return out;
}

} // namespace pm::http
