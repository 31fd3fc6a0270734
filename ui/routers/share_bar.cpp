// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/share_bar.h"

#include "style/theme.h"

#include <QPainter>

#include <algorithm>

namespace pm::ui {

ShareBar::ShareBar(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMaximumWidth(180);
}

void ShareBar::setShares(double configured, double seen)
{
    m_configured = std::clamp(configured, 0.0, 1.0);
    m_seen = std::min(seen, 1.0);
    update();
}

void ShareBar::paintEvent(QPaintEvent *)
{
    const Tokens &t = m_theme.tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const QRectF bar(0, height() / 2.0 - 3, width(), 6);
    painter.setBrush(t.track);
    painter.drawRoundedRect(bar, 3, 3);
    painter.setBrush(t.accent);
    if (m_configured > 0)
        painter.drawRoundedRect(QRectF(bar.topLeft(), QSizeF(std::max(6.0, bar.width() * m_configured), 6)),
                                3, 3);
    if (m_seen >= 0) {
        painter.setBrush(t.text);
        const double x = std::min(bar.width() - 2, bar.width() * m_seen);
        painter.drawRect(QRectF(x, height() / 2.0 - 6, 2, 12));
    }
}

} // namespace pm::ui

#include "moc_share_bar.cpp"
