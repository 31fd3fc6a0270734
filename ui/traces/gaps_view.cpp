// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/gaps_view.h"

#include "format.h"
#include "style/theme.h"

#include <QPainter>

#include <algorithm>

namespace pm::ui {

GapStats gapStats(const std::vector<std::int64_t> &timesUs)
{
    GapStats stats;
    stats.pieces = timesUs.size();
    std::vector<std::int64_t> gaps;
    for (std::size_t i = 1; i < timesUs.size(); ++i) {
        gaps.push_back(timesUs[i] - timesUs[i - 1]);
        if (gaps.back() > stats.longest) {
            stats.longest = gaps.back();
            stats.longestAt = timesUs[i];
        }
    }
    if (gaps.empty())
        return stats;
    std::sort(gaps.begin(), gaps.end());
    stats.median = gaps[(gaps.size() - 1) / 2];
    stats.p95 = gaps[(gaps.size() - 1) * 95 / 100];
    return stats;
}

GapsView::GapsView(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setMinimumHeight(120);
}

void GapsView::setTimes(std::vector<std::int64_t> timesUs)
{
    m_times = std::move(timesUs);
    m_stats = gapStats(m_times);
    setAccessibleName(m_stats.longest < 0
                          ? tr("No stream")
                          : tr("%1 pieces, median pause %2, longest %3")
                                .arg(m_stats.pieces)
                                .arg(durationText(m_stats.median), durationText(m_stats.longest)));
    update();
}

void GapsView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &t = m_theme.tokens();
    const QRect area = rect().adjusted(14, 12, -14, -14);
    painter.setFont(m_theme.font());
    if (m_stats.longest < 0) {
        painter.setPen(t.muted);
        painter.drawText(area, Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap,
                         tr("This answer did not come as a stream, or its timing was not kept."));
        return;
    }
    painter.setPen(t.text);
    painter.drawText(area, Qt::AlignTop | Qt::AlignLeft,
                     tr("%1 pieces · median pause %2 · p95 %3")
                         .arg(countText(std::int64_t(m_stats.pieces)), durationText(m_stats.median),
                              durationText(m_stats.p95)));
    painter.setFont(m_theme.small());
    painter.setPen(t.muted);
    painter.drawText(area.adjusted(0, 20, 0, 0), Qt::AlignTop | Qt::AlignLeft,
                     tr("longest %1, %2 after the start")
                         .arg(durationText(m_stats.longest), durationText(m_stats.longestAt)));

    const QRectF plot(area.left(), area.top() + 52, area.width(), std::min(160, area.height() - 76));
    if (plot.height() < 20)
        return;
    const double span = double(std::max<std::int64_t>(1, m_times.back() - m_times.front()));
    const double scale = plot.height() / double(std::max<std::int64_t>(1, m_stats.longest));
    for (std::size_t i = 1; i < m_times.size(); ++i) {
        const double x = plot.left() + (plot.width() - 2) * double(m_times[i] - m_times.front()) / span;
        const double height = std::max(1.0, double(m_times[i] - m_times[i - 1]) * scale);
        painter.fillRect(QRectF(x, plot.bottom() - height, 2, height), t.streamBar);
    }
    painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), 1), t.line);
    painter.drawText(QRectF(plot.left(), plot.bottom() + 4, plot.width(), 16), Qt::AlignLeft,
                     durationText(m_times.front()));
    painter.drawText(QRectF(plot.left(), plot.bottom() + 4, plot.width(), 16), Qt::AlignRight,
                     durationText(m_times.back()));
}

} // namespace pm::ui

#include "moc_gaps_view.cpp"
