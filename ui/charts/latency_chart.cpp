// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/latency_chart.h"

#include "charts/plot.h"
#include "charts/plot_theme.h"
#include "format.h"

#include <QVBoxLayout>

#include <cmath>
#include <limits>

namespace pm::ui {

namespace {

constexpr int kColumns = kSeriesSeconds / LatencyChart::kColumnSeconds;
constexpr double kShares[] = {0.50, 0.95, 0.99};

// The plot's value axis is linear over log10 of milliseconds: a density image is not bent by a log axis.
double toAxis(double micros)
{
    return std::log10(micros / 1'000.0);
}

} // namespace

LatencyChart::LatencyChart(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_plot(new QCustomPlot(this))
    , m_density(new QCPColorMap(m_plot->xAxis, m_plot->yAxis2))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    setMinimumHeight(140);
    m_density->setInterpolate(false);
    m_density->setTightBoundary(false); // whole cells at the edges, too
    m_density->data()->setSize(kColumns, LatencyHistogram::kBuckets);
    const double half = LatencyChart::kColumnSeconds / 2.0;
    const double bucket = 0.5 / LatencyHistogram::kPerDecade;
    m_density->data()->setRange(
        QCPRange(-kSeriesSeconds + half, -half),
        QCPRange(toAxis(LatencyHistogram::lowerEdge(0)) + bucket,
                 toAxis(LatencyHistogram::lowerEdge(LatencyHistogram::kBuckets)) - bucket));
    for (QCPGraph *&line : m_lines)
        line = m_plot->addGraph(m_plot->xAxis, m_plot->yAxis2);
    setTimeTicks(*m_plot);
    paintTheme();
    connect(&theme, &Theme::changed, this, &LatencyChart::paintTheme);
}

void LatencyChart::setValueTicks()
{
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    for (double decade = 100; decade < 1e8; decade *= 10) {
        for (const double mark : {decade, 3 * decade})
            ticker->addTick(toAxis(mark),
                            mark < 1e6 ? tr("%1 ms").arg(mark / 1e3) : tr("%1 s").arg(mark / 1e6));
    }
    m_plot->yAxis2->setTicker(ticker);
}

void LatencyChart::paintTheme()
{
    const Tokens &t = m_theme.tokens();
    dressPlot(*m_plot, m_theme);
    setValueTicks();
    // From nothing to the accent: the eye reads more or less, not which colour.
    QCPColorGradient gradient;
    gradient.clearColorStops();
    QColor from = t.accent;
    from.setAlphaF(0);
    QColor low = t.accent;
    low.setAlphaF(t.isDark ? 0.11f : 0.07f);
    QColor high = t.accent;
    high.setAlphaF(t.isDark ? 0.62f : 0.42f);
    gradient.setColorStopAt(0, from);
    gradient.setColorStopAt(0.02, low);
    gradient.setColorStopAt(1, high);
    m_density->setGradient(gradient);
    const QColor colours[] = {t.good, t.warn, t.bad};
    for (int i = 0; i < 3; ++i)
        m_lines[i]->setPen(QPen(colours[i], 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void LatencyChart::showSeries(const LatencySeries &series, std::int64_t unixSecond)
{
    const std::vector<LatencyHistogram> columns = series.columns(unixSecond, kColumnSeconds);
    double most = 1;
    QVector<double> x(kColumns);
    QVector<double> y[3] = {QVector<double>(kColumns), QVector<double>(kColumns), QVector<double>(kColumns)};
    int lowest = LatencyHistogram::kBuckets;
    int highest = 0;
    for (int column = 0; column < kColumns; ++column) {
        const LatencyHistogram &histogram = columns[std::size_t(column)];
        x[column] = -kSeriesSeconds + (column + 0.5) * kColumnSeconds;
        for (int bucket = 0; bucket < LatencyHistogram::kBuckets; ++bucket) {
            const double count = histogram.counts[std::size_t(bucket)];
            m_density->data()->setCell(column, bucket, std::sqrt(count));
            most = std::max(most, std::sqrt(count));
            if (count > 0) {
                lowest = std::min(lowest, bucket);
                highest = std::max(highest, bucket);
            }
        }
        for (int i = 0; i < 3; ++i) {
            const double micros = histogram.percentile(kShares[i]);
            y[i][column] = micros > 0 ? toAxis(micros) : std::numeric_limits<double>::quiet_NaN();
        }
    }
    m_density->setDataRange(QCPRange(0, most));
    for (int i = 0; i < 3; ++i)
        m_lines[i]->setData(x, y[i], true);
    if (lowest > highest) {
        lowest = LatencyHistogram::bucketOf(100'000);
        highest = LatencyHistogram::bucketOf(10'000'000);
    }
    // Room above and below, in half-decade steps, so that the axis stands still while the data moves.
    const double low = std::floor(toAxis(LatencyHistogram::lowerEdge(lowest)) * 2) / 2;
    const double high = std::ceil(toAxis(LatencyHistogram::lowerEdge(highest + 1)) * 2) / 2;
    m_plot->yAxis2->setRange(low, std::max(high, low + 1));
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

} // namespace pm::ui

#include "moc_latency_chart.cpp"
