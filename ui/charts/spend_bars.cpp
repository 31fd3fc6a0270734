// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/spend_bars.h"

#include "charts/plot.h"
#include "charts/plot_theme.h"
#include "format.h"

#include <QHelpEvent>
#include <QLocale>
#include <QToolTip>
#include <QVBoxLayout>

#include <cmath>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kLabelRoom = 58; ///< pixels for "27 Nov" or "14:00" and a gap
constexpr int kAmountRoom = 62;
constexpr double kLeastTop = 100; ///< micro-dollars

/// A round step of which at most four make `most`.
double stepFor(double most)
{
    const double decade = std::pow(10.0, std::floor(std::log10(most / 4)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (factor * decade * 4 >= most)
            return factor * decade;
    }
    return 10 * decade;
}

/// "$4" where only whole dollars are marked, else as costs are written.
QString amountText(double microUsd, double step)
{
    const bool isWhole = std::fmod(step, 1e6) == 0;
    return isWhole ? u"$"_s + QLocale().toString(qlonglong(microUsd / 1e6))
                   : costText(std::int64_t(std::llround(microUsd)));
}

} // namespace

SpendBars::SpendBars(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_plot(new QCustomPlot(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    setMinimumHeight(110);
    m_plot->installEventFilter(this);
    paintTheme();
    connect(&theme, &Theme::changed, this, &SpendBars::paintTheme);
}

void SpendBars::paintTheme()
{
    dressPlot(*m_plot, m_theme);
    m_plot->axisRect()->setMargins(QMargins(0, 10, kAmountRoom, 24));
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        m_bars[i]->setBrush(m_series[i].colour);
        m_bars[i]->setPen(Qt::NoPen);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void SpendBars::setBars(std::vector<Column> columns, std::vector<Series> series)
{
    if (columns == m_columns && series == m_series)
        return;
    m_columns = std::move(columns);
    m_series = std::move(series);
    m_plot->clearPlottables();
    m_bars.clear();
    QVector<double> x(qsizetype(m_columns.size()));
    for (qsizetype i = 0; i < x.size(); ++i)
        x[i] = double(i);
    for (const Series &each : m_series) {
        auto *bars = new QCPBars(m_plot->xAxis, m_plot->yAxis2);
        bars->setWidth(0.8);
        bars->setStackingGap(0);
        if (!m_bars.empty())
            bars->moveAbove(m_bars.back());
        m_bars.push_back(bars);
        const QVector<double> y(each.microUsd.begin(), each.microUsd.end());
        bars->setData(x, y, true);
    }
    m_plot->xAxis->setRange(-0.5, std::max(0.5, double(m_columns.size()) - 0.5));
    setTicks();
    paintTheme();
}

void SpendBars::setTicks()
{
    const int count = int(m_columns.size());
    const int room = std::max(1, (width() - kAmountRoom) / kLabelRoom);
    int every = std::max(1, (count + room - 1) / room);
    if (count > 20 && count < 26 && every > 1) // hours of a day: by quarters or halves of it
        every = every <= 3 ? 3 : every <= 6 ? 6 : 12;
    auto labels = QSharedPointer<QCPAxisTickerText>::create();
    for (int i = 0; i < count; i += every)
        labels->addTick(i, m_columns[std::size_t(i)].label);
    m_plot->xAxis->setTicker(labels);
    double most = kLeastTop;
    for (int i = 0; i < count; ++i)
        most = std::max(most, double(sumOf(i)));
    const double step = stepFor(most);
    auto amounts = QSharedPointer<QCPAxisTickerText>::create();
    double top = 0;
    for (; top < most; top += step)
        amounts->addTick(top, amountText(top, step));
    amounts->addTick(top, amountText(top, step));
    m_plot->yAxis2->setTicker(amounts);
    m_plot->yAxis2->setRange(0, top);
}

std::int64_t SpendBars::sumOf(int column) const
{
    std::int64_t sum = 0;
    for (const Series &series : m_series)
        sum += series.microUsd[std::size_t(column)];
    return sum;
}

QString SpendBars::columnText(int column) const
{
    if (column < 0 || column >= int(m_columns.size()))
        return {};
    QStringList lines{tr("%1: %2").arg(m_columns[std::size_t(column)].name, costText(sumOf(column)))};
    for (const Series &series : m_series) {
        const std::int64_t part = series.microUsd[std::size_t(column)];
        if (part > 0)
            lines.append(tr("%1  %2").arg(costText(part), series.name));
    }
    return lines.join(u'\n');
}

int SpendBars::columnAt(const QPoint &pos) const
{
    const int column = int(std::lround(m_plot->xAxis->pixelToCoord(pos.x())));
    return m_plot->axisRect()->rect().contains(pos) && column >= 0 && column < int(m_columns.size()) ? column
                                                                                                     : -1;
}

bool SpendBars::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::eventFilter(watched, event);
    const auto *help = static_cast<QHelpEvent *>(event);
    QToolTip::showText(help->globalPos(), columnText(columnAt(help->pos())), m_plot);
    return true;
}

void SpendBars::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    setTicks();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

} // namespace pm::ui

#include "moc_spend_bars.cpp"
