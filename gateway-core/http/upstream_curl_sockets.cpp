// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_curl_sockets.h"

#include <QSocketNotifier>

#include <unordered_map>

namespace pm::http {

namespace {

/// A notifier once made is only switched off when its socket goes, and serves the next socket of the same
/// number: keep-alive asks for a watch and drops it with every request.
class NotifierWatch final : public SocketWatch
{
public:
    explicit NotifierWatch(Ready ready)
        : m_ready(std::move(ready))
    {
    }

    void set(curl_socket_t socket, int what) override
    {
        Notifiers &notifiers = m_notifiers[socket];
        turn(notifiers.read, socket, QSocketNotifier::Read, what == CURL_POLL_IN || what == CURL_POLL_INOUT);
        turn(notifiers.write, socket, QSocketNotifier::Write,
             what == CURL_POLL_OUT || what == CURL_POLL_INOUT);
    }

private:
    struct Notifiers
    {
        std::unique_ptr<QSocketNotifier> read;
        std::unique_ptr<QSocketNotifier> write;
    };

    void turn(std::unique_ptr<QSocketNotifier> &notifier, curl_socket_t socket, QSocketNotifier::Type type,
              bool on)
    {
        if (notifier) {
            notifier->setEnabled(on);
            return;
        }
        if (!on)
            return;
        notifier = std::make_unique<QSocketNotifier>(static_cast<qintptr>(socket), type);
        const int event = type == QSocketNotifier::Read ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
        QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(),
                         [this, socket, event] { m_ready(socket, event); });
    }

    Ready m_ready;
    std::unordered_map<curl_socket_t, Notifiers> m_notifiers;
};

} // namespace

std::unique_ptr<SocketWatch> watchByNotifiers(SocketWatch::Ready ready)
{
    return std::make_unique<NotifierWatch>(std::move(ready));
}

#ifndef Q_OS_LINUX
std::unique_ptr<SocketWatch> watchByEpoll(SocketWatch::Ready ready)
{
    return watchByNotifiers(std::move(ready));
}
#endif

} // namespace pm::http
