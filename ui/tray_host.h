// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>

QT_BEGIN_NAMESPACE
class QDBusServiceWatcher;
QT_END_NAMESPACE

namespace pm::ui {

/// Whether something on this desktop shows tray icons. Qt 6.4 asks the bus once, at the first use of
/// QSystemTrayIcon, and keeps the answer; so this asks first, without Qt's tray, and waits for a host that
/// starts later. GUI thread.
class TrayHost : public QObject
{
    Q_OBJECT

public:
    explicit TrayHost(QObject *parent = nullptr);

    /// Asks; `found` or `missing` comes once, the latter after `wait`. A StatusNotifier host that comes later
    /// still is found as long as Qt's tray has not been touched.
    void look(std::chrono::milliseconds wait);
    /// Now; after found.
    bool isPresent() const;

Q_SIGNALS:
    void found();
    void missing();
    void presenceChanged(); ///< after found: the host went away, or came back

private Q_SLOTS:
    void ask();

private:
    void setOnBus(bool present);
    void giveUp();

    QDBusServiceWatcher *m_watcher;
    QTimer m_deadline;
    bool m_isFound = false;
    bool m_isOnBus = false;    ///< a StatusNotifierWatcher with a host
    bool m_isEmbedded = false; ///< the older X11 protocol: only Qt can tell
};

} // namespace pm::ui
