// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/latency_series.h"

#include <QColor>
#include <QWidget>

#include <functional>

class QCPBars;
class QCustomPlot;

namespace pm::ui {

class Theme;

/// Requests by provider, stacked, over the last quarter of an hour. Painted when showSeries is called.
class TargetBars : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kColumnSeconds = 15;
    using Colours = std::function<QColor(const std::string &)>;

    TargetBars(const Theme &theme, Colours colours, QWidget *parent = nullptr);
    QColor colourOf(const std::string &provider) const { return m_colours(provider); }
    void showSeries(const TargetSeries &series, std::int64_t unixSecond);

private:
    void paintTheme();

    const Theme &m_theme;
    Colours m_colours;
    QCustomPlot *m_plot;
    std::vector<QCPBars *> m_bars; ///< as TargetSeries::providers
    std::vector<std::string> m_names;
};

} // namespace pm::ui
