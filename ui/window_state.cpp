// SPDX-License-Identifier: GPL-3.0-or-later
#include "window_state.h"

#include <QSplitter>
#include <QStandardPaths>
#include <QWidget>

using namespace Qt::StringLiterals;

namespace pm::ui {

WindowState::WindowState(const QString &path)
    : m_settings(path, QSettings::IniFormat)
{
}

QString WindowState::defaultPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
           u"/pointsman/window.ini"_s;
}

void WindowState::saveGeometry(const QWidget &window)
{
    m_settings.setValue(u"window/geometry"_s, window.saveGeometry());
}

bool WindowState::restoreGeometry(QWidget &window) const
{
    return window.restoreGeometry(m_settings.value(u"window/geometry"_s).toByteArray());
}

void WindowState::keep(QSplitter *splitter, const QString &name, const QList<int> &initial)
{
    const QString key = u"splitter/"_s + name;
    if (!splitter->restoreState(m_settings.value(key).toByteArray()))
        splitter->setSizes(initial);
    QObject::connect(splitter, &QSplitter::splitterMoved, splitter,
                     [this, splitter, key] { m_settings.setValue(key, splitter->saveState()); });
}

ThemeChoice WindowState::theme() const
{
    const QString name = m_settings.value(u"window/theme"_s).toString();
    return name == u"dark"_s    ? ThemeChoice::Dark
           : name == u"light"_s ? ThemeChoice::Light
                                : ThemeChoice::System;
}

void WindowState::setTheme(ThemeChoice choice)
{
    const QString name = choice == ThemeChoice::Dark    ? u"dark"_s
                         : choice == ThemeChoice::Light ? u"light"_s
                                                        : u"system"_s;
    m_settings.setValue(u"window/theme"_s, name);
}

} // namespace pm::ui
