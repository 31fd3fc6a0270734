// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "page.h"
#include "widgets/status_dot.h"

QT_BEGIN_NAMESPACE
class QComboBox;
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

/// On every page: which router serves bare paths, pause, and the way to everything else.
class TopStrip : public QWidget
{
    Q_OBJECT

public:
    explicit TopStrip(const Theme &theme, QWidget *parent = nullptr);

    void setRouters(const std::vector<RouterStatus> &routers, const std::string &active);
    void setPaused(bool paused, bool canPause);

Q_SIGNALS:
    void routerChosen(const QString &name); ///< empty: the model decides
    void pauseWanted(bool paused);
    void paletteWanted();
    void themeWanted(pm::ui::ThemeChoice choice);

private:
    struct Entry
    {
        QString name;
        Sign sign;
        QString health;
        bool operator==(const Entry &) const = default;
    };
    void paintSigns();

    const Theme &m_theme;
    std::vector<Entry> m_entries; ///< as they stand in the box
    QComboBox *m_router;
    QPushButton *m_pause;
    bool m_isPaused = false;
};

} // namespace pm::ui
