// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/rail_button.h"

#include "style/focus_style.h"
#include "style/line_icon.h"
#include "style/theme.h"

#include <QPainter>

namespace pm::ui {

RailButton::RailButton(const Theme &theme, const QString &text, QString iconName, QWidget *parent)
    : QAbstractButton(parent)
    , m_theme(theme)
    , m_iconName(std::move(iconName))
{
    setText(text);
    setAccessibleName(text);
    setCheckable(true);
    setAutoExclusive(true);
    setFocusPolicy(Qt::StrongFocus);
    setFixedHeight(34);
}

void RailButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &t = m_theme.tokens();
    const QRectF area = QRectF(rect()).adjusted(0, 1, 0, -1);
    if (isChecked() || underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(isChecked() ? t.selection : t.hover);
        painter.drawRoundedRect(area, 6, 6);
    }
    const QColor ink = isChecked() ? t.accent : t.text;
    paintLineIcon(painter, QRect(9, (height() - 18) / 2, 18, 18), m_iconName,
                  isChecked() ? t.accent : t.muted);
    painter.setFont(isChecked() ? m_theme.bold() : m_theme.font());
    painter.setPen(ink);
    painter.drawText(rect().adjusted(37, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
    if (hasFocus())
        paintFocusRing(painter, area, t.accent);
}

} // namespace pm::ui

#include "moc_rail_button.cpp"
