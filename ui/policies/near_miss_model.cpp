// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/near_miss_model.h"

#include "format.h"

#include <QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

void NearMissModel::setMisses(std::vector<policy::NearMiss> misses)
{
    std::stable_sort(misses.begin(), misses.end(),
                     [](const policy::NearMiss &a, const policy::NearMiss &b) { return a.similarity > b.similarity; });
    const bool isSame = std::equal(misses.begin(), misses.end(), m_misses.begin(), m_misses.end(),
                                   [](const policy::NearMiss &a, const policy::NearMiss &b) {
                                       return a.at == b.at && a.similarity == b.similarity && a.asked == b.asked;
                                   });
    if (isSame)
        return; // the chosen row stays chosen
    beginResetModel();
    m_misses = std::move(misses);
    endResetModel();
}

void NearMissModel::setThreshold(double threshold)
{
    m_threshold = threshold;
    Q_EMIT headerDataChanged(Qt::Horizontal, Verdict, Verdict);
    if (!m_misses.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

bool NearMissModel::wouldHit(const policy::NearMiss &miss) const
{
    return miss.similarity >= m_threshold;
}

int NearMissModel::wouldHit() const
{
    return static_cast<int>(
        std::count_if(m_misses.begin(), m_misses.end(), [this](const policy::NearMiss &miss) { return wouldHit(miss); }));
}

int NearMissModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_misses.size());
}

int NearMissModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString NearMissModel::text(const policy::NearMiss &miss, int column) const
{
    switch (column) {
    case Similarity:
        return QString::number(miss.similarity, 'f', 3);
    case Verdict:
        return wouldHit(miss) ? tr("✓ hit") : tr("✕ miss");
    case Asked:
        return fromUtf8(miss.asked).simplified();
    case Stored:
        return fromUtf8(miss.stored).simplified();
    default:
        return {};
    }
}

QVariant NearMissModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const policy::NearMiss &miss = m_misses[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(miss, index.column());
    case Qt::ToolTipRole:
        return tr("%1\n\nnearest to\n%2\n\n%3 %4; threshold then %5")
            .arg(fromUtf8(miss.asked), fromUtf8(miss.stored), fromUtf8(miss.router),
                 clockText(miss.at * 1'000'000, nowMicros()).section(u'.', 0, 0), QString::number(miss.threshold));
    case Qt::TextAlignmentRole:
        return QVariant((index.column() == Similarity ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case MutedRole:
        return !wouldHit(miss);
    default:
        return {};
    }
}

QVariant NearMissModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Similarity ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Similarity:
        return tr("Cosine");
    case Verdict:
        return tr("At %1").arg(QString::number(m_threshold));
    case Asked:
        return tr("Asked");
    case Stored:
        return tr("Nearest stored");
    default:
        return {};
    }
}

} // namespace pm::ui

#include "moc_near_miss_model.cpp"
