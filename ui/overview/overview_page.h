// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/latency_series.h"
#include "page.h"

#include <deque>
#include <unordered_set>

QT_BEGIN_NAMESPACE
class QLabel;
class QStackedWidget;
QT_END_NAMESPACE

namespace pm::ui {

struct Finding;
class FigureTile;
class FindingsView;
class FirstRun;
class LatencyChart;
class Legend;
class ProviderModel;
class ProviderTable;
class TargetBars;

/// What a person looks for in the first second: is it serving, is anything wrong, what does it cost. GUI
/// thread.
class OverviewPage : public Page
{
    Q_OBJECT

public:
    explicit OverviewPage(const PageContext &context, QWidget *parent = nullptr);

    QString id() const override { return QStringLiteral("overview"); }
    QString title() const override { return tr("Overview"); }
    QString iconName() const override { return QStringLiteral("overview"); }
    void activate() override;
    void deactivate() override;

    const LatencySeries &latency() const { return m_latency; }
    const TargetSeries &targets() const { return m_targets; }
    bool isFirstRun() const;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    QWidget *makeTiles();
    QWidget *makeCharts();
    QWidget *makeSide();
    void seed();
    void takeLive(const std::vector<trace::Head> &heads);
    void count(const trace::Head &head);
    void showCharts();
    void showFigures();
    void showFindings();
    void showMain();
    void act(const Finding &finding);

    const PageContext m_context;
    LatencySeries m_latency;
    TargetSeries m_targets;
    std::unordered_set<std::string>
        m_counted;                          ///< ids of the last quarter of an hour, so that none counts twice
    std::deque<std::string> m_countedOrder; ///< to forget them
    FigureTile *m_requests = nullptr;
    FigureTile *m_first = nullptr;
    FigureTile *m_errors = nullptr;
    FigureTile *m_spend = nullptr;
    LatencyChart *m_chart = nullptr;
    TargetBars *m_bars = nullptr;
    Legend *m_targetLegend = nullptr;
    QStackedWidget *m_main = nullptr; ///< charts, or the first run
    FirstRun *m_firstRun = nullptr;
    ProviderModel *m_providers;
    ProviderTable *m_providerTable = nullptr;
    QLabel *m_noProviders = nullptr;
    FindingsView *m_findings = nullptr;
    QWidget *m_side = nullptr;
    QTimer m_charts;  ///< 5 Hz, only while the page is shown
    QTimer m_figures; ///< 1 Hz
    int m_ticks = 0;
    bool m_hasNews = true;
    bool m_isSeeded = false;
    bool m_isDismissed = false;
};

} // namespace pm::ui
