// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QLabel>

namespace pm::ui {

/// A one-pixel line between panes.
inline QFrame *makeLine(Qt::Orientation orientation, QWidget *parent = nullptr)
{
    auto *line = new QFrame(parent);
    line->setProperty("role", QStringLiteral("line"));
    if (orientation == Qt::Horizontal)
        line->setFixedHeight(1);
    else
        line->setFixedWidth(1);
    return line;
}

enum class Tone { Normal, Muted, Good, Warn, Bad };

/// Sets the colour of a label by meaning; follows the theme.
void setTone(QLabel *label, Tone tone);

/// A plain-text label: what comes from outside is never taken for markup.
QLabel *makeLabel(const QString &text, const QFont &font, Tone tone = Tone::Normal,
                  QWidget *parent = nullptr);

} // namespace pm::ui
