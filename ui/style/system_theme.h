// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusVariant>
#include <QObject>

namespace pm::ui {

/// Whether the desktop asks for dark windows: the settings portal where one answers, else the palette the
/// platform gave at start. Asks asynchronously; GUI thread.
class SystemTheme : public QObject
{
    Q_OBJECT

public:
    explicit SystemTheme(QObject *parent = nullptr);
    bool isDark() const { return m_isDark; }

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void settingChanged(const QString &group, const QString &key, const QDBusVariant &value);

private:
    void take(const QVariant &colorScheme);

    bool m_isDark = false;
};

} // namespace pm::ui
