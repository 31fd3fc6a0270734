// SPDX-License-Identifier: GPL-3.0-or-later
#include "style/system_theme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QGuiApplication>
#include <QPalette>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {
const QString kService = u"org.freedesktop.portal.Desktop"_s;
const QString kPath = u"/org/freedesktop/portal/desktop"_s;
const QString kInterface = u"org.freedesktop.portal.Settings"_s;
const QString kGroup = u"org.freedesktop.appearance"_s;
const QString kKey = u"color-scheme"_s;
} // namespace

SystemTheme::SystemTheme(QObject *parent)
    : QObject(parent)
{
    m_isDark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(kService, kPath, kInterface, u"SettingChanged"_s, this,
                SLOT(settingChanged(QString, QString, QDBusVariant)));
    QDBusMessage ask = QDBusMessage::createMethodCall(kService, kPath, kInterface, u"Read"_s);
    ask << kGroup << kKey;
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(ask), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QVariant> reply = *watcher;
        if (!reply.isError())
            take(reply.value());
    });
}

void SystemTheme::settingChanged(const QString &group, const QString &key, const QDBusVariant &value)
{
    if (group == kGroup && key == kKey)
        take(value.variant());
}

void SystemTheme::take(const QVariant &colorScheme)
{
    // The portal's Read wraps the value once more than its signal does. 1 prefers dark, 2 light, 0 has no
    // wish.
    QVariant value = colorScheme;
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    const uint wish = value.toUInt();
    if (wish == 0 || (wish == 1) == m_isDark)
        return;
    m_isDark = wish == 1;
    Q_EMIT changed();
}

} // namespace pm::ui

#include "moc_system_theme.cpp"
