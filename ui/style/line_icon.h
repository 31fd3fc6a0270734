// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "style/tokens.h"

#include <QIconEngine>

namespace pm::ui {

class Theme;

/// Draws an SVG line icon in a colour of the theme that is in force when it is drawn, so that icons follow a
/// switch. The theme must outlive the icons, as it does: it is made before the window.
class LineIconEngine : public QIconEngine
{
public:
    LineIconEngine(QString name, const Theme &theme, QColor Tokens::*colour);

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override;
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override;
    QIconEngine *clone() const override;
    QString key() const override;

private:
    QString m_name;
    const Theme &m_theme;
    QColor Tokens::*m_colour;
};

/// Paints the icon `name` in `colour` into `rect`.
void paintLineIcon(QPainter &painter, const QRect &rect, const QString &name, const QColor &colour);

} // namespace pm::ui
