// SPDX-License-Identifier: GPL-3.0-or-later
#include "spend/spend_page.h"

#include "charts/spend_bars.h"
#include "format.h"
#include "provider_colour.h"
#include "spend/budget_list.h"
#include "spend/spend_model.h"
#include "widgets/empty_state.h"
#include "widgets/figure_tile.h"
#include "widgets/legend.h"
#include "widgets/line.h"
#include "widgets/segment_bar.h"

#include <QStackedWidget>

using namespace Qt::StringLiterals;

// What the page of spending shows, as it comes.
namespace pm::ui {

SpendSpan SpendPage::span() const
{
    return SpendSpan(m_span->currentIndex());
}

const SpendGrouping &SpendPage::grouping() const
{
    return spendGroupings()[std::size_t(m_by->currentIndex())];
}

void SpendPage::setSpan(SpendSpan span)
{
    m_span->setCurrentIndex(int(span));
}

void SpendPage::setGrouping(const std::string &by)
{
    for (std::size_t i = 0; i < spendGroupings().size(); ++i) {
        if (spendGroupings()[i].by == by)
            m_by->setCurrentIndex(int(i));
    }
}

void SpendPage::ask()
{
    m_hasNews = false;
    m_isAsking = true;
    m_context.store.ask<SpendReport>(
        this,
        [by = grouping().by, columns = spendColumns(span(), QDateTime::currentDateTime()),
         now = nowMicros()](TraceReader &reader) { return readReport(reader, by, columns, now); },
        [this, job = ++m_job](Result<SpendReport> report) {
            if (job == m_job)
                take(std::move(report));
        });
}

void SpendPage::take(Result<SpendReport> report)
{
    m_isAsking = false;
    m_hasReport = report.has_value();
    if (!report) {
        m_report = {};
        m_nothing->showError(tr("What was spent cannot be read"), fromUtf8(report.error().message),
                             tr("Try again"));
        m_main->setCurrentIndex(1);
        return showTotals();
    }
    m_report = std::move(*report);
    showReport();
}

void SpendPage::showReport()
{
    if (!m_hasReport)
        return;
    showTotals();
    if (m_report.total.requests == 0)
        return showNothing();
    m_main->setCurrentIndex(0);
    showBars();
}

void SpendPage::showNothing()
{
    const bool isLongest = span() == SpendSpan::ThirtyDays;
    const GatewayStatus status = m_context.source.status();
    m_nothing->showEmpty(
        isLongest ? tr("Nothing was asked in 30 days") : tr("Nothing was asked in this time"),
        status.isServing ? tr("Requests that pass through %1 are added up here: what they cost, and on what.")
                               .arg(fromUtf8(status.baseUrl))
                         : tr("Pointsman is not serving: %1").arg(fromUtf8(status.problem)),
        isLongest ? tr("Look again") : tr("Show 30 days"));
    m_main->setCurrentIndex(1);
}

void SpendPage::showTotals()
{
    const trace::SpendRow &total = m_report.total;
    const auto figure = [this](FigureTile *tile, const QString &text, const QString &note) {
        tile->setFigure(m_hasReport ? text : unknownText(), m_hasReport ? note : QString());
    };
    const std::optional<std::int64_t> cost = knownCost(total);
    const bool isPriced = cost && total.requests > total.unpriced;
    figure(m_spent, costText(cost),
           !isPriced ? tr("nothing with a price")
                     : tr("%1 a request").arg(costText(*cost / (total.requests - total.unpriced))));
    const std::int64_t without = total.costMicroUsd + total.savedMicroUsd;
    figure(
        m_saved, costText(total.savedMicroUsd),
        total.savedMicroUsd == 0
            ? tr("no answer came from it")
            : tr("%1 of what it would cost").arg(percentText(double(total.savedMicroUsd) / double(without))));
    figure(m_requests, countText(total.requests), spanName(span()));
    figure(m_tokens, countText(total.inputTokens + total.outputTokens),
           tr("%1 in · %2 out").arg(countText(total.inputTokens), countText(total.outputTokens)));
    figure(m_unpriced, countText(total.unpriced),
           total.unpriced == 0 ? tr("every cost is known") : tr("answers that count as nothing"));
    m_unpriced->setToolTip(
        total.unpriced == 0 ? QString()
                            : tr("Give their provider a price: providers.NAME.price in the configuration."));
}

QColor SpendPage::colourOf(const std::string &value, std::size_t place) const
{
    if (value.empty() || value == kOthers)
        return m_context.theme.tokens().gatewayBar;
    if (m_report.stackedBy != "provider")
        return seriesColour(place);
    return colourAmong(m_context.source.providers(), value);
}

void SpendPage::showBars()
{
    const SpendGrouping &by = grouping();
    std::vector<SpendBars::Series> series;
    std::vector<Legend::Entry> legend;
    QHash<QString, QColor> colours;
    // The table says which colour is what, unless its rows are something else.
    const bool isByDay = m_report.stackedBy != by.by;
    for (std::size_t i = 0; i < m_report.series.size(); ++i) {
        const SpendReport::Series &each = m_report.series[i];
        const QColor colour = colourOf(each.value, i);
        const QString name = each.value.empty()      ? by.none
                             : each.value == kOthers ? tr("all others")
                                                     : fromUtf8(each.value);
        series.push_back({name, colour, each.microUsd});
        if (isByDay)
            legend.push_back({name, nullptr, Legend::Mark::Square, colour});
        else
            colours.insert(fromUtf8(each.value), colour);
    }
    const bool hasOthers = !m_report.series.empty() && m_report.series.back().value == kOthers;
    for (std::size_t i = m_report.series.size(); !isByDay && hasOthers && i <= m_report.rows.size(); ++i)
        colours.insert(fromUtf8(m_report.rows[i - 1].value), colourOf(kOthers, i));
    std::vector<SpendBars::Column> columns;
    for (const SpendColumn &column : m_report.columns)
        columns.push_back({column.label, column.name});
    m_bars->setBars(std::move(columns), std::move(series));
    m_legend->setEntries(std::move(legend));
    const QString what = isByDay ? tr("provider") : by.name.toLower();
    m_barsTitle->setText(span() == SpendSpan::Today ? tr("Each hour, by %1").arg(what)
                                                    : tr("Each day, by %1").arg(what));
    m_bars->setAccessibleName(tr("What was spent %1").arg(m_barsTitle->text().toLower()));
    m_model->setRows(by, m_report.rows, std::move(colours));
}

void SpendPage::showBudgets()
{
    std::vector<policy::BudgetState> budgets = m_context.source.budgets();
    const QString problem = fromUtf8(m_context.source.status().budgetProblem);
    m_budgetProblem->setText(tr("What is spent may be forgotten at a crash: %1").arg(problem));
    m_budgetProblem->setVisible(!problem.isEmpty());
    m_side->setCurrentIndex(budgets.empty() ? 1 : 0);
    m_budgets->setBudgets(std::move(budgets));
}

void SpendPage::showRequests(const QString &value)
{
    const std::string text = value.toStdString();
    if (text.empty() || text == kOthers)
        return;
    Destination destination{u"traces"_s, {}, {}, {}};
    trace::Filter &filter = destination.filter;
    const std::string &by = grouping().by;
    if (by == "provider") {
        filter.provider = text;
    } else if (by == "model") {
        const std::size_t slash = text.find('/');
        filter.provider = text.substr(0, slash);
        filter.model = slash == std::string::npos ? std::string() : text.substr(slash + 1);
    } else if (by == "router") {
        filter.router = text;
    } else if (by == "app") {
        filter.app = text;
    } else {
        return Q_EMIT said(tr("Traces are not filtered by this"));
    }
    Q_EMIT wanted(destination);
}

} // namespace pm::ui
