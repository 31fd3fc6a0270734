// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"

#include <QAbstractTableModel>
#include <QTableView>

namespace pm::ui {

class Theme;

/// Requests that would have gone elsewhere, the newest first.
class ChangedRequestsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, Move, Cost, Why, ColumnCount };
    enum Role { MutedRole = Qt::UserRole, IdRole };
    using QAbstractTableModel::QAbstractTableModel;

    void setRequests(std::vector<SimulatedRequest> requests);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const SimulatedRequest &request, int column) const;

    std::vector<SimulatedRequest> m_requests;
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

/// A table in the style of the pages: rows without grid, columns that share the width as told, in parts.
QTableView *makePlainTable(const Theme &theme, QAbstractItemModel &model, const QString &name, std::vector<int> parts,
                           const std::vector<int> &numbers, QWidget *parent);

} // namespace pm::ui
