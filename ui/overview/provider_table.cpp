// SPDX-License-Identifier: GPL-3.0-or-later
#include "overview/provider_table.h"

#include "format.h"
#include "style/theme.h"
#include "traces/trace_delegates.h"
#include "widgets/status_dot.h"

#include <QHeaderView>
#include <QKeyEvent>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kRow = 28;
constexpr int kLeastText = 72; ///< "closed", "no key"
constexpr int kMostRows = 8;   ///< in sight; more scroll

class HealthDelegate final : public CellDelegate
{
public:
    using CellDelegate::CellDelegate;

protected:
    void paintContent(QPainter &painter, const QRect &area, const QModelIndex &index) const override
    {
        const Sign sign = healthSign(ProviderStatus::Health(index.data(ProviderModel::HealthRole).toInt()));
        paintGlyph(painter, area, sign.glyph, m_theme.tokens().*sign.colour);
    }
};

bool isWorthARow(const ProviderStatus &provider)
{
    return provider.isConfigured || provider.isReachable || provider.key == ProviderStatus::Key::Present ||
           provider.latencyMs.has_value();
}

} // namespace

void ProviderModel::setProviders(const std::vector<ProviderStatus> &providers)
{
    std::vector<ProviderStatus> shown;
    std::copy_if(providers.begin(), providers.end(), std::back_inserter(shown), isWorthARow);
    const bool same = std::equal(shown.begin(), shown.end(), m_providers.begin(), m_providers.end(),
                                 [](const auto &a, const auto &b) { return a.name == b.name; });
    if (!same) {
        beginResetModel();
        m_providers = std::move(shown);
        endResetModel();
        return;
    }
    m_providers = std::move(shown);
    if (!m_providers.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int ProviderModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_providers.size());
}

int ProviderModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ProviderModel::text(const ProviderStatus &provider, int column) const
{
    switch (column) {
    case Health:
        return ui::healthName(provider.health);
    case Name:
        return fromUtf8(provider.name);
    case Latency:
        return durationText(provider.latencyMs ? std::int64_t(*provider.latencyMs * 1'000) : -1);
    case Success:
        return percentText(provider.successRate);
    case Text:
        return healthPhrase(provider.health, provider.healthText);
    default:
        return {};
    }
}

QVariant ProviderModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const ProviderStatus &provider = m_providers[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(provider, index.column());
    case Qt::ToolTipRole:
        return provider.lastError.empty()
                   ? text(provider, index.column())
                   : tr("%1. Last error: %2").arg(text(provider, Text), fromUtf8(provider.lastError));
    case Qt::TextAlignmentRole:
        return QVariant(index.column() == Latency || index.column() == Success
                            ? Qt::AlignRight | Qt::AlignVCenter
                            : Qt::AlignLeft | Qt::AlignVCenter);
    case HealthRole:
        return int(provider.health);
    case MutedRole:
        return index.column() == Text;
    case NameRole:
        return fromUtf8(provider.name);
    default:
        return {};
    }
}

QVariant ProviderModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    static const char *const names[] = {QT_TR_NOOP("Health"), QT_TR_NOOP("Provider"), QT_TR_NOOP("Latency"),
                                        QT_TR_NOOP("Success"), QT_TR_NOOP("State")};
    return tr(names[section]);
}

ProviderTable::ProviderTable(const Theme &theme, ProviderModel &model, QWidget *parent)
    : QTableView(parent)
{
    setModel(&model);
    setAccessibleName(tr("Health of the providers"));
    setProperty("surface", u"panel"_s);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    setEditTriggers(NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(kRow);
    horizontalHeader()->hide();
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setMinimumSectionSize(20);
    setItemDelegate(new TextDelegate(theme, ProviderModel::MutedRole, this));
    auto *number = new NumberDelegate(theme, ProviderModel::MutedRole, this);
    setItemDelegateForColumn(ProviderModel::Latency, number);
    setItemDelegateForColumn(ProviderModel::Success, number);
    setItemDelegateForColumn(ProviderModel::Health, new HealthDelegate(theme, this));
    connect(&model, &QAbstractItemModel::modelReset, this, [this] { updateGeometry(); });
    connect(this, &QTableView::doubleClicked, this, [this](const QModelIndex &index) {
        Q_EMIT providerWanted(index.data(ProviderModel::NameRole).toString());
    });
}

QSize ProviderTable::sizeHint() const
{
    return {280, std::clamp(model()->rowCount(), 1, kMostRows) * kRow};
}

QSize ProviderTable::minimumSizeHint() const
{
    return {200, sizeHint().height()};
}

void ProviderTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    const int width = viewport()->width();
    setColumnWidth(ProviderModel::Health, 24);
    setColumnWidth(ProviderModel::Latency, 64);
    setColumnWidth(ProviderModel::Success, 62);
    const int rest = width - 24 - 64 - 62;
    const int name = std::clamp(rest * 45 / 100, 80, 140);
    const bool hasRoom = rest - name >= kLeastText; // else its words are in the tool tip
    setColumnHidden(ProviderModel::Text, !hasRoom);
    setColumnWidth(ProviderModel::Name, hasRoom ? name : rest);
    if (hasRoom)
        setColumnWidth(ProviderModel::Text, rest - name);
}

void ProviderTable::keyPressEvent(QKeyEvent *event)
{
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid()) {
        Q_EMIT providerWanted(currentIndex().data(ProviderModel::NameRole).toString());
        return;
    }
    QTableView::keyPressEvent(event);
}

} // namespace pm::ui

#include "moc_provider_table.cpp"
