// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <curl/curl.h>

#include <functional>
#include <memory>

namespace pm::http {

/// Tells when libcurl's sockets can be read or written, from the event loop of the thread that made it.
class SocketWatch
{
public:
    /// Called with the socket and a mask of CURL_CSELECT_IN and CURL_CSELECT_OUT.
    using Ready = std::function<void(curl_socket_t, int)>;

    SocketWatch() = default;
    SocketWatch(const SocketWatch &) = delete;
    SocketWatch &operator=(const SocketWatch &) = delete;
    virtual ~SocketWatch() = default;

    /// `what` as libcurl says it: CURL_POLL_IN, CURL_POLL_OUT, CURL_POLL_INOUT or CURL_POLL_REMOVE.
    virtual void set(curl_socket_t socket, int what) = 0;
    /// Asks a new easy handle for what else the watch has to know. The watch must outlive its connections.
    virtual void attach(CURL *) {}
};

/// One QSocketNotifier for each socket and direction: everywhere.
std::unique_ptr<SocketWatch> watchByNotifiers(SocketWatch::Ready ready);

/// One epoll set behind a single QSocketNotifier: Linux, elsewhere the same as watchByNotifiers. Qt's event
/// loop asks poll() about every notifier at every turn; with a thousand open streams that is a third of the
/// cost of a piece.
std::unique_ptr<SocketWatch> watchByEpoll(SocketWatch::Ready ready);

} // namespace pm::http
