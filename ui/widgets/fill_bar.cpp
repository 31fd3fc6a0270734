// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/fill_bar.h"

#include "style/theme.h"

#include <QPainter>

#include <algorithm>

namespace pm::ui {

namespace {
constexpr double kThick = 6;
}

FillBar::FillBar(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FillBar::setFill(double share, double tick, QColor Tokens::*colour)
{
    m_share = std::clamp(share, 0.0, 1.0);
    m_tick = tick;
    m_colour = colour;
    update();
}

void FillBar::paintEvent(QPaintEvent *)
{
    const Tokens &t = m_theme.tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const QRectF bar(0, height() / 2.0 - kThick / 2, width(), kThick);
    painter.setBrush(t.track);
    painter.drawRoundedRect(bar, kThick / 2, kThick / 2);
    if (m_share > 0) {
        painter.setBrush(t.*m_colour);
        painter.drawRoundedRect(
            QRectF(bar.topLeft(), QSizeF(std::max(kThick, bar.width() * m_share), kThick)), kThick / 2,
            kThick / 2);
    }
    if (m_tick > 0 && m_tick < 1)
        painter.fillRect(QRectF(bar.width() * m_tick, bar.top() - 2, 1.5, kThick + 4), t.muted);
}

} // namespace pm::ui

#include "moc_fill_bar.cpp"
