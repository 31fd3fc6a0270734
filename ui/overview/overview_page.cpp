// SPDX-License-Identifier: GPL-3.0-or-later
#include "overview/overview_page.h"

#include "charts/latency_chart.h"
#include "charts/target_bars.h"
#include "format.h"
#include "overview/findings_view.h"
#include "overview/first_run.h"
#include "overview/provider_table.h"
#include "provider_colour.h"
#include "widgets/figure_tile.h"
#include "widgets/legend.h"
#include "widgets/line.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QStackedWidget>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kTicksOfAPixel = 5;

QFrame *makeCard(QWidget *parent)
{
    auto *card = new QFrame(parent);
    card->setProperty("role", u"card"_s);
    return card;
}

QVBoxLayout *cardLayout(QFrame *card)
{
    auto *layout = new QVBoxLayout(card);
    layout->setContentsMargins(13, 12, 13, 12);
    layout->setSpacing(8);
    return layout;
}

} // namespace

OverviewPage::OverviewPage(const PageContext &context, QWidget *parent)
    : Page(parent)
    , m_context(context)
    , m_providers(new ProviderModel(this))
{
    setFocusPolicy(Qt::ClickFocus);
    build();
    m_charts.setInterval(200);
    m_figures.setInterval(1'000);
    connect(&m_charts, &QTimer::timeout, this, &OverviewPage::showCharts);
    connect(&m_figures, &QTimer::timeout, this, [this] {
        showFigures();
        showFindings();
        // The window moves on even when nothing comes, by less than a pixel in a second.
        if (++m_ticks % kTicksOfAPixel == 0)
            m_hasNews = true;
    });
    connect(&context.feed, &LiveFeed::batch, this, &OverviewPage::takeLive);
    connect(&context.today, &Today::changed, this, &OverviewPage::showFigures);
    const auto refresh = [this] {
        if (isVisible())
            showFindings();
    };
    connect(context.source.changes.get(), &SourceChanges::status, this, refresh);
    connect(context.source.changes.get(), &SourceChanges::providers, this, refresh);
    connect(context.source.changes.get(), &SourceChanges::config, this, refresh);
    seed();
}

void OverviewPage::build()
{
    auto *body = new QHBoxLayout;
    body->setSpacing(12);
    m_firstRun = new FirstRun(m_context, this);
    connect(m_firstRun, &FirstRun::providersWanted, this, [this] {
        Q_EMIT wanted({u"providers"_s, {}, {}, {}});
    });
    connect(m_firstRun, &FirstRun::tracesWanted, this, [this] { Q_EMIT wanted({u"traces"_s, {}, {}, {}}); });
    connect(m_firstRun, &FirstRun::dismissed, this, [this] {
        m_isDismissed = true;
        showMain();
    });
    m_main = new QStackedWidget(this);
    m_main->addWidget(makeCharts());
    m_main->addWidget(m_firstRun);
    body->addWidget(m_main, 1);
    body->addWidget(makeSide());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->setSpacing(12);
    layout->addWidget(makeTiles());
    layout->addLayout(body, 1);
}

QWidget *OverviewPage::makeTiles()
{
    const auto tile = [this](const QString &caption) {
        return new FigureTile(m_context.theme, FigureTile::Kind::Card, caption, this);
    };
    m_requests = tile(tr("Requests today"));
    m_first = tile(tr("First token p50"));
    m_errors = tile(tr("Errors seen by tools"));
    m_spend = tile(tr("Spend today"));
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    for (FigureTile *each : {m_requests, m_first, m_errors, m_spend})
        layout->addWidget(each, 1);
    return row;
}

QWidget *OverviewPage::makeCharts()
{
    QFrame *card = makeCard(this);
    QVBoxLayout *layout = cardLayout(card);
    auto *head = new QHBoxLayout;
    head->setSpacing(14);
    head->addWidget(makeLabel(tr("Latency to first token"), m_context.theme.bold(), Tone::Normal, card));
    head->addStretch();
    head->addWidget(new Legend(m_context.theme,
                               {{u"p50"_s, &Tokens::good, Legend::Mark::Line},
                                {u"p95"_s, &Tokens::warn, Legend::Mark::Line},
                                {u"p99"_s, &Tokens::bad, Legend::Mark::Line}},
                               card));
    m_chart = new LatencyChart(m_context.theme, card);
    m_chart->setAccessibleName(tr("Latency to the first token over the last 15 minutes"));
    const auto colours = [this](const std::string &name) { return colourAmong(m_context.source.providers(), name); };
    m_bars = new TargetBars(m_context.theme, colours, card);
    m_bars->setAccessibleName(tr("Requests by provider over the last 15 minutes"));
    m_targetLegend = new Legend(m_context.theme, {}, card);
    auto *barsHead = new QHBoxLayout;
    barsHead->setContentsMargins(0, 8, 0, 0);
    barsHead->addWidget(makeLabel(tr("Requests by provider"), m_context.theme.bold(), Tone::Normal, card));
    barsHead->addStretch();
    barsHead->addWidget(m_targetLegend);
    layout->addLayout(head);
    layout->addWidget(m_chart, 5);
    layout->addLayout(barsHead);
    layout->addWidget(m_bars, 2);
    return card;
}

QWidget *OverviewPage::makeSide()
{
    auto *side = new QWidget(this);
    m_side = side;
    QFrame *providers = makeCard(side);
    QVBoxLayout *providersLayout = cardLayout(providers);
    auto *table = new ProviderTable(m_context.theme, *m_providers, providers);
    m_noProviders = makeLabel(tr("None configured, and no local server found."), m_context.theme.font(),
                              Tone::Muted, providers);
    m_noProviders->setWordWrap(true);
    m_providerTable = table;
    providersLayout->addWidget(makeLabel(tr("Providers"), m_context.theme.bold(), Tone::Normal, providers));
    providersLayout->addWidget(table);
    providersLayout->addWidget(m_noProviders);
    connect(table, &ProviderTable::providerWanted, this, [this](const QString &name) {
        Destination destination{u"traces"_s, {}, {}, {}};
        destination.filter.provider = name.toStdString();
        if (m_context.hasPage(u"providers"_s))
            destination = {u"providers"_s, {}, {}, name};
        Q_EMIT wanted(destination);
    });

    QFrame *attention = makeCard(side);
    QVBoxLayout *attentionLayout = cardLayout(attention);
    m_findings = new FindingsView(m_context.theme);
    connect(m_findings, &FindingsView::chosen, this, &OverviewPage::act);
    auto *scroll = new QScrollArea(attention);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_findings);
    attentionLayout->addWidget(
        makeLabel(tr("Needs attention"), m_context.theme.bold(), Tone::Normal, attention));
    attentionLayout->addWidget(scroll, 1);

    auto *layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(providers);
    layout->addWidget(attention, 1);
    return side;
}

void OverviewPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    m_side->setFixedWidth(std::clamp(width() * 3 / 10, 300, 400));
}

void OverviewPage::activate()
{
    setFocus();
    m_hasNews = true;
    m_charts.start();
    m_figures.start();
    showFigures();
    showFindings();
    showCharts();
}

void OverviewPage::deactivate()
{
    m_charts.stop();
    m_figures.stop();
    if (m_firstRun->isDone())
        m_isDismissed = true; // its ticks were seen; the next visit is for the figures
}

} // namespace pm::ui

#include "moc_overview_page.cpp"
