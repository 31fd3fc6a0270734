// SPDX-License-Identifier: GPL-3.0-or-later
#include "spend/spend_model.h"

#include "format.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

void SpendModel::setRows(const SpendGrouping &grouping, std::vector<trace::SpendRow> rows,
                         QHash<QString, QColor> colours)
{
    const bool isSame = grouping.by == m_grouping.by &&
                        std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
                                   [](const auto &a, const auto &b) { return a.value == b.value; });
    if (!isSame)
        beginResetModel();
    m_grouping = grouping;
    m_rows = std::move(rows);
    m_colours = std::move(colours);
    if (!isSame)
        endResetModel();
    else if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int SpendModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int SpendModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString SpendModel::nameOf(const std::string &value) const
{
    if (value.empty())
        return m_grouping.none;
    if (value == kOthers)
        return tr("all others");
    return m_grouping.by == "day" ? spendDay(fromUtf8(value)).name : fromUtf8(value);
}

QString SpendModel::text(const trace::SpendRow &row, int column) const
{
    switch (column) {
    case Name:
        return nameOf(row.value);
    case Requests:
        return countText(row.requests);
    case Tokens:
        return countText(row.inputTokens + row.outputTokens);
    case Unpriced:
        return row.unpriced == 0 ? QString() : countText(row.unpriced);
    case Saved:
        return row.savedMicroUsd == 0 ? QString() : costText(row.savedMicroUsd);
    case Spent:
        return costText(knownCost(row));
    default:
        return {};
    }
}

QString SpendModel::toolTip(const trace::SpendRow &row, int column) const
{
    switch (column) {
    case Tokens:
        return tr("%1 in, %2 out").arg(countText(row.inputTokens), countText(row.outputTokens));
    case Unpriced:
        return row.unpriced == 0 ? QString() : tr("Answers whose price is not known: they count as nothing");
    case Spent:
        return row.unpriced == 0
                   ? QString()
                   : tr("Without %1 answers whose price is not known").arg(countText(row.unpriced));
    default:
        return text(row, column);
    }
}

QVariant SpendModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const trace::SpendRow &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(row, index.column());
    case Qt::ToolTipRole:
        return toolTip(row, index.column());
    case Qt::TextAlignmentRole:
        return QVariant((index.column() == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case ValueRole:
        return fromUtf8(row.value);
    case ColourRole:
        return index.column() == Name ? m_colours.value(fromUtf8(row.value)) : QVariant();
    case MutedRole:
        return index.column() == Name ? row.value.empty() || row.value == kOthers
                                      : index.column() != Spent && index.column() != Requests;
    default:
        return {};
    }
}

QVariant SpendModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)
        return {};
    if (section == Name)
        return m_grouping.name;
    static const char *const names[] = {"",
                                        QT_TR_NOOP("Requests"),
                                        QT_TR_NOOP("Tokens"),
                                        QT_TR_NOOP("No price"),
                                        QT_TR_NOOP("Saved"),
                                        QT_TR_NOOP("Spent")};
    return tr(names[section]);
}

} // namespace pm::ui

#include "moc_spend_model.cpp"
