// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"

#include <QAbstractTableModel>

namespace pm::ui {

/// What can be asked of one provider, with context and prices. Sorts by Qt::UserRole; an unknown figure is an
/// en dash and sorts below all others.
class ModelsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Id, Context, Input, Output, Cached, Can, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setModels(std::vector<ModelInfo> models);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const ModelInfo &model, int column) const;
    QVariant order(const ModelInfo &model, int column) const;

    std::vector<ModelInfo> m_models;
};

} // namespace pm::ui
