// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"

#include <QAbstractTableModel>
#include <QTableView>

namespace pm::ui {

class Theme;

/// Providers as the overview lists them: those one can or should be able to use.
class ProviderModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Health, Name, Latency, Success, Text, ColumnCount };
    enum Role { HealthRole = Qt::UserRole, MutedRole, NameRole };
    using QAbstractTableModel::QAbstractTableModel;

    /// Rows change in place while the same providers are listed, so that selection and focus stay.
    void setProviders(const std::vector<ProviderStatus> &providers);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const ProviderStatus &provider, int column) const;

    std::vector<ProviderStatus> m_providers;
};

class ProviderTable : public QTableView
{
    Q_OBJECT

public:
    ProviderTable(const Theme &theme, ProviderModel &model, QWidget *parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void providerWanted(const QString &name);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
};

} // namespace pm::ui
