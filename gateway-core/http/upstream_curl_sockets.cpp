// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_curl_sockets.h"

#include "http/socket_calls.h"

#ifdef Q_OS_LINUX
#include <sys/socket.h>
#endif

namespace pm::http {

namespace {

curl_socket_t openSocket(void *watch, curlsocktype, curl_sockaddr *address)
{
#ifdef SOCK_CLOEXEC
    const int type = address->socktype | SOCK_CLOEXEC;
#else
    const int type = address->socktype;
#endif
    const curl_socket_t socket = ::socket(address->family, type, address->protocol);
    if (socket != CURL_SOCKET_BAD)
        static_cast<SocketWatch *>(watch)->adopt(static_cast<qintptr>(socket));
    return socket;
}

int closeForgotten(void *watch, curl_socket_t socket)
{
    static_cast<SocketWatch *>(watch)->forget(static_cast<qintptr>(socket));
    closeSocket(static_cast<qintptr>(socket));
    return 0;
}

} // namespace

unsigned wantedEvents(int what)
{
    return (what == CURL_POLL_IN || what == CURL_POLL_INOUT ? SocketWatch::Read : 0U) |
           (what == CURL_POLL_OUT || what == CURL_POLL_INOUT ? SocketWatch::Write : 0U);
}

int happenedBits(unsigned events)
{
    return (events & SocketWatch::Read ? CURL_CSELECT_IN : 0) |
           (events & SocketWatch::Write ? CURL_CSELECT_OUT : 0);
}

void openAndCloseThrough(CURL *easy, SocketWatch &watch)
{
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &openSocket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &watch);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &closeForgotten);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, &watch);
}

} // namespace pm::http
