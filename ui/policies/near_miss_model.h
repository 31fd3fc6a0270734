// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"

#include <QAbstractTableModel>

#include <vector>

namespace pm::ui {

/// Requests that were nearly answered by meaning, those that came nearest first. GUI thread.
class NearMissModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Similarity, Verdict, Asked, Stored, ColumnCount };
    enum Role { MutedRole = Qt::UserRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setMisses(std::vector<policy::NearMiss> misses);
    /// From which similarity on an answer would have been given.
    void setThreshold(double threshold);
    double threshold() const { return m_threshold; }
    int wouldHit() const; ///< how many at this threshold
    const std::vector<policy::NearMiss> &misses() const { return m_misses; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const policy::NearMiss &miss, int column) const;
    bool wouldHit(const policy::NearMiss &miss) const;

    std::vector<policy::NearMiss> m_misses;
    double m_threshold = 0.95;
};

} // namespace pm::ui
