// SPDX-License-Identifier: GPL-3.0-or-later
#include "overview/overview_page.h"

#include "charts/latency_chart.h"
#include "charts/target_bars.h"
#include "format.h"
#include "overview/findings_view.h"
#include "overview/first_run.h"
#include "overview/provider_table.h"
#include "widgets/figure_tile.h"
#include "widgets/legend.h"
#include "widgets/line.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLocale>
#include <QStackedWidget>

using namespace Qt::StringLiterals;

// What the overview shows, as it comes.
namespace pm::ui {

namespace {

constexpr std::size_t kMostTries = 5; ///< requests of somebody who tries it out
constexpr int kSeedPage = 2'000;
constexpr int kMostSeeded = 20'000; ///< heads read at start to fill the quarter of an hour

/// The window's heads from the store, newest first.
Result<std::vector<trace::Head>> readWindow(TraceReader &reader, std::int64_t since)
{
    trace::Filter filter;
    filter.since = since;
    std::vector<trace::Head> heads;
    std::string before;
    while (int(heads.size()) < kMostSeeded) {
        auto page = reader.list(filter, before, kSeedPage);
        if (!page)
            return fail(page.error());
        heads.insert(heads.end(), page->heads.begin(), page->heads.end());
        if (!page->hasMore || page->heads.empty())
            break;
        before = page->heads.back().id;
    }
    return heads;
}

} // namespace

void OverviewPage::seed()
{
    using Heads = std::vector<trace::Head>;
    const std::int64_t since = nowMicros() - std::int64_t(kSeriesSeconds) * 1'000'000;
    m_context.store.ask<Heads>(
        this, [since](TraceReader &reader) { return readWindow(reader, since); },
        [this](Result<Heads> heads) {
            m_isSeeded = true;
            if (heads) {
                for (auto head = heads->rbegin(); head != heads->rend(); ++head)
                    count(*head);
            }
            showMain();
            showFigures();
        });
}

void OverviewPage::takeLive(const std::vector<trace::Head> &heads)
{
    for (const trace::Head &head : heads) {
        if (head.state != trace::State::Running)
            count(head);
    }
}

void OverviewPage::count(const trace::Head &head)
{
    if (!m_counted.insert(head.id).second)
        return;
    const std::int64_t second = (head.startedAt + std::max<std::int64_t>(0, head.totalUs)) / 1'000'000;
    m_countedOrder.push_back(head.id);
    if (m_countedOrder.size() >
        std::size_t(kMostSeeded)) { // older than what the store would still be asked for
        m_counted.erase(m_countedOrder.front());
        m_countedOrder.pop_front();
    }
    m_latency.add(second, head.firstContentUs);
    if (!head.provider.empty())
        m_targets.add(second, head.provider);
    m_hasNews = true;
}

void OverviewPage::showCharts()
{
    if (!m_hasNews || !isVisible() || m_main->currentIndex() != 0)
        return;
    m_hasNews = false;
    const std::int64_t second = nowMicros() / 1'000'000;
    m_chart->showSeries(m_latency, second);
    m_bars->showSeries(m_targets, second);
    std::vector<Legend::Entry> entries;
    for (const std::string &provider : m_targets.providers())
        entries.push_back({fromUtf8(provider), nullptr, Legend::Mark::Square, m_bars->colourOf(provider)});
    m_targetLegend->setEntries(std::move(entries));
}

void OverviewPage::showFigures()
{
    if (!isVisible())
        return;
    const GatewayStatus status = m_context.source.status();
    const trace::Totals &today = m_context.today.totals();
    const LatencyHistogram latency = m_latency.whole(nowMicros() / 1'000'000);
    const auto micros = [&](double share) { return std::int64_t(latency.percentile(share)); };
    const double rate = status.requestsPerSecond;
    m_requests->setFigure(countText(today.requests),
                          rate < 0.05 ? tr("none at the moment")
                                      : tr("%1/s now").arg(QLocale().toString(rate, 'f', 1)));
    m_first->setFigure(
        durationText(micros(0.5)),
        latency.total == 0
            ? tr("nothing asked in 15 min")
            : tr("p95 %1 · p99 %2").arg(durationText(micros(0.95)), durationText(micros(0.99))));
    m_errors->setFigure(countText(today.errors),
                        tr("%1 absorbed by fallback").arg(countText(today.absorbed)));
    const bool unknown = today.costMicroUsd == 0 && today.unpriced > 0;
    m_spend->setFigure(unknown ? unknownText() : costText(today.costMicroUsd),
                       today.unpriced > 0
                           ? tr("%1 requests without a price").arg(countText(today.unpriced))
                           : tr("%1 tokens").arg(countText(today.inputTokens + today.outputTokens)));
    showMain();
}

void OverviewPage::showFindings()
{
    const GatewayStatus status = m_context.source.status();
    const std::vector<ProviderStatus> providers = m_context.source.providers();
    const std::vector<RouterStatus> routers = m_context.source.routers();
    m_providers->setProviders(providers);
    m_providerTable->setVisible(m_providers->rowCount() > 0);
    m_noProviders->setVisible(m_providers->rowCount() == 0);
    m_findings->setFindings(findingsOf({status, providers, routers, m_context.hasPage}));
}

bool OverviewPage::isFirstRun() const
{
    if (m_isDismissed || !m_isSeeded)
        return false;
    // Stays though its own request is stored by now, until it is dismissed or tools send requests as well.
    if (m_main->currentIndex() == 1 && m_countedOrder.size() <= kMostTries)
        return true;
    return m_countedOrder.empty() && m_context.source.status().store.records == 0;
}

void OverviewPage::showMain()
{
    const bool firstRun = isFirstRun();
    m_main->setCurrentIndex(firstRun ? 1 : 0);
    if (firstRun)
        m_firstRun->refresh(!m_countedOrder.empty());
}

void OverviewPage::act(const Finding &finding)
{
    switch (finding.action) {
    case Finding::Action::Go:
        Q_EMIT wanted(finding.destination);
        break;
    case Finding::Action::Resume:
        m_context.source.setPaused(false);
        showFindings();
        break;
    case Finding::Action::Copy:
        QGuiApplication::clipboard()->setText(finding.copy);
        break;
    }
}

} // namespace pm::ui
