// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "spend/spend_report.h"

#include <QAbstractTableModel>
#include <QColor>
#include <QHash>

#include <functional>

namespace pm::ui {

/// What was spent, a row for each value of the grouping. GUI thread.
class SpendModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Requests, Tokens, Unpriced, Saved, Spent, ColumnCount };
    enum Role {
        ValueRole = Qt::UserRole, ///< QString, as trace::SpendRow::value; empty for requests that have none
        ColourRole,               ///< QColor of its part of the bars; invalid: it has none of its own
        MutedRole,                ///< bool: secondary text
    };
    using QAbstractTableModel::QAbstractTableModel;

    /// Rows change in place while the same values are listed, so that the selection stays. `colours` by
    /// value.
    void setRows(const SpendGrouping &grouping, std::vector<trace::SpendRow> rows,
                 QHash<QString, QColor> colours);
    QString nameOf(const std::string &value) const; ///< for people

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const trace::SpendRow &row, int column) const;
    QString toolTip(const trace::SpendRow &row, int column) const;

    SpendGrouping m_grouping;
    std::vector<trace::SpendRow> m_rows;
    QHash<QString, QColor> m_colours;
};

} // namespace pm::ui
