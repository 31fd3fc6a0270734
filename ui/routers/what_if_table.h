// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"

#include <QAbstractTableModel>
#include <QColor>
#include <QTableView>

#include <functional>

namespace pm::ui {

class Theme;

/// Requests that would have gone elsewhere, the newest first.
class ChangedRequestsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, Before, After, Cost, Why, ColumnCount };
    enum Role { MutedRole = Qt::UserRole, IdRole, ProviderRole, ModelRole, ColourRole };
    using QAbstractTableModel::QAbstractTableModel;

    void setRequests(std::vector<SimulatedRequest> requests);
    /// Of a provider's dot.
    void setColours(std::function<QColor(const QString &provider)> colours) { m_colours = std::move(colours); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const SimulatedRequest &request, int column) const;

    std::vector<SimulatedRequest> m_requests;
    std::function<QColor(const QString &)> m_colours;
};

/// Shares of targets before and after.
class SharesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Target, Before, After, Change, ColumnCount };
    enum Role { MutedRole = Qt::UserRole };
    using QAbstractTableModel::QAbstractTableModel;

    void setShares(std::vector<SimulationReport::Share> shares);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<SimulationReport::Share> m_shares;
};

/// How a table's columns are; of `numbers` and `spare` by their index.
struct TableColumns
{
    std::vector<int> parts;   ///< how they share the width, one for each
    std::vector<int> numbers; ///< with digits of one width
    std::vector<int> spare;   ///< what a narrow table goes without
};

/// A table in the style of the pages: rows without grid.
QTableView *makePlainTable(const Theme &theme, QAbstractItemModel &model, const QString &name, TableColumns columns,
                           QWidget *parent);

} // namespace pm::ui
