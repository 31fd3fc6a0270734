// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/target_bars.h"

#include "charts/plot.h"
#include "charts/plot_theme.h"

#include <QVBoxLayout>

#include <cmath>

namespace pm::ui {

namespace {

/// The next round number up, so that the axis stands still.
double roundUp(double value)
{
    const double decade = std::pow(10.0, std::floor(std::log10(std::max(1.0, value))));
    for (const double step : {1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0}) {
        if (value <= step * decade)
            return step * decade;
    }
    return 10 * decade;
}

} // namespace

TargetBars::TargetBars(const Theme &theme, Colours colours, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_colours(std::move(colours))
    , m_plot(new QCustomPlot(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    setMinimumHeight(90);
    setTimeTicks(*m_plot);
    paintTheme();
    connect(&theme, &Theme::changed, this, &TargetBars::paintTheme);
}

void TargetBars::paintTheme()
{
    dressPlot(*m_plot, m_theme);
    m_plot->yAxis2->ticker()->setTickCount(3);
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        m_bars[i]->setBrush(m_colours(m_names[i]));
        m_bars[i]->setPen(Qt::NoPen);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void TargetBars::showSeries(const TargetSeries &series, std::int64_t unixSecond)
{
    if (m_names != series.providers()) {
        m_plot->clearPlottables();
        m_bars.clear();
        m_names = series.providers();
        for (std::size_t i = 0; i < m_names.size(); ++i) {
            auto *bars = new QCPBars(m_plot->xAxis, m_plot->yAxis2);
            bars->setWidth(kColumnSeconds * 0.86);
            bars->setStackingGap(0);
            if (!m_bars.empty())
                bars->moveAbove(m_bars.back());
            m_bars.push_back(bars);
        }
        paintTheme();
    }
    const auto columns = series.columns(unixSecond, kColumnSeconds);
    const int count = kSeriesSeconds / kColumnSeconds;
    QVector<double> x(count);
    QVector<double> sums(count);
    for (int column = 0; column < count; ++column)
        x[column] = -kSeriesSeconds + (column + 0.5) * kColumnSeconds;
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        const QVector<double> y(columns[i].begin(), columns[i].end());
        m_bars[i]->setData(x, y, true);
        for (int column = 0; column < count; ++column)
            sums[column] += y[column];
    }
    const double most = sums.isEmpty() ? 1 : *std::max_element(sums.begin(), sums.end());
    m_plot->yAxis2->setRange(0, roundUp(std::max(4.0, most)));
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

} // namespace pm::ui

#include "moc_target_bars.cpp"
