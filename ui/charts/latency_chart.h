// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/latency_series.h"

#include <QWidget>

class QCPColorMap;
class QCPGraph;
class QCustomPlot;

namespace pm::ui {

class Theme;

/// Latency as density, darker where more requests fell, with p50, p95 and p99 over it, on a log axis, over
/// the last quarter of an hour. Painted when `show` is called, never by itself.
class LatencyChart : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kColumnSeconds = 10;

    explicit LatencyChart(const Theme &theme, QWidget *parent = nullptr);
    void showSeries(const LatencySeries &series, std::int64_t unixSecond);

private:
    void paintTheme();
    void setValueTicks();

    const Theme &m_theme;
    QCustomPlot *m_plot;
    QCPColorMap *m_density;
    QCPGraph *m_lines[3];
};

} // namespace pm::ui
