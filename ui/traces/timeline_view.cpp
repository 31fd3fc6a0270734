// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/timeline_view.h"

#include "format.h"
#include "style/tabular.h"
#include "style/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace pm::ui {

namespace {
constexpr int kRow = 20;
constexpr int kLabel = 136;
constexpr int kNumber = 66;
constexpr int kBar = 10;
} // namespace

TimelineView::TimelineView(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMouseTracking(true);
}

void TimelineView::setRows(std::vector<TimelineRow> rows, std::int64_t totalUs)
{
    m_rows = std::move(rows);
    m_totalUs = std::max<std::int64_t>(1, totalUs);
    QStringList said;
    for (const TimelineRow &row : m_rows) {
        m_totalUs = std::max(m_totalUs, row.stretches.empty() ? 0 : row.stretches.back().end);
        said.append(row.label + QStringLiteral(" ") + durationText(row.lengthUs()));
    }
    setAccessibleName(tr("Timeline: %1").arg(said.join(QStringLiteral(", "))));
    updateGeometry();
    update();
}

QSize TimelineView::sizeHint() const
{
    return {200, int(m_rows.size()) * kRow};
}

QRectF TimelineView::trackOf(int row) const
{
    return {kLabel, row * kRow + (kRow - kBar) / 2.0, std::max(10.0, width() - kLabel - kNumber - 6.0), kBar};
}

QRectF TimelineView::rectOf(const Stretch &stretch, const QRectF &track) const
{
    const double perMicro = track.width() / double(m_totalUs);
    const double left = track.left() + double(stretch.begin) * perMicro;
    const double width = std::max(1.5, double(stretch.end - stretch.begin) * perMicro);
    return {std::min(left, track.right() - width), track.top(), width, track.height()};
}

QColor TimelineView::colourOf(Stretch::Kind kind) const
{
    const Tokens &t = m_theme.tokens();
    const auto mixed = [&](double share) {
        const auto mix = [share](int a, int b) { return int(a * share + b * (1 - share)); };
        return QColor(mix(t.waitBar.red(), t.panel.red()), mix(t.waitBar.green(), t.panel.green()),
                      mix(t.waitBar.blue(), t.panel.blue()));
    };
    switch (kind) {
    case Stretch::Kind::Gateway:
        return t.gatewayBar;
    case Stretch::Kind::Dns:
        return mixed(0.35);
    case Stretch::Kind::Connect:
        return mixed(0.5);
    case Stretch::Kind::Tls:
        return mixed(0.65);
    case Stretch::Kind::Send:
        return mixed(0.8);
    case Stretch::Kind::Wait:
        return t.waitBar;
    case Stretch::Kind::Stream:
        return t.streamBar;
    case Stretch::Kind::Failed:
        break;
    }
    return t.bad;
}

void TimelineView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &t = m_theme.tokens();
    const QFont font = m_theme.small();
    for (int i = 0; i < int(m_rows.size()); ++i) {
        const TimelineRow &row = m_rows[std::size_t(i)];
        const QRect line(0, i * kRow, width(), kRow);
        painter.setFont(font);
        painter.setPen(t.text);
        painter.drawText(line.adjusted(0, 0, kLabel - width() - 8, 0), Qt::AlignVCenter | Qt::AlignLeft,
                         QFontMetrics(font).elidedText(row.label, Qt::ElideRight, kLabel - 8));
        const QRectF track = trackOf(i);
        painter.fillRect(track, t.track);
        for (const Stretch &stretch : row.stretches)
            painter.fillRect(rectOf(stretch, track), colourOf(stretch.kind));
        painter.setPen(t.muted);
        drawTabular(painter, line.adjusted(width() - kNumber, 0, 0, 0), durationText(row.lengthUs()), font);
    }
}

bool TimelineView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int row = help->pos().y() / kRow;
    if (row < 0 || row >= int(m_rows.size()))
        return true;
    QStringList lines;
    for (const Stretch &stretch : m_rows[std::size_t(row)].stretches)
        lines.append(tr("%1: %2, from %3")
                         .arg(stretchName(stretch.kind), durationText(stretch.end - stretch.begin),
                              durationText(stretch.begin)));
    QToolTip::showText(help->globalPos(), lines.join(QLatin1Char('\n')), this);
    return true;
}

} // namespace pm::ui

#include "moc_timeline_view.cpp"
