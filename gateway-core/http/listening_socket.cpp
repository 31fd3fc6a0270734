// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/listening_socket.h"

#include <QString>

#include <mutex>
#include <set>

#ifdef Q_OS_UNIX
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace pm::http {

namespace {

struct Claims
{
    std::mutex mutex;
    std::multiset<QString> names;
};

/// A fact about the process, as its ports are; hence one for the process. Any thread.
Claims &claims()
{
    static Claims all;
    return all;
}

QString claimName(const QHostAddress &address, quint16 port)
{
    return address.toString() + QLatin1Char(' ') + QString::number(port);
}

Failure cannotListen(const QHostAddress &address, quint16 port, const std::string &reason)
{
    return fail(ErrorKind::ConnectFailed,
                "cannot listen on " + address.toString().toStdString() + " port " + std::to_string(port) +
                    ": " + reason +
                    "; choose another with --port or server.port, or another address with --address or "
                    "server.address");
}

#if defined(Q_OS_UNIX) && defined(SO_REUSEPORT)

constexpr int kBacklog = 1024;

class Descriptor
{
public:
    explicit Descriptor(int fd)
        : m_fd(fd)
    {
    }
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    int get() const { return m_fd; }
    int release() { return std::exchange(m_fd, -1); }

private:
    int m_fd;
};

struct NativeAddress
{
    sockaddr_storage storage{};
    socklen_t size = 0;
};

NativeAddress nativeAddress(const QHostAddress &address, quint16 port)
{
    NativeAddress native;
    if (address.protocol() == QAbstractSocket::IPv6Protocol || address == QHostAddress(QHostAddress::Any)) {
        auto *v6 = reinterpret_cast<sockaddr_in6 *>(&native.storage);
        const Q_IPV6ADDR bytes = address.toIPv6Address();
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        std::memcpy(&v6->sin6_addr, &bytes, sizeof bytes);
        native.size = sizeof *v6;
    } else {
        auto *v4 = reinterpret_cast<sockaddr_in *>(&native.storage);
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        v4->sin_addr.s_addr = htonl(address.toIPv4Address());
        native.size = sizeof *v4;
    }
    return native;
}

/// A bound socket, or errno.
tl::expected<int, int> bindSocket(const NativeAddress &native, bool sharesPort)
{
    Descriptor fd(::socket(native.storage.ss_family, SOCK_STREAM, 0));
    const int on = 1;
    if (fd.get() < 0 || ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC) < 0 ||
        ::fcntl(fd.get(), F_SETFL, O_NONBLOCK) < 0 ||
        ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        (sharesPort && ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) < 0) ||
        ::bind(fd.get(), reinterpret_cast<const sockaddr *>(&native.storage), native.size) < 0)
        return tl::unexpected(errno);
    return fd.release();
}

Result<void> openShared(QTcpServer &server, const QHostAddress &address, quint16 port)
{
    const NativeAddress native = nativeAddress(address, port);
    // A port that others share in silence would take half of their connections: a plain bind finds them
    // first.
    if (port != 0 && !PortClaim::isOurs(address, port)) {
        const auto probe = bindSocket(native, false);
        if (!probe)
            return cannotListen(address, port, std::strerror(probe.error()));
        ::close(*probe);
    }
    const auto bound = bindSocket(native, true);
    if (!bound)
        return cannotListen(address, port, std::strerror(bound.error()));
    Descriptor fd(*bound);
    if (::listen(fd.get(), kBacklog) < 0)
        return cannotListen(address, port, std::strerror(errno));
    if (!server.setSocketDescriptor(fd.get()))
        return cannotListen(address, port, server.errorString().toStdString());
    fd.release();
    return {};
}

#else

Result<void> openShared(QTcpServer &server, const QHostAddress &address, quint16 port)
{
    if (!server.listen(address, port))
        return cannotListen(address, port, server.errorString().toStdString());
    return {};
}

#endif

} // namespace

PortClaim::PortClaim(const QHostAddress &address, quint16 port)
    : m_name(claimName(address, port))
{
    const std::scoped_lock lock(claims().mutex);
    claims().names.insert(m_name);
}

PortClaim::~PortClaim()
{
    const std::scoped_lock lock(claims().mutex);
    claims().names.erase(claims().names.find(m_name));
}

bool PortClaim::isOurs(const QHostAddress &address, quint16 port)
{
    const std::scoped_lock lock(claims().mutex);
    return claims().names.contains(claimName(address, port));
}

Result<std::unique_ptr<PortClaim>> listenShared(QTcpServer &server, const QHostAddress &address, quint16 port)
{
    if (auto opened = openShared(server, address, port); !opened)
        return fail(opened.error());
    return std::make_unique<PortClaim>(address, server.serverPort());
}

} // namespace pm::http
