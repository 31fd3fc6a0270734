// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "style/theme.h"

#include <QSettings>

QT_BEGIN_NAMESPACE
class QSplitter;
class QWidget;
QT_END_NAMESPACE

namespace pm::ui {

/// What the window remembers between runs: geometry, splitters, theme, small choices. One ini file; the path
/// is handed in, so that tests write elsewhere. Knows nothing of the gateway's configuration. GUI thread.
class WindowState
{
public:
    explicit WindowState(const QString &path = defaultPath());
    static QString defaultPath(); ///< ~/.config/pointsman/window.ini

    void saveGeometry(const QWidget &window);
    bool restoreGeometry(QWidget &window) const;
    /// Restores the splitter's sizes now and saves them whenever they are moved.
    void keep(QSplitter *splitter, const QString &name, const QList<int> &initial);

    ThemeChoice theme() const;
    void setTheme(ThemeChoice choice);

    QVariant value(const QString &key, const QVariant &fallback = {}) const
    {
        return m_settings.value(key, fallback);
    }
    void setValue(const QString &key, const QVariant &value) { m_settings.setValue(key, value); }

private:
    QSettings m_settings;
};

} // namespace pm::ui
