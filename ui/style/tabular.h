// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <QString>

QT_BEGIN_NAMESPACE
class QFont;
class QPainter;
QT_END_NAMESPACE

namespace pm::ui {

/// Draws `text` right-aligned and vertically centred in `rect` with every digit as wide as the widest, so
/// that columns of numbers stand under each other. (Font features cannot be asked for before Qt 6.7.) Uses
/// the painter's pen.
void drawTabular(QPainter &painter, const QRectF &rect, const QString &text, const QFont &font);

/// As wide as drawTabular draws it.
qreal tabularWidth(const QString &text, const QFont &font);

} // namespace pm::ui
