// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTabBar>

namespace pm::ui {

/// A tab bar that assistive tools know by its accessible name, with the current tab as its value. Qt's own
/// has the current tab for a name, so that nothing says what the tabs are of.
class TabBar : public QTabBar
{
    Q_OBJECT

public:
    explicit TabBar(QWidget *parent = nullptr);
};

} // namespace pm::ui
