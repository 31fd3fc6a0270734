// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/what_if.h"

#include "format.h"
#include "provider_colour.h"
#include "session.h"
#include "style/theme.h"
#include "traces/trace_delegates.h"
#include "widgets/combo_box.h"
#include "widgets/empty_state.h"
#include "widgets/figure_row.h"
#include "widgets/figure_tile.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPointer>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kShownChanges = 500; ///< rows; the figures are of all
constexpr int kShownTargets = 6;   ///< rows at once; more are scrolled to

QString arrow(const QString &from, const QString &to)
{
    return WhatIf::tr("%1 → %2").arg(from, to);
}

std::int64_t mean(std::int64_t sum, int count)
{
    return count > 0 ? sum / count : 0;
}

std::optional<double> share(double sum, int count)
{
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

} // namespace

WhatIf::WhatIf(const Theme &theme, const Source &source, Session &session, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_session(session)
    , m_count(new ComboBox(theme, this))
    , m_run(new QPushButton(tr("Run"), this))
    , m_state(new QLabel(this))
    , m_report(new QWidget(this))
    , m_moved(new FigureTile(theme, FigureTile::Kind::Plain, tr("Go elsewhere"), m_report))
    , m_cost(new FigureTile(theme, FigureTile::Kind::Plain, tr("Cost"), m_report))
    , m_latency(new FigureTile(theme, FigureTile::Kind::Plain, tr("First content"), m_report))
    , m_errors(new FigureTile(theme, FigureTile::Kind::Plain, tr("Failed first tries"), m_report))
    , m_sharesTable(makePlainTable(theme, m_shares, tr("Shares of targets, before and after"),
                                   {{40, 23, 20, 17}, {SharesModel::Before, SharesModel::After, SharesModel::Change}, {}},
                                   m_report))
    , m_changedTable(makePlainTable(theme, m_changed, tr("Requests that would go elsewhere"),
                                    {{17, 20, 19, 25, 19},
                                     {ChangedRequestsModel::Time, ChangedRequestsModel::Cost},
                                     {ChangedRequestsModel::Before, ChangedRequestsModel::Why}},
                                    m_report))
    , m_left(new QLabel(m_report))
    , m_empty(new EmptyState(theme, this))
{
    m_changed.setColours([this](const QString &provider) {
        return colourAmong(m_source.providers ? m_source.providers() : std::vector<ProviderStatus>(), provider.toStdString());
    });
    for (const int column : {ChangedRequestsModel::Before, ChangedRequestsModel::After}) {
        m_changedTable->setItemDelegateForColumn(
            column, new RouteDelegate(theme, {ChangedRequestsModel::ProviderRole, ChangedRequestsModel::ModelRole,
                                              ChangedRequestsModel::ColourRole, -1}, m_changedTable));
    }
    build(theme);
    connect(m_run, &QPushButton::clicked, this, [this] { m_running == 0 ? run() : stop(); });
    connect(m_changedTable, &QTableView::activated, this, [this](const QModelIndex &index) {
        Q_EMIT traceWanted(index.data(ChangedRequestsModel::IdRole).toString());
    });
    connect(&m_session, &Session::draftChanged, this, &WhatIf::markStale);
    setRouter({});
}

WhatIf::~WhatIf()
{
    stop();
}

void WhatIf::build(const Theme &)
{
    for (const int count : {50, 200, 1000, 5000})
        m_count->addItem(tr("last %1 requests").arg(countText(count)), count);
    m_count->setCurrentIndex(1);
    auto *label = new QLabel(tr("Try the"), this);
    label->setBuddy(m_count);
    label->setToolTip(tr("How many stored requests are run through the draft; nothing is sent"));
    m_state->setProperty("tone", u"muted"_s);
    m_left->setProperty("tone", u"muted"_s);
    m_left->setWordWrap(true);
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(label);
    head->addWidget(m_count);
    head->addWidget(new QLabel(tr("with the draft"), this));
    head->addWidget(m_run);
    head->addWidget(m_state, 1);
    auto *report = new QVBoxLayout(m_report);
    report->setContentsMargins(0, 0, 0, 0);
    report->setSpacing(8);
    report->addWidget(new FigureRow({m_moved, m_cost, m_latency, m_errors}, m_report));
    report->addWidget(m_sharesTable);
    report->addWidget(m_changedTable, 1);
    report->addWidget(m_left);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 12, 14, 12);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addWidget(m_report, 1);
    layout->addWidget(m_empty, 1);
}

void WhatIf::setRouter(const QString &name)
{
    if (name == m_router && !m_empty->title().isEmpty())
        return;
    stop();
    m_router = name;
    m_state->clear();
    showNote(tr("Ask before you apply"),
             tr("Stored requests of this router are run through the draft, and nothing is sent: where each would go, what it "
                "would cost, how long it would take by what is known of its target."));
}

void WhatIf::showNote(const QString &title, const QString &text)
{
    m_empty->showEmpty(title, text);
    m_report->hide();
    m_empty->setVisible(true);
}

void WhatIf::run()
{
    const auto &problems = m_session.problems();
    if (std::any_of(problems.begin(), problems.end(),
                    [](const config::Problem &p) { return p.severity == config::Problem::Severity::Error; })) {
        showNote(tr("The draft has errors"), tr("Mend them first; they stand beside the text."));
        return;
    }
    SimulationQuery query;
    query.router = m_router.toStdString();
    query.last = m_count->currentData().toInt();
    m_shownText = m_session.draft();
    m_run->setText(tr("Stop"));
    m_state->setText(tr("Running"));
    m_running = m_source.simulate(query, m_shownText, [self = QPointer<WhatIf>(this)](Result<SimulationReport> result) {
        if (self)
            self->take(result);
    });
}

void WhatIf::stop()
{
    if (m_running != 0)
        m_source.cancelSimulation(std::exchange(m_running, 0));
    m_run->setText(tr("Run"));
    m_state->clear();
}

void WhatIf::take(const Result<SimulationReport> &result)
{
    m_running = 0;
    m_run->setText(tr("Run"));
    m_state->clear();
    if (!result) {
        if (result.error().kind != ErrorKind::Cancelled)
            showNote(tr("That did not work"), fromUtf8(result.error().message));
        return;
    }
    if (result->requests.empty()) {
        showNote(tr("No stored requests to try"),
                 tr("None went through %1 yet, or their bodies were not kept (traces.bodies).").arg(m_router));
        return;
    }
    showReport(*result);
    markStale();
}

void WhatIf::showReport(const SimulationReport &report)
{
    const SimulationReport::Sums &sums = report.sums;
    const int count = static_cast<int>(report.requests.size());
    m_moved->setFigure(tr("%1 of %2").arg(countText(sums.changed), countText(count)),
                       sums.byChance > 0 ? tr("go elsewhere, %1 by chance").arg(countText(sums.byChance)) : tr("go elsewhere"));
    m_cost->setFigure(sums.priced > 0 ? arrow(costText(sums.costBefore), costText(sums.costAfter)) : unknownText(),
                      sums.priced == count ? tr("cost") : tr("cost of the %1 with known prices").arg(countText(sums.priced)));
    m_latency->setFigure(sums.timed > 0 ? arrow(durationText(mean(sums.latencyBefore, sums.timed)),
                                                durationText(mean(sums.latencyAfter, sums.timed)))
                                        : unknownText(),
                         tr("mean wait"));
    m_errors->setFigure(arrow(percentText(share(sums.errorsBefore, sums.rated)), percentText(share(sums.errorsAfter, sums.rated))),
                        tr("first tries fail"));
    m_shares.setShares(report.targets);
    const int rows = std::min(static_cast<int>(report.targets.size()), kShownTargets);
    m_sharesTable->setFixedHeight(m_sharesTable->horizontalHeader()->sizeHint().height() + rows * m_sharesTable->rowHeight(0) + 2);
    std::vector<SimulatedRequest> changed;
    for (auto request = report.requests.rbegin(); request != report.requests.rend(); ++request) {
        if (request->isChanged() && changed.size() < kShownChanges)
            changed.push_back(*request);
    }
    m_changedTable->setVisible(!changed.empty());
    m_changed.setRequests(std::move(changed));
    QStringList left;
    for (const auto &[why, number] : report.skipped)
        left << tr("%1: %2").arg(countText(number), fromUtf8(why));
    m_left->setText(left.isEmpty() ? QString() : tr("Left out: %1").arg(left.join(u"; "_s)));
    m_left->setVisible(!left.isEmpty());
    m_empty->hide();
    m_report->show();
}

void WhatIf::markStale()
{
    const bool isStale = m_report->isVisible() && m_shownText != m_session.draft();
    if (m_running == 0)
        m_state->setText(isStale ? tr("of an earlier draft") : QString());
}

} // namespace pm::ui

#include "moc_what_if.cpp"
