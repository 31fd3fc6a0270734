// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSocketNotifier>

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <unordered_map>

namespace pm::http {

/// Tells when libcurl's sockets can be read or written, from the event loop of the thread that made it. A
/// watcher once made is only switched off when its socket goes, and serves the next socket of the same
/// number: keep-alive asks for a watch and drops it with every request.
class SocketWatch
{
public:
    /// Called with the socket and CURL_CSELECT_IN or CURL_CSELECT_OUT.
    using Ready = std::function<void(curl_socket_t, int)>;

    explicit SocketWatch(Ready ready)
        : m_ready(std::move(ready))
    {
    }
    SocketWatch(const SocketWatch &) = delete;
    SocketWatch &operator=(const SocketWatch &) = delete;

    /// `what` as libcurl says it: CURL_POLL_IN, CURL_POLL_OUT, CURL_POLL_INOUT or CURL_POLL_REMOVE.
    void set(curl_socket_t socket, int what);

private:
    struct Watchers
    {
        std::unique_ptr<QSocketNotifier> read;
        std::unique_ptr<QSocketNotifier> write;
    };

    void turn(std::unique_ptr<QSocketNotifier> &watcher, curl_socket_t socket, QSocketNotifier::Type type,
              bool on);

    Ready m_ready;
    std::unordered_map<curl_socket_t, Watchers> m_watchers;
};

} // namespace pm::http
