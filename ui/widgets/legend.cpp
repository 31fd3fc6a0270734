// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/legend.h"

#include "style/theme.h"

#include <QPainter>

namespace pm::ui {

namespace {
constexpr int kMark = 14;
constexpr int kGap = 6;
constexpr int kBetween = 14;
} // namespace

Legend::Legend(const Theme &theme, std::vector<Entry> entries, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setEntries(std::move(entries));
}

void Legend::setEntries(std::vector<Entry> entries)
{
    if (entries == m_entries)
        return;
    m_entries = std::move(entries);
    updateGeometry();
    update();
}

QSize Legend::sizeHint() const
{
    const QFontMetrics metrics(m_theme.small());
    int width = 0;
    for (const Entry &entry : m_entries)
        width += kMark + kGap + metrics.horizontalAdvance(entry.text) + kBetween;
    return {std::max(0, width - kBetween), 18};
}

void Legend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(m_theme.small());
    const QFontMetrics metrics(m_theme.small());
    const bool isTight = sizeHint().width() > width();
    const int mark = isTight ? kMark - 4 : kMark;
    const int gap = isTight ? kGap - 2 : kGap;
    int x = std::max(0, width() - sizeHint().width());
    for (const Entry &entry : m_entries) {
        const QColor colour = entry.token ? m_theme.tokens().*entry.token : entry.colour;
        if (entry.mark == Mark::Line) {
            painter.setPen(QPen(colour, 2, Qt::SolidLine, Qt::RoundCap));
            painter.drawLine(QPointF(x + 1, height() / 2.0), QPointF(x + mark - 1, height() / 2.0));
        } else {
            painter.setPen(Qt::NoPen);
            painter.setBrush(colour);
            painter.drawRoundedRect(QRectF(x + mark - 9, height() / 2.0 - 4.5, 9, 9), 2, 2);
        }
        painter.setPen(m_theme.tokens().muted);
        const int wide = metrics.horizontalAdvance(entry.text);
        painter.drawText(QRect(x + mark + gap, 0, wide + 2, height()), Qt::AlignVCenter | Qt::AlignLeft,
                         entry.text);
        x += mark + gap + wide + (isTight ? kBetween - 7 : kBetween);
    }
}

} // namespace pm::ui

#include "moc_legend.cpp"
