// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/socket_watch.h"

#include <QSocketNotifier>

#include <unordered_map>

namespace pm::http {

namespace {

/// A notifier once made is only switched off when its socket goes, and serves the next socket of the same
/// number: keep-alive asks for a watch and drops it with every request.
class NotifierWatch final : public SocketWatch
{
public:
    void set(qintptr socket, unsigned wanted, User *user) override
    {
        Notifiers &notifiers = m_notifiers[socket];
        notifiers.user = user;
        turn(notifiers.read, socket, QSocketNotifier::Read, wanted & Read);
        turn(notifiers.write, socket, QSocketNotifier::Write, wanted & Write);
    }

    void adopt(qintptr) override {}
    void forget(qintptr socket) override
    {
        if (m_notifiers.contains(socket))
            set(socket, 0, nullptr);
    }

private:
    struct Notifiers
    {
        User *user = nullptr;
        std::unique_ptr<QSocketNotifier> read;
        std::unique_ptr<QSocketNotifier> write;
    };

    void turn(std::unique_ptr<QSocketNotifier> &notifier, qintptr socket, QSocketNotifier::Type type, bool on)
    {
        if (notifier) {
            notifier->setEnabled(on);
            return;
        }
        if (!on)
            return;
        notifier = std::make_unique<QSocketNotifier>(socket, type);
        const unsigned event = type == QSocketNotifier::Read ? Read : Write;
        QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(), [this, socket, event] {
            const Turn turn(*this);
            if (User *user = m_notifiers[socket].user)
                user->socketReady(socket, event);
        });
    }

    std::unordered_map<qintptr, Notifiers> m_notifiers;
};

} // namespace

std::unique_ptr<SocketWatch> watchByNotifiers()
{
    return std::make_unique<NotifierWatch>();
}

#ifndef Q_OS_LINUX
std::unique_ptr<SocketWatch> watchByEpoll()
{
    return watchByNotifiers();
}
#endif

} // namespace pm::http
