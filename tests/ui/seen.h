// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QString>
#include <QWidget>

// What a user sees of a widget that is shown.
namespace pm::ui::sample {

/// Does a label that is seen say `text`?
inline bool shows(const QWidget &widget, const QString &text)
{
    for (const QLabel *label : widget.findChildren<QLabel *>()) {
        if (label->isVisible() && label->text().contains(text))
            return true;
    }
    return false;
}

/// The button that says `text`; null when none is seen.
inline QPushButton *button(const QWidget &widget, const QString &text)
{
    for (QPushButton *each : widget.findChildren<QPushButton *>()) {
        if (each->isVisible() && each->text() == text)
            return each;
    }
    return nullptr;
}

} // namespace pm::ui::sample
