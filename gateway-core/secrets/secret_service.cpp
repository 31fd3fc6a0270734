// SPDX-License-Identifier: GPL-3.0-or-later
#include "secrets/secret_service.h"

#include <QMetaObject>

#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
#include <QDBusConnection>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QFileInfo>
#endif

#include <limits>
#include <utility>

namespace pm::secrets {

namespace {

/// Also what is known at once is told from the event loop.
void tellLater(QObject *context, Presence presence, std::function<void(Presence)> found)
{
    QMetaObject::invokeMethod(
        context, [presence, found = std::move(found)] { found(presence); }, Qt::QueuedConnection);
}

#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)

using Paths = QList<QDBusObjectPath>;
using Attributes = QMap<QString, QString>;

/// QtKeychain's own choice: there it talks to KWallet and not to the Secret Service.
bool usesKWallet()
{
    return qgetenv("XDG_CURRENT_DESKTOP") == "KDE" && qEnvironmentVariableIntValue("KDE_SESSION_VERSION") >= 4;
}

/// Without either of these libdbus would start a bus of its own when there is a display.
bool hasBusAddress()
{
    if (!qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS"))
        return true;
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return !runtime.isEmpty() && QFileInfo::exists(runtime + QStringLiteral("/bus"));
}

/// A connection of our own: the shared one stays dead once its bus has gone.
QDBusConnection sessionBus()
{
    const QString name = QStringLiteral("pointsman-keyring");
    if (const QDBusConnection open(name); open.isConnected())
        return open;
    QDBusConnection::disconnectFromBus(name);
    return QDBusConnection::connectToBus(QDBusConnection::SessionBus, name);
}

Presence presenceOf(const QDBusPendingReply<Paths, Paths> &reply)
{
    if (reply.isError())
        return Presence::NoService;
    if (!reply.argumentAt<0>().isEmpty())
        return Presence::Unlocked;
    return reply.argumentAt<1>().isEmpty() ? Presence::Absent : Presence::Locked;
}

#endif

} // namespace

void searchItem(QObject *context, const QString &server, const QString &user, std::function<void(Presence)> found)
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
    if (usesKWallet())
        return tellLater(context, Presence::Unknown, std::move(found));
    if (!hasBusAddress())
        return tellLater(context, Presence::NoService, std::move(found));
    const QDBusConnection bus = sessionBus();
    if (!bus.isConnected())
        return tellLater(context, Presence::NoService, std::move(found));
    qDBusRegisterMetaType<Attributes>();
    QDBusMessage call = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.secrets"), QStringLiteral("/org/freedesktop/secrets"),
        QStringLiteral("org.freedesktop.Secret.Service"), QStringLiteral("SearchItems"));
    call << QVariant::fromValue(Attributes{{QStringLiteral("server"), server}, {QStringLiteral("user"), user}});
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(call, std::numeric_limits<int>::max()), context);
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, context,
                     [watcher, found = std::move(found)] {
                         watcher->deleteLater();
                         found(presenceOf(*watcher));
                     });
#else
    Q_UNUSED(server);
    Q_UNUSED(user);
    tellLater(context, Presence::Unknown, std::move(found));
#endif
}

} // namespace pm::secrets
