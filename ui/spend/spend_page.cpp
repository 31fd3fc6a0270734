// SPDX-License-Identifier: GPL-3.0-or-later
#include "spend/spend_page.h"

#include "charts/spend_bars.h"
#include "spend/budget_list.h"
#include "spend/first_budget.h"
#include "spend/spend_model.h"
#include "spend/spend_table.h"
#include "widgets/empty_state.h"
#include "widgets/figure_tile.h"
#include "widgets/legend.h"
#include "widgets/line.h"
#include "widgets/segment_bar.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kPollMs = 5'000;

QFrame *makeCard(QWidget *parent)
{
    auto *card = new QFrame(parent);
    card->setProperty("role", u"card"_s);
    return card;
}

int placeOf(const std::string &by)
{
    const auto &all = spendGroupings();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const SpendGrouping &grouping) { return grouping.by == by; });
    return found == all.end() ? 0 : int(found - all.begin());
}

} // namespace

SpendPage::SpendPage(const PageContext &context, QWidget *parent)
    : Page(parent)
    , m_context(context)
    , m_model(new SpendModel(this))
{
    build();
    m_span->setCurrentIndex(std::clamp(context.state.value(u"spend/span"_s, 1).toInt(), 0, kSpendSpans - 1));
    m_by->setCurrentIndex(placeOf(context.state.value(u"spend/by"_s).toString().toStdString()));
    connect(m_span, &QTabBar::currentChanged, this, [this](int index) {
        m_context.state.setValue(u"spend/span"_s, index);
        ask();
    });
    connect(m_by, &QTabBar::currentChanged, this, [this] {
        m_context.state.setValue(u"spend/by"_s, QString::fromStdString(grouping().by));
        ask();
    });
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        showBudgets();
        if (m_hasNews && !m_isAsking)
            ask();
    });
    connect(&context.feed, &LiveFeed::batch, this, [this] { m_hasNews = true; });
    const auto refresh = [this] {
        if (isVisible())
            showBudgets();
    };
    connect(context.source.changes.get(), &SourceChanges::config, this, refresh);
    connect(context.source.changes.get(), &SourceChanges::status, this, refresh);
    connect(context.source.changes.get(), &SourceChanges::clientKeys, this, refresh);
    connect(&context.theme, &Theme::changed, this, &SpendPage::showReport);
}

void SpendPage::build()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 10, 14, 14);
    layout->setSpacing(10);
    layout->addWidget(makeChoices()); // in the order in which Tab goes
    layout->addWidget(makeTiles());
    auto *body = new QHBoxLayout;
    body->setSpacing(12);
    body->addWidget(makeMain(), 1);
    body->addWidget(makeSide());
    layout->addLayout(body, 1);
}

QWidget *SpendPage::makeChoices()
{
    QStringList spans;
    for (int i = 0; i < kSpendSpans; ++i)
        spans.append(spanName(SpendSpan(i)));
    QStringList groupings;
    for (const SpendGrouping &grouping : spendGroupings())
        groupings.append(grouping.name);
    auto *row = new QWidget(this);
    m_span = makeSegmentBar(tr("Span of time"), spans, row);
    m_by = makeSegmentBar(tr("Grouped by"), groupings, row);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_span);
    layout->addStretch(1);
    layout->addWidget(makeLabel(tr("by"), m_context.theme.small(), Tone::Muted, row), 0, Qt::AlignVCenter);
    layout->addWidget(m_by);
    return row;
}

QWidget *SpendPage::makeTiles()
{
    const auto tile = [this](const QString &caption) {
        return new FigureTile(m_context.theme, FigureTile::Kind::Card, caption, this);
    };
    m_spent = tile(tr("Spent"));
    m_saved = tile(tr("Saved by the cache"));
    m_requests = tile(tr("Requests"));
    m_tokens = tile(tr("Tokens"));
    m_unpriced = tile(tr("Without a price"));
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    for (FigureTile *each : {m_spent, m_saved, m_requests, m_tokens, m_unpriced})
        layout->addWidget(each, 1);
    return row;
}

QWidget *SpendPage::makeMain()
{
    QFrame *card = makeCard(this);
    auto *figures = new QWidget(card);
    m_barsTitle = makeLabel({}, m_context.theme.bold(), Tone::Normal, figures);
    m_legend = new Legend(m_context.theme, {}, figures);
    m_bars = new SpendBars(m_context.theme, figures);
    m_table = new SpendTable(m_context.theme, *m_model, figures);
    connect(m_table, &SpendTable::requestsWanted, this, &SpendPage::showRequests);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(13, 12, 13, 0);
    head->addWidget(m_barsTitle);
    head->addWidget(m_legend, 1);
    auto *bars = new QVBoxLayout;
    bars->setContentsMargins(13, 0, 5, 6);
    bars->addWidget(m_bars);
    auto *layout = new QVBoxLayout(figures);
    layout->setContentsMargins(1, 0, 1, 6);
    layout->setSpacing(4);
    layout->addLayout(head);
    layout->addLayout(bars, 4);
    layout->addWidget(makeLine(Qt::Horizontal, figures));
    layout->addWidget(m_table, 5);
    m_nothing = new EmptyState(m_context.theme, card);
    connect(m_nothing, &EmptyState::actionWanted, this, [this] {
        if (m_hasReport && span() != SpendSpan::ThirtyDays)
            setSpan(SpendSpan::ThirtyDays);
        else
            ask();
    });
    m_main = new QStackedWidget(card);
    m_main->addWidget(figures);
    m_main->addWidget(m_nothing);
    auto *outer = new QVBoxLayout(card);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_main);
    m_nothing->showLoading(tr("Adding up what was spent"));
    m_main->setCurrentIndex(1);
    return card;
}

QWidget *SpendPage::makeSide()
{
    QFrame *card = makeCard(this);
    m_sideCard = card;
    m_budgets = new BudgetList(m_context.theme);
    auto *scroll = new QScrollArea(card);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::StrongFocus); // more of them than fit are scrolled by keys
    scroll->setAccessibleName(tr("Budgets"));
    scroll->setProperty("kind", u"reached"_s);
    scroll->setWidget(m_budgets);
    auto *first = new FirstBudget(m_context.theme, m_context.hasPage(u"routers"_s), card);
    connect(first, &FirstBudget::copyWanted, this, [this] {
        QGuiApplication::clipboard()->setText(FirstBudget::lines());
        Q_EMIT said(tr("Copied. Paste them into the configuration and apply it."));
    });
    connect(first, &FirstBudget::configurationWanted, this, [this] {
        Q_EMIT wanted({u"routers"_s, {}, {}, {}});
    });
    m_side = new QStackedWidget(card);
    m_side->addWidget(scroll);
    m_side->addWidget(first);
    m_budgetProblem = makeLabel({}, m_context.theme.small(), Tone::Warn, card);
    m_budgetProblem->setWordWrap(true);
    auto *layout = new QVBoxLayout(card);
    layout->setContentsMargins(13, 12, 9, 12);
    layout->setSpacing(10);
    layout->addWidget(makeLabel(tr("Budgets"), m_context.theme.bold(), Tone::Normal, card));
    layout->addWidget(m_budgetProblem);
    layout->addWidget(m_side, 1);
    return card;
}

void SpendPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    m_sideCard->setFixedWidth(std::clamp(width() * 3 / 10, 260, 400));
}

void SpendPage::activate()
{
    m_span->setFocus();
    m_poll.start();
    showBudgets();
    ask();
}

std::vector<Command> SpendPage::commands()
{
    std::vector<Command> commands;
    for (int i = 0; i < kSpendSpans; ++i) {
        commands.push_back(
            {tr("Spend: %1").arg(spanName(SpendSpan(i))), tr("Action"), iconName(), {}, [this, i] {
                 setSpan(SpendSpan(i));
                 Q_EMIT wanted({id(), {}, {}, {}});
             }});
    }
    return commands;
}

} // namespace pm::ui

#include "moc_spend_page.cpp"
