// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/headers_view.h"

#include "format.h"
#include "style/theme.h"
#include "widgets/combo_box.h"
#include "widgets/line.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QTableView>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {
constexpr int kRow = 22;
} // namespace

void HeaderModel::setHeaders(const trace::HeaderList &headers)
{
    beginResetModel();
    m_headers.clear();
    for (const auto &[name, value] : headers)
        m_headers.emplace_back(fromUtf8(name), fromUtf8(value));
    endResetModel();
}

int HeaderModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_headers.size());
}

int HeaderModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant HeaderModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const auto &[name, value] = m_headers[std::size_t(index.row())];
    return index.column() == Name ? name : value;
}

QVariant HeaderModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Name ? tr("Name") : tr("Value");
}

HeadersView::HeadersView(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_request(new HeaderModel(this))
    , m_answer(new HeaderModel(this))
    , m_side(new ComboBox(theme, this))
    , m_requestTitle(makeLabel({}, theme.smallBold(), Tone::Normal, this))
    , m_answerTitle(makeLabel({}, theme.smallBold(), Tone::Normal, this))
{
    m_side->addItems({tr("Client and gateway"), tr("Gateway and provider")});
    auto *label = makeLabel(tr("&Between"), theme.small(), Tone::Muted, this);
    label->setBuddy(m_side);
    auto *row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_side);
    row->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 10, 14, 10);
    layout->setSpacing(6);
    layout->addLayout(row);
    auto *lists = new QWidget(this);
    auto *inner = new QVBoxLayout(lists);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(6);
    inner->addWidget(m_requestTitle);
    QTableView *request = makeTable(tr("Request headers"), m_request);
    QTableView *answer = makeTable(tr("Answer headers"), m_answer);
    inner->addWidget(request);
    inner->addSpacing(6);
    inner->addWidget(m_answerTitle);
    inner->addWidget(answer);
    inner->addStretch();
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setAccessibleName(tr("Headers"));
    scroll->setWidget(lists);
    layout->addWidget(scroll, 1);
    for (QTableView *table : {request, answer}) {
        connect(table->selectionModel(), &QItemSelectionModel::currentRowChanged, scroll,
                [scroll, table](const QModelIndex &current) {
                    const QPoint place = table->mapTo(scroll->widget(), table->visualRect(current).center());
                    scroll->ensureVisible(0, place.y(), 0, kRow);
                });
    }
    connect(m_side, &QComboBox::currentIndexChanged, this, &HeadersView::showSide);
    showSide();
}

QTableView *HeadersView::makeTable(const QString &name, HeaderModel *model)
{
    auto *table = new QTableView(this);
    table->setModel(model);
    table->setAccessibleName(name);
    table->setProperty("surface", u"panel"_s);
    table->setFont(m_theme.monoSmall());
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    // As tall as its rows: both are scrolled as one.
    table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setFixedHeight(0);
    connect(model, &QAbstractItemModel::modelReset, table,
            [table, model] { table->setFixedHeight(model->rowCount() * kRow); });
    table->setEditTriggers(QTableView::NoEditTriggers);
    table->setSelectionBehavior(QTableView::SelectRows);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(kRow);
    table->horizontalHeader()->hide();
    table->horizontalHeader()->setStretchLastSection(true);
    table->setColumnWidth(HeaderModel::Name, 176);
    return table;
}

void HeadersView::setDetail(const trace::Detail &detail)
{
    m_lists[0] = detail.requestHeaders;
    m_lists[1] = detail.responseHeaders;
    m_lists[2] = detail.upstreamRequestHeaders;
    m_lists[3] = detail.upstreamResponseHeaders;
    showSide();
}

void HeadersView::showSide()
{
    const std::size_t first = m_side->currentIndex() == 1 ? 2 : 0;
    const auto title = [](const QString &name, std::size_t count) {
        return count == 0 ? tr("%1: none kept").arg(name) : tr("%1 · %2").arg(name).arg(count);
    };
    m_requestTitle->setText(title(tr("Request"), m_lists[first].size()));
    m_answerTitle->setText(title(tr("Answer"), m_lists[first + 1].size()));
    m_request->setHeaders(m_lists[first]);
    m_answer->setHeaders(m_lists[first + 1]);
}

} // namespace pm::ui

#include "moc_headers_view.cpp"
