// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/what_if_table.h"

#include "format.h"
#include "traces/trace_delegates.h"

#include <QDateTime>
#include <QHeaderView>
#include <QResizeEvent>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kRow = 28;

QString targetText(const std::string &target)
{
    return target.empty() ? ChangedRequestsModel::tr("none") : fromUtf8(target);
}

/// Of "provider/model"; a provider alone, and "none", have no model of their own to show.
QString providerOf(const QString &target)
{
    return target.contains(u'/') ? target.section(u'/', 0, 0) : QString();
}
QString modelOf(const QString &target)
{
    return target.contains(u'/') ? target.section(u'/', 1) : target;
}

constexpr int kNarrow = 520; ///< pixels; below them only what matters most has room

/// Columns that keep their parts of the width; some only where there is room.
class PlainTable final : public QTableView
{
public:
    PlainTable(std::vector<int> parts, std::vector<int> spare, QWidget *parent)
        : QTableView(parent)
        , m_parts(std::move(parts))
        , m_spare(std::move(spare))
    {
    }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        QTableView::resizeEvent(event);
        for (const int column : m_spare)
            setColumnHidden(column, viewport()->width() < kNarrow);
        int parts = 0;
        for (std::size_t i = 0; i < m_parts.size(); ++i)
            parts += isColumnHidden(static_cast<int>(i)) ? 0 : m_parts[i];
        int left = viewport()->width();
        for (std::size_t i = 0; i < m_parts.size() && parts > 0; ++i) {
            if (isColumnHidden(static_cast<int>(i)))
                continue;
            const int own = left * m_parts[i] / parts; // the last takes what rounding leaves
            setColumnWidth(static_cast<int>(i), own);
            left -= own;
            parts -= m_parts[i];
        }
    }

private:
    std::vector<int> m_parts;
    std::vector<int> m_spare;
};

} // namespace

void ChangedRequestsModel::setRequests(std::vector<SimulatedRequest> requests)
{
    beginResetModel();
    m_requests = std::move(requests);
    endResetModel();
}

int ChangedRequestsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_requests.size());
}

int ChangedRequestsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ChangedRequestsModel::text(const SimulatedRequest &request, int column) const
{
    switch (column) {
    case Time:
        return clockText(request.startedAt, QDateTime::currentMSecsSinceEpoch() * 1000).section(u'.', 0, 0);
    case Before:
        return targetText(request.before.target);
    case After:
        return targetText(request.after.target);
    case Cost:
        return tr("%1 → %2").arg(costText(request.before.costMicroUsd), costText(request.after.costMicroUsd));
    case Why:
        return request.after.isByChance ? tr("%1 (by chance)").arg(fromUtf8(request.after.reason)) : fromUtf8(request.after.reason);
    default:
        return {};
    }
}

QVariant ChangedRequestsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const SimulatedRequest &request = m_requests[static_cast<std::size_t>(index.row())];
    const bool isTarget = index.column() == Before || index.column() == After;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(request, index.column());
    case Qt::ToolTipRole:
        return isTarget && !request.model.empty()
                   ? tr("%1, asked for as %2").arg(text(request, index.column()), fromUtf8(request.model))
                   : text(request, index.column());
    case Qt::TextAlignmentRole:
        return QVariant((index.column() == Cost ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case MutedRole:
        return index.column() == Time || index.column() == Why;
    case IdRole:
        return fromUtf8(request.id);
    case ProviderRole:
        return providerOf(text(request, index.column()));
    case ModelRole:
        return modelOf(text(request, index.column()));
    case ColourRole:
        return m_colours ? m_colours(providerOf(text(request, index.column()))) : QVariant();
    default:
        return {};
    }
}

QVariant ChangedRequestsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Cost ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    static const char *const names[] = {QT_TR_NOOP("Time"), QT_TR_NOOP("Went to"), QT_TR_NOOP("Would go to"), QT_TR_NOOP("Cost"),
                                        QT_TR_NOOP("Why")};
    return tr(names[section]);
}

void SharesModel::setShares(std::vector<SimulationReport::Share> shares)
{
    beginResetModel();
    m_shares = std::move(shares);
    endResetModel();
}

int SharesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shares.size());
}

int SharesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SharesModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const SimulationReport::Share &share = m_shares[static_cast<std::size_t>(index.row())];
    const int change = share.after - share.before;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole:
        switch (index.column()) {
        case Target:
            return targetText(share.target);
        case Before:
            return countText(share.before);
        case After:
            return countText(share.after);
        case Change:
            return change == 0 ? QString() : (change > 0 ? u"+"_s : u"−"_s) + countText(std::abs(change));
        default:
            return {};
        }
    case Qt::TextAlignmentRole:
        return QVariant((index.column() == Target ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case MutedRole:
        return index.column() == Before;
    default:
        return {};
    }
}

QVariant SharesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Target ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    static const char *const names[] = {QT_TR_NOOP("Target"), QT_TR_NOOP("Went there"), QT_TR_NOOP("Would go"),
                                        QT_TR_NOOP("Change")};
    return tr(names[section]);
}

QTableView *makePlainTable(const Theme &theme, QAbstractItemModel &model, const QString &name, TableColumns columns,
                           QWidget *parent)
{
    auto *table = new PlainTable(std::move(columns.parts), std::move(columns.spare), parent);
    table->setModel(&model);
    table->setAccessibleName(name);
    table->setProperty("surface", u"panel"_s);
    table->setProperty("rows", u"plain"_s); // cells begin where their headings do
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(kRow);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->horizontalHeader()->setMinimumSectionSize(20);
    table->horizontalHeader()->setHighlightSections(false);
    table->setFrameShape(QFrame::NoFrame);
    constexpr int kMutedRole = Qt::UserRole; // of both models
    table->setItemDelegate(new TextDelegate(theme, kMutedRole, table));
    for (const int column : columns.numbers)
        table->setItemDelegateForColumn(column, new NumberDelegate(theme, kMutedRole, table));
    return table;
}

} // namespace pm::ui

#include "moc_what_if_table.cpp"
