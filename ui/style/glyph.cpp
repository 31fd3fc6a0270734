// SPDX-License-Identifier: GPL-3.0-or-later
#include "style/glyph.h"

#include <QPainter>
#include <QPainterPath>

namespace pm::ui {

namespace {

void paintRetry(QPainter &p)
{
    p.drawArc(QRectF(-4.2, -4.2, 8.4, 8.4), 28 * 16, 290 * 16);
    p.drawPolyline(QPolygonF({QPointF(4.6, -5.2), QPointF(4.2, -1.9), QPointF(1.0, -2.2)}));
}

void paintStop(QPainter &p)
{
    p.drawEllipse(QPointF(), 4.6, 4.6);
    p.setBrush(p.pen().color());
    p.drawRect(QRectF(-1.1, -1.1, 2.2, 2.2));
}

void paintCross(QPainter &p)
{
    p.drawLine(QPointF(-3.3, -3.3), QPointF(3.3, 3.3));
    p.drawLine(QPointF(3.3, -3.3), QPointF(-3.3, 3.3));
}

void paintBarred(QPainter &p)
{
    p.drawEllipse(QPointF(), 4.4, 4.4);
    p.drawLine(QPointF(-3, 3), QPointF(3, -3));
}

void paintHalf(QPainter &p, const QColor &colour)
{
    QPainterPath half;
    half.moveTo(0, -4);
    half.arcTo(QRectF(-4, -4, 8, 8), 90, 180);
    half.closeSubpath();
    p.fillPath(half, colour);
    p.drawEllipse(QPointF(), 4, 4);
}

/// Three plates on each other, seen from above at an angle.
void paintStack(QPainter &p)
{
    p.drawPolygon(QPolygonF({QPointF(0, -4.8), QPointF(4.8, -2.2), QPointF(0, 0.4), QPointF(-4.8, -2.2)}));
    p.drawPolyline(QPolygonF({QPointF(-4.8, 0.4), QPointF(0, 3), QPointF(4.8, 0.4)}));
    p.drawPolyline(QPolygonF({QPointF(-4.8, 2.8), QPointF(0, 5.4), QPointF(4.8, 2.8)}));
}

} // namespace

void paintGlyph(QPainter &painter, const QRectF &rect, Glyph glyph, const QColor &colour, qreal phase)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.center());
    painter.setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    switch (glyph) {
    case Glyph::Check:
        painter.drawPolyline(QPolygonF({QPointF(-4, 0.3), QPointF(-1.3, 3), QPointF(4.2, -3.2)}));
        break;
    case Glyph::Retry:
        paintRetry(painter);
        break;
    case Glyph::Cross:
        paintCross(painter);
        break;
    case Glyph::Stop:
        paintStop(painter);
        break;
    case Glyph::Barred:
        paintBarred(painter);
        break;
    case Glyph::Spinner:
        painter.drawArc(QRectF(-4.4, -4.4, 8.8, 8.8), int(-phase * 360 * 16), 250 * 16);
        break;
    case Glyph::Disc:
        painter.setBrush(colour);
        painter.setPen(Qt::NoPen);
        painter.drawEllipse(QPointF(), 4.5, 4.5);
        break;
    case Glyph::HalfDisc:
        paintHalf(painter, colour);
        break;
    case Glyph::Ring:
        painter.drawEllipse(QPointF(), 3.8, 3.8);
        break;
    case Glyph::Stack:
        paintStack(painter);
        break;
    case Glyph::Dash:
        painter.drawLine(QPointF(-3, 0), QPointF(3, 0));
        break;
    }
    painter.restore();
}

} // namespace pm::ui
