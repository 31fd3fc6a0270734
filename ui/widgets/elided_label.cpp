// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elided_label.h"

#include <QPainter>

namespace pm::ui {

ElidedLabel::ElidedLabel(const QFont &font, Tone tone, QWidget *parent)
    : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setFont(font);
    setTone(this, tone);
}

void ElidedLabel::setWholeText(const QString &text)
{
    setText(text);
    update();
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().horizontalAdvance(QChar(0x2026)) * 3, QLabel::minimumSizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(font());
    painter.setPen(palette().color(foregroundRole()));
    const QString shown = fontMetrics().elidedText(text(), m_mode, contentsRect().width());
    setToolTip(shown == text() ? QString() : text());
    painter.drawText(contentsRect(), alignment() | Qt::AlignVCenter, shown);
}

} // namespace pm::ui

#include "moc_elided_label.cpp"
