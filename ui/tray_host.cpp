// SPDX-License-Identifier: GPL-3.0-or-later
#include "tray_host.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QDBusVariant>
#include <QGuiApplication>
#include <QSystemTrayIcon>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {
const QString kService = u"org.kde.StatusNotifierWatcher"_s;
const QString kPath = u"/StatusNotifierWatcher"_s;
} // namespace

TrayHost::TrayHost(QObject *parent)
    : QObject(parent)
    , m_watcher(new QDBusServiceWatcher(this))
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, &TrayHost::giveUp);
    connect(m_watcher, &QDBusServiceWatcher::serviceRegistered, this, &TrayHost::ask);
    connect(m_watcher, &QDBusServiceWatcher::serviceUnregistered, this, [this] { setOnBus(false); });
}

void TrayHost::look(std::chrono::milliseconds wait)
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (bus.isConnected()) {
        m_watcher->setConnection(bus);
        m_watcher->addWatchedService(kService);
        bus.connect(kService, kPath, kService, u"StatusNotifierHostRegistered"_s, this, SLOT(ask()));
        ask();
    }
    m_deadline.start(bus.isConnected() ? wait : std::chrono::milliseconds(0));
}

void TrayHost::ask()
{
    QDBusMessage get =
        QDBusMessage::createMethodCall(kService, kPath, u"org.freedesktop.DBus.Properties"_s, u"Get"_s);
    get << kService << u"IsStatusNotifierHostRegistered"_s;
    get.setAutoStartService(false);
    auto *call = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(get), this);
    connect(call, &QDBusPendingCallWatcher::finished, this, [this, call] {
        call->deleteLater();
        const QDBusPendingReply<QDBusVariant> reply = *call;
        setOnBus(!reply.isError() && reply.value().variant().toBool());
    });
}

void TrayHost::setOnBus(bool present)
{
    if (present == m_isOnBus)
        return;
    m_isOnBus = present;
    if (m_isFound) {
        Q_EMIT presenceChanged();
    } else if (present) {
        m_deadline.stop();
        m_isFound = true;
        Q_EMIT found();
    }
}

void TrayHost::giveUp()
{
    if (m_isFound)
        return;
    // Only X11 has trays that are not on the bus. Elsewhere Qt's tray stays untouched, for a host that comes
    // later.
    m_isEmbedded = QGuiApplication::platformName() == "xcb"_L1 && QSystemTrayIcon::isSystemTrayAvailable();
    m_isFound = m_isEmbedded;
    if (m_isFound)
        Q_EMIT found();
    else
        Q_EMIT missing();
}

bool TrayHost::isPresent() const
{
    return m_isFound && (m_isEmbedded ? QSystemTrayIcon::isSystemTrayAvailable() : m_isOnBus);
}

} // namespace pm::ui

#include "moc_tray_host.cpp"
