// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/socket_calls.h"

#include <algorithm>
#include <array>

#ifdef Q_OS_WIN
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#endif

namespace pm::http {

namespace {

#ifdef Q_OS_WIN

using Descriptor = SOCKET;

bool wouldBlock()
{
    return WSAGetLastError() == WSAEWOULDBLOCK;
}

bool wasInterrupted()
{
    return WSAGetLastError() == WSAEINTR;
}

#else

using Descriptor = int;

bool wouldBlock()
{
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

bool wasInterrupted()
{
    return errno == EINTR;
}

#endif

Descriptor native(qintptr socket)
{
    return static_cast<Descriptor>(socket);
}

template <typename Value>
bool setOption(qintptr socket, int level, int name, const Value &value)
{
    return ::setsockopt(native(socket), level, name, reinterpret_cast<const char *>(&value), sizeof value) ==
           0;
}

Moved failed()
{
    const bool waits = wouldBlock();
    return {.wouldBlock = waits, .isOver = !waits};
}

using Ask = int (*)(Descriptor, sockaddr *, socklen_t *);

void readAddress(qintptr socket, Ask ask, QHostAddress &address, quint16 &port)
{
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    auto *generic = reinterpret_cast<sockaddr *>(&storage);
    if (ask(native(socket), generic, &size) != 0)
        return;
    address = QHostAddress(generic);
    port = storage.ss_family == AF_INET6 ? ntohs(reinterpret_cast<const sockaddr_in6 *>(&storage)->sin6_port)
                                         : ntohs(reinterpret_cast<const sockaddr_in *>(&storage)->sin_port);
}

} // namespace

bool prepareSocket(qintptr socket)
{
#ifdef Q_OS_WIN
    u_long on = 1;
    if (::ioctlsocket(native(socket), FIONBIO, &on) != 0)
        return false;
#else
    const int flags = ::fcntl(native(socket), F_GETFL);
    if (flags < 0 || ::fcntl(native(socket), F_SETFL, flags | O_NONBLOCK) < 0)
        return false;
#endif
#ifdef SO_NOSIGPIPE
    if (!setOption(socket, SOL_SOCKET, SO_NOSIGPIPE, int(1)))
        return false;
#endif
    return setOption(socket, IPPROTO_TCP, TCP_NODELAY, int(1));
}

SocketAddresses addressesOf(qintptr socket)
{
    SocketAddresses addresses;
    readAddress(socket, &::getpeername, addresses.peer, addresses.peerPort);
    readAddress(socket, &::getsockname, addresses.local, addresses.localPort);
    return addresses;
}

Moved receive(qintptr socket, char *data, std::size_t size)
{
    while (true) {
        const auto count = ::recv(native(socket), data, size, 0);
        if (count > 0)
            return {.bytes = static_cast<std::size_t>(count)};
        if (count == 0)
            return {.isOver = true};
        if (!wasInterrupted())
            return failed();
    }
}

Moved sendPieces(qintptr socket, const std::string_view *pieces, std::size_t count)
{
#ifdef Q_OS_WIN
    Moved moved;
    for (std::size_t i = 0; i < count && !moved.wouldBlock && !moved.isOver; ++i) {
        const auto size = static_cast<int>(std::min<std::size_t>(pieces[i].size(), 1u << 30));
        const int sent = ::send(native(socket), pieces[i].data(), size, 0);
        if (sent < 0)
            moved = {.bytes = moved.bytes, .wouldBlock = wouldBlock(), .isOver = !wouldBlock()};
        else
            moved.bytes += static_cast<std::size_t>(sent);
        moved.wouldBlock =
            moved.wouldBlock || (sent >= 0 && static_cast<std::size_t>(sent) < pieces[i].size());
    }
    return moved;
#else
#ifdef MSG_NOSIGNAL
    constexpr int kFlags = MSG_NOSIGNAL;
#else
    constexpr int kFlags = 0; // prepareSocket has seen to it
#endif
    std::array<iovec, kMostPieces> vectors{};
    count = std::min(count, kMostPieces);
    std::size_t wanted = 0;
    for (std::size_t i = 0; i < count; ++i) {
        vectors[i] = {const_cast<char *>(pieces[i].data()), pieces[i].size()};
        wanted += pieces[i].size();
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(count);
    while (true) {
        const ssize_t sent = count == 1 ? ::send(native(socket), pieces[0].data(), pieces[0].size(), kFlags)
                                        : ::sendmsg(native(socket), &message, kFlags);
        if (sent >= 0) {
            const auto bytes = static_cast<std::size_t>(sent);
            return {.bytes = bytes, .wouldBlock = bytes < wanted};
        }
        if (!wasInterrupted())
            return failed();
    }
#endif
}

void shutdownSending(qintptr socket)
{
#ifdef Q_OS_WIN
    ::shutdown(native(socket), SD_SEND);
#else
    ::shutdown(native(socket), SHUT_WR);
#endif
}

void resetOnClose(qintptr socket)
{
    linger option{};
    option.l_onoff = 1;
    option.l_linger = 0;
    setOption(socket, SOL_SOCKET, SO_LINGER, option);
}

void closeSocket(qintptr socket)
{
#ifdef Q_OS_WIN
    ::closesocket(native(socket));
#else
    ::close(native(socket));
#endif
}

} // namespace pm::http
