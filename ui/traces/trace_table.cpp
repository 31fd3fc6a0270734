// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/trace_table.h"

#include "style/theme.h"
#include "traces/outcome.h"
#include "traces/trace_delegates.h"
#include "traces/trace_model.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QScrollBar>

#include <array>

namespace pm::ui {

namespace {

constexpr int kRowHeight = 28;
constexpr int kEdge = kRowHeight / 2;

struct ColumnRule
{
    int column;
    int width;
    int rank; ///< the highest goes first when room is short; 0 stays
};

constexpr int kBarLeast = 66;
constexpr int kRouteLeast = 186; ///< "anthropic/claude-sonnet-5"
// clang-format off
constexpr std::array kRules{
    ColumnRule{TraceModel::Time, 104, 0},  ColumnRule{TraceModel::Status, 26, 0},  ColumnRule{TraceModel::Router, 96, 5},
    ColumnRule{TraceModel::App, 100, 6},   ColumnRule{TraceModel::In, 62, 3},      ColumnRule{TraceModel::Out, 52, 3},
    ColumnRule{TraceModel::Cost, 72, 2},   ColumnRule{TraceModel::First, 68, 4},   ColumnRule{TraceModel::Bar, kBarLeast, 1},
    ColumnRule{TraceModel::Total, 68, 0},
};
// clang-format on

} // namespace

TraceTable::TraceTable(const Theme &theme, TraceModel &model, QWidget *parent)
    : QTableView(parent)
    , m_theme(theme)
    , m_model(model)
{
    setModel(&model);
    setUpLook();
    setUpDelegates();
    connect(&model, &QAbstractItemModel::rowsAboutToBeInserted, this, &TraceTable::beforeInsert);
    connect(&model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { afterInsert(first, last); });
    connect(&model, &QAbstractItemModel::modelReset, this, [this] { setFollowing(true); });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &TraceTable::watchEdges);
    connect(this, &QTableView::doubleClicked, this, &TraceTable::openWanted);
}

void TraceTable::setUpLook()
{
    setAccessibleName(tr("Requests"));
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMouseTracking(true);
    setEditTriggers(NoEditTriggers);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    verticalScrollBar()->setSingleStep(kRowHeight);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setMinimumSectionSize(24);
    horizontalHeader()->setFixedHeight(32);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(false);
}

void TraceTable::setUpDelegates()
{
    auto *text = new TextDelegate(m_theme, TraceModel::MutedRole, this);
    auto *number = new NumberDelegate(m_theme, TraceModel::MutedRole, this);
    setItemDelegate(text);
    for (const int column : {TraceModel::Time, TraceModel::In, TraceModel::Out, TraceModel::Cost,
                             TraceModel::First, TraceModel::Total})
        setItemDelegateForColumn(column, number);
    setItemDelegateForColumn(TraceModel::Status, new OutcomeDelegate(m_theme, TraceModel::OutcomeRole, this));
    setItemDelegateForColumn(
        TraceModel::Route,
        new RouteDelegate(m_theme, {TraceModel::ProviderRole, TraceModel::ModelRole, TraceModel::ColourRole, TraceModel::CachedRole},
                          this));
    setItemDelegateForColumn(TraceModel::Bar,
                             new PhasesDelegate(
                                 m_theme, TraceModel::PhasesRole, [this] { return m_barScale; }, this));
}

void TraceTable::fitColumns()
{
    int room = viewport()->width() - kRouteLeast;
    for (const ColumnRule &rule : kRules)
        room -= rule.width;
    int hiddenFrom = 7; // columns of this rank and above are hidden
    while (room < 0 && hiddenFrom > 1) {
        --hiddenFrom;
        for (const ColumnRule &rule : kRules)
            room += rule.rank == hiddenFrom ? rule.width : 0;
    }
    for (const ColumnRule &rule : kRules) {
        const bool hidden = rule.rank >= hiddenFrom;
        if (isColumnHidden(rule.column) != hidden)
            setColumnHidden(rule.column, hidden);
        if (!hidden)
            setColumnWidth(rule.column, rule.width);
    }
    // What is left goes to the route, and from a comfortable width on to the bar as well.
    const int toBar = hiddenFrom > 1 ? std::clamp(room - 170, 0, 160) / 2 : 0;
    setColumnWidth(TraceModel::Bar, kBarLeast + toBar);
    setColumnWidth(TraceModel::Route, std::max(80, kRouteLeast + room - toBar));
}

void TraceTable::beforeInsert()
{
    m_valueBefore = verticalScrollBar()->value();
    m_isMoving = true;
}

void TraceTable::afterInsert(int first, int last)
{
    // A view lays out lazily; the bar must know its range before it can be put anywhere.
    QScrollBar *bar = verticalScrollBar();
    const bool newestOnTop = m_model.order() == TraceModel::Order::NewestOnTop;
    const bool above = first == 0 && last + 1 < m_model.rowCount();
    if (m_isFollowing) {
        if (!newestOnTop)
            scrollToBottom();
    } else if (above) {
        const int shift = (last - first + 1) * kRowHeight;
        bar->setMaximum(bar->maximum() + shift);
        bar->setValue(m_valueBefore + shift);
    }
    m_isMoving = false;
}

void TraceTable::watchEdges()
{
    const QScrollBar *bar = verticalScrollBar();
    const bool newestOnTop = m_model.order() == TraceModel::Order::NewestOnTop;
    const int fromTop = bar->value();
    const int fromBottom = bar->maximum() - bar->value();
    if (!m_isMoving)
        setFollowing((newestOnTop ? fromTop : fromBottom) <= kEdge);
    if ((newestOnTop ? fromBottom : fromTop) < 40 * kRowHeight)
        Q_EMIT olderWanted();
}

void TraceTable::setFollowing(bool following)
{
    if (following == m_isFollowing)
        return;
    m_isFollowing = following;
    Q_EMIT followingChanged(following);
}

void TraceTable::follow()
{
    if (m_model.order() == TraceModel::Order::NewestOnTop)
        scrollToTop();
    else
        scrollToBottom();
    setFollowing(true);
}

std::string TraceTable::currentId() const
{
    const trace::Head *head = m_model.head(currentIndex().row());
    return head ? head->id : std::string();
}

void TraceTable::move(int rows)
{
    const int last = m_model.rowCount() - 1;
    if (last < 0)
        return;
    const int from = currentIndex().isValid() ? currentIndex().row() : (rows > 0 ? -1 : last + 1);
    setCurrentIndex(m_model.index(std::clamp(from + rows, 0, last), TraceModel::Time));
}

void TraceTable::focusInEvent(QFocusEvent *event)
{
    // A view would make its first row current, unseen; then J would skip it.
    if (currentIndex().isValid())
        QTableView::focusInEvent(event);
    else
        QAbstractScrollArea::focusInEvent(event);
}

void TraceTable::keyPressEvent(QKeyEvent *event)
{
    if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) {
        QTableView::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_J:
        return move(1);
    case Qt::Key_K:
        return move(-1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT openWanted();
        return;
    case Qt::Key_Escape:
        Q_EMIT closeWanted();
        return;
    case Qt::Key_R:
        if (!event->isAutoRepeat()) // each one is a request
            Q_EMIT replayWanted();
        return;
    case Qt::Key_C:
        Q_EMIT copyWanted();
        return;
    case Qt::Key_Slash:
        Q_EMIT filterWanted();
        return;
    case Qt::Key_Left:
    case Qt::Key_Right:
        return; // a row is one thing
    default:
        QTableView::keyPressEvent(event);
    }
}

void TraceTable::contextMenuEvent(QContextMenuEvent *event)
{
    if (!currentIndex().isValid())
        return;
    // The key opens it beside the row that is meant, not where the pointer happens to be.
    const QRect row = visualRect(currentIndex());
    Q_EMIT menuWanted(event->reason() == QContextMenuEvent::Mouse
                          ? event->globalPos()
                          : viewport()->mapToGlobal(row.bottomLeft()));
}

void TraceTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

void TraceTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    if (current.row() != previous.row())
        Q_EMIT currentTraceChanged();
}

void TraceTable::measureBars()
{
    // One scale for what is in sight, held steady: it grows at once and shrinks only when half of it is
    // unused.
    std::int64_t longest = 0;
    const int first = std::max(0, rowAt(0));
    const int last = std::min(m_model.rowCount() - 1, first + viewport()->height() / kRowHeight + 1);
    for (int row = first; row <= last; ++row)
        longest =
            std::max(longest, m_model.index(row, 0).data(TraceModel::PhasesRole).value<Phases>().totalUs());
    if (longest > m_barScale || longest * 2 < m_barScale)
        m_barScale = std::max<std::int64_t>(1'000, longest + longest / 10);
}

void TraceTable::paintEvent(QPaintEvent *event)
{
    measureBars();
    QTableView::paintEvent(event);
}

} // namespace pm::ui

#include "moc_trace_table.cpp"
