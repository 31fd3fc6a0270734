// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/drag_grip.h"

#include "style/theme.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>

namespace pm::ui {

DragGrip::DragGrip(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setFixedSize(sizeHint());
    setCursor(Qt::OpenHandCursor);
    setToolTip(tr("Drag to move it; by keyboard Ctrl Shift Up and Down"));
}

void DragGrip::paintEvent(QPaintEvent *)
{
    if (!isEnabled())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.tokens().muted);
    for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 2; ++column)
            painter.drawEllipse(QRectF(2 + column * 5, height() / 2.0 - 7 + row * 5, 2, 2));
    }
}

void DragGrip::mousePressEvent(QMouseEvent *event)
{
    m_from = event->globalPosition().toPoint();
    m_isDragging = false;
}

void DragGrip::mouseMoveEvent(QMouseEvent *event)
{
    const QPoint now = event->globalPosition().toPoint();
    m_isDragging = m_isDragging || (now - m_from).manhattanLength() >= QApplication::startDragDistance();
    if (m_isDragging)
        Q_EMIT dragged(now);
}

void DragGrip::mouseReleaseEvent(QMouseEvent *event)
{
    if (std::exchange(m_isDragging, false))
        Q_EMIT dropped(event->globalPosition().toPoint());
}

} // namespace pm::ui

#include "moc_drag_grip.cpp"
