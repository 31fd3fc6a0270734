// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/trace_page.h"

#include "format.h"
#include "traces/filter_bar.h"
#include "traces/replay.h"
#include "traces/trace_detail.h"
#include "traces/trace_model.h"
#include "traces/trace_table.h"
#include "widgets/empty_state.h"
#include "widgets/line.h"

#include <QEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

TracePage::TracePage(const PageContext &context, QWidget *parent)
    : Page(parent)
    , m_context(context)
    , m_model(new TraceModel(nowMicros, TraceModel::kCapacity, this))
    , m_filters(new FilterBar(context, this))
    , m_table(new TraceTable(context.theme, *m_model, this))
    , m_detail(new TraceDetail(context))
    , m_empty(new EmptyState(context.theme, this))
    , m_replay(new Replay(this))
{
    setOrder(context.state.value(u"traces/newestOnTop"_s, true).toBool());
    build();
    connectParts();
    applyFilter();
}

TracePage::~TracePage()
{
    delete m_detailWindow;
}

void TracePage::build()
{
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_empty);
    m_detailPane = new QWidget(this);
    auto *paneLayout = new QVBoxLayout(m_detailPane);
    paneLayout->setContentsMargins(0, 0, 0, 0);
    paneLayout->addWidget(m_detail);
    m_detailPane->setMinimumWidth(360);
    m_detailPane->hide();
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_stack);
    m_splitter->addWidget(m_detailPane);
    m_splitter->setStretchFactor(0, 1);
    m_stack->setMinimumWidth(360);
    m_context.state.keep(m_splitter, u"traces"_s, {832, 432});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_filters);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(m_splitter, 1);
    m_tick.setInterval(100);
}

void TracePage::connectParts()
{
    connect(&m_context.feed, &LiveFeed::batch, this, &TracePage::takeLive);
    connect(&m_tick, &QTimer::timeout, m_model, &TraceModel::tick);
    connect(m_filters, &FilterBar::changed, this, &TracePage::applyFilter);
    connect(m_filters, &FilterBar::liveWanted, m_table, &TraceTable::follow);
    connect(m_table, &TraceTable::followingChanged, this, [this](bool following) {
        m_unseen = 0;
        m_filters->setLive(following, 0);
    });
    connect(m_table, &TraceTable::olderWanted, this, &TracePage::loadOlder);
    connect(m_table, &TraceTable::currentTraceChanged, this, [this] {
        if (m_detailPane->isVisible() || m_detailWindow)
            showDetail();
    });
    connect(m_table, &TraceTable::openWanted, this, &TracePage::showDetail);
    connect(m_table, &QTableView::clicked, this, &TracePage::showDetail);
    connect(m_table, &TraceTable::closeWanted, this, &TracePage::closeDetail);
    connect(m_table, &TraceTable::replayWanted, this, &TracePage::replay);
    connect(m_table, &TraceTable::copyWanted, this, &TracePage::copyAsCurl);
    connect(m_table, &TraceTable::menuWanted, this, &TracePage::showMenu);
    connect(m_table, &TraceTable::filterWanted, m_filters, &FilterBar::focusText);
    connect(m_replay, &Replay::began, this, &TracePage::showReplay);
    connect(m_replay, &Replay::failed, this,
            [this](const QString &why) { Q_EMIT said(tr("Not replayed: %1").arg(why)); });
    connect(m_detail, &TraceDetail::replayWanted, this, &TracePage::replay);
    connect(m_detail, &TraceDetail::copyWanted, this, &TracePage::copyAsCurl);
    connect(m_detail, &TraceDetail::closeWanted, this, &TracePage::closeDetail);
    connect(m_detail, &TraceDetail::tearOffWanted, this, [this] { m_detailWindow ? dock() : tearOff(); });
    connect(m_empty, &EmptyState::actionWanted, this, [this] {
        m_filters->setFilter({});
        applyFilter();
    });
    const auto colours = [this] {
        auto known = std::make_shared<QHash<QString, QColor>>();
        for (const ProviderStatus &provider : m_context.source.providers())
            known->insert(fromUtf8(provider.name),
                          providerColour(fromUtf8(provider.name), fromUtf8(provider.colour)));
        m_model->setColours([known](const std::string &provider) {
            const QString name = fromUtf8(provider);
            const auto found = known->constFind(name);
            return found == known->constEnd() ? providerColour(name) : *found;
        });
    };
    colours();
    connect(m_context.source.changes.get(), &SourceChanges::providers, this, colours);
    connect(m_context.source.changes.get(), &SourceChanges::status, this, &TracePage::showSummary);
    connect(&m_context.today, &Today::changed, this, &TracePage::showSummary);
}

void TracePage::activate()
{
    m_tick.start();
    m_wantsFocus = !m_table->isVisible() && m_stack->currentWidget() != m_table;
    m_table->setFocus();
    showSummary();
}

void TracePage::deactivate()
{
    m_tick.stop();
}

void TracePage::open(const Destination &destination)
{
    if (hasCondition(destination.filter) || !destination.traceId.empty()) {
        m_filters->setFilter(destination.filter);
        m_wantedId = destination.traceId;
        applyFilter();
    }
    if (!m_wantedId.empty()) {
        trace::Head head;
        head.id = m_wantedId;
        head.state = trace::State::Done;
        m_detail->setHead(head); // its record brings the rest, also when it is too old for the list
        m_detailPane->setVisible(!m_detailWindow);
    }
}

std::vector<Command> TracePage::commands()
{
    const bool onTop = m_model->order() == TraceModel::Order::NewestOnTop;
    std::vector<Command> commands;
    commands.push_back({onTop ? tr("Traces: newest at the bottom") : tr("Traces: newest on top"),
                        tr("Action"),
                        u"traces"_s,
                        {},
                        [this, onTop] { setOrder(!onTop); }});
    if (!m_detail->id().empty() && m_detail->replayObstacle().isEmpty())
        commands.push_back({tr("Traces: replay the selected request"), tr("Action"), u"replay"_s, tr("R"),
                            [this] { replay(); }});
    commands.push_back({tr("Traces: only failed"), tr("Action"), u"alert"_s, {}, [this] {
                            Destination failed{id()};
                            failed.filter.status = trace::Filter::Status::Failed;
                            Q_EMIT wanted(failed);
                        }});
    return commands;
}

void TracePage::setOrder(bool newestOnTop)
{
    m_context.state.setValue(u"traces/newestOnTop"_s, newestOnTop);
    m_model->setOrder(newestOnTop ? TraceModel::Order::NewestOnTop : TraceModel::Order::NewestAtBottom);
    m_table->follow();
}

void TracePage::showDetail()
{
    const trace::Head *head = m_model->head(m_table->currentIndex().row());
    if (!head)
        return;
    m_detail->setHead(*head);
    if (m_detailWindow)
        m_detailWindow->show();
    else
        m_detailPane->show();
}

void TracePage::closeDetail()
{
    if (m_detailWindow)
        dock();
    m_detailPane->hide();
    m_table->setFocus();
}

void TracePage::tearOff()
{
    m_detailWindow = new QWidget(nullptr, Qt::Window);
    m_detailWindow->setWindowTitle(tr("Trace"));
    m_detailWindow->setProperty("role", u"panel"_s);
    m_detailWindow->setAttribute(Qt::WA_QuitOnClose, false);
    m_detailWindow->installEventFilter(this);
    auto *layout = new QVBoxLayout(m_detailWindow);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_detail);
    m_detailWindow->resize(560, 760);
    m_detailPane->hide();
    m_detail->setTornOff(true);
    m_detailWindow->show();
}

void TracePage::dock()
{
    m_detailPane->layout()->addWidget(m_detail);
    m_detail->setTornOff(false);
    m_detailWindow->removeEventFilter(this);
    m_detailWindow->hide();
    m_detailWindow->deleteLater();
    m_detailWindow = nullptr;
    m_detailPane->show();
}

bool TracePage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_detailWindow && event->type() == QEvent::Close)
        dock();
    return Page::eventFilter(watched, event);
}

} // namespace pm::ui

#include "moc_trace_page.cpp"
