// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "style/theme.h"

#include <QToolButton>

namespace pm::ui {

/// A button that is only an icon; its name is for tool tip and screen readers.
inline QToolButton *makeIconButton(const Theme &theme, const QString &icon, const QString &name,
                                   QWidget *parent = nullptr)
{
    auto *button = new QToolButton(parent);
    button->setIcon(theme.icon(icon));
    button->setIconSize(QSize(16, 16));
    button->setToolTip(name);
    button->setAccessibleName(name);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

} // namespace pm::ui
