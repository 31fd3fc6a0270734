// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace pm::ui {

class Theme;

/// What stands where budgets would be while there is none: what one is for, and the lines of the
/// configuration that make the first, to copy.
class FirstBudget : public QWidget
{
    Q_OBJECT

public:
    FirstBudget(const Theme &theme, bool hasConfiguration, QWidget *parent = nullptr);
    static QString lines(); ///< YAML

Q_SIGNALS:
    void copyWanted();
    void configurationWanted(); ///< where the lines go
};

} // namespace pm::ui
