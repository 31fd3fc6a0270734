// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "health_watch.h"
#include "source.h"
#include "tray_host.h"

#include <QIcon>
#include <QStringList>

#include <memory>

QT_BEGIN_NAMESPACE
class QAction;
class QActionGroup;
class QMenu;
class QSystemTrayIcon;
QT_END_NAMESPACE

namespace pm::ui {

/// The icon in the desktop's tray, where there is one: state at a glance, and the router to use, pause, the
/// base URL and the way back to the window in its menu. GUI thread.
class Tray : public QObject
{
    Q_OBJECT

public:
    explicit Tray(const Source &source, QObject *parent = nullptr);
    ~Tray() override;

    /// Shows the icon as soon as a host is there. `settled` comes once: with true then, with false after
    /// `wait`.
    void start(std::chrono::milliseconds wait);
    /// Whether the icon can be seen now, so that a hidden window can be brought back by it.
    bool isAvailable() const;

Q_SIGNALS:
    void settled(bool available);
    void lost(); ///< no host for some seconds: a hidden window is out of reach
    void openWanted();
    void quitWanted();

private:
    enum class State { Serving, Impaired, Paused, Problem };
    void show();
    void fillMenu();
    void refresh();
    void refreshRouters();
    void copyBaseUrl();
    void notify(const QString &title, const QString &text);
    State state() const;
    QString toolTip() const;
    static QIcon iconOf(State state);

    const Source &m_source;
    HealthWatch m_health;
    TrayHost m_host;
    QTimer m_lostFor;
    std::unique_ptr<QMenu> m_menu;
    std::unique_ptr<QSystemTrayIcon> m_icon;
    QActionGroup *m_routers = nullptr;
    QAction *m_firstAfterRouters = nullptr;
    QAction *m_pause = nullptr;
    QStringList m_names;
    int m_shownState = -1;
};

} // namespace pm::ui
