// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_curl_sockets.h"

namespace pm::http {

void SocketWatch::set(curl_socket_t socket, int what)
{
    Watchers &watchers = m_watchers[socket];
    turn(watchers.read, socket, QSocketNotifier::Read, what == CURL_POLL_IN || what == CURL_POLL_INOUT);
    turn(watchers.write, socket, QSocketNotifier::Write, what == CURL_POLL_OUT || what == CURL_POLL_INOUT);
}

void SocketWatch::turn(std::unique_ptr<QSocketNotifier> &watcher, curl_socket_t socket,
                       QSocketNotifier::Type type, bool on)
{
    if (watcher) {
        watcher->setEnabled(on);
        return;
    }
    if (!on)
        return;
    watcher = std::make_unique<QSocketNotifier>(static_cast<qintptr>(socket), type);
    const int event = type == QSocketNotifier::Read ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
    QObject::connect(watcher.get(), &QSocketNotifier::activated, watcher.get(),
                     [this, socket, event] { m_ready(socket, event); });
}

} // namespace pm::http
