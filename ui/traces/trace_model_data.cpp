// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/trace_model.h"

#include "format.h"
#include "style/tokens.h"
#include "traces/outcome.h"

#include <QDateTime>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace pm::ui {

int TraceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_ring.size());
}

int TraceModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TraceModel::data(const QModelIndex &index, int role) const
{
    const trace::Head *head = index.isValid() ? this->head(index.row()) : nullptr;
    if (!head)
        return {};
    switch (role) {
    case Qt::AccessibleTextRole:
        if (index.column() == Route && isFromCache(*head))
            return tr("%1, from the cache").arg(text(*head, Route));
        return text(*head, index.column());
    case Qt::DisplayRole:
        return text(*head, index.column());
    case Qt::ToolTipRole:
        return toolTip(*head, index.column());
    case Qt::TextAlignmentRole:
        return QVariant(index.column() >= In && index.column() != Bar ? Qt::AlignRight | Qt::AlignVCenter
                                                                      : Qt::AlignLeft | Qt::AlignVCenter);
    case IdRole:
        return fromUtf8(head->id);
    case OutcomeRole:
        return static_cast<int>(outcomeOf(*head));
    case ProviderRole:
        return fromUtf8(head->provider);
    case ModelRole:
        return fromUtf8(head->model.empty() ? head->requestedModel : head->model);
    case ColourRole:
        return m_colours ? m_colours(head->provider) : providerColour(fromUtf8(head->provider));
    case PhasesRole:
        return QVariant::fromValue(phasesOf(*head, m_clock()));
    case CachedRole:
        return isFromCache(*head);
    case MutedRole:
        return index.column() == Time || index.column() == App;
    default:
        return {};
    }
}

QString TraceModel::text(const trace::Head &head, int column) const
{
    const auto orUnknown = [](const std::string &value) {
        return value.empty() ? unknownText() : fromUtf8(value);
    };
    switch (column) {
    case Time:
        return clockText(head.startedAt, m_clock());
    case Status:
        return outcomeName(outcomeOf(head));
    case Router:
        return orUnknown(head.router);
    case Route: {
        const std::string &model = head.model.empty() ? head.requestedModel : head.model;
        return head.provider.empty() ? orUnknown(model) : fromUtf8(head.provider) + u'/' + fromUtf8(model);
    }
    case App:
        return orUnknown(head.app);
    case In:
        return countText(head.usage.totalInput());
    case Out:
        // Until the provider says how many tokens there were, the stream's pieces are the best count there
        // is.
        if (!head.usage.output && head.state == trace::State::Running && head.streamEvents > 0)
            return u"~"_s + countText(std::int64_t(head.streamEvents));
        return countText(head.usage.output);
    case Cost:
        return costText(head.costMicroUsd);
    case First:
        return durationText(head.firstContentUs);
    case Bar:
        return tr("gateway %1, waiting %2, streaming %3")
            .arg(durationText(phasesOf(head, m_clock()).gatewayUs),
                 durationText(phasesOf(head, m_clock()).waitUs),
                 durationText(phasesOf(head, m_clock()).streamUs));
    case Total:
        return durationText(elapsedUs(head, m_clock()));
    default:
        return {};
    }
}

QString TraceModel::toolTip(const trace::Head &head, int column) const
{
    switch (column) {
    case Time:
        return tr("%1, %2").arg(QLocale().toString(QDateTime::fromMSecsSinceEpoch(head.startedAt / 1000)),
                                agoText(head.startedAt, m_clock()));
    case Status: {
        const QString name = outcomeName(outcomeOf(head));
        return head.errorMessage.empty() ? name : tr("%1: %2").arg(name, fromUtf8(head.errorMessage));
    }
    case Route:
        if (isFromCache(head))
            return head.savedMicroUsd ? tr("%1, from the cache, %2 saved").arg(text(head, Route), costText(head.savedMicroUsd))
                                      : tr("%1, from the cache").arg(text(head, Route));
        return head.requestedModel.empty() || head.requestedModel == head.model
                   ? text(head, Route)
                   : tr("%1, asked for as %2").arg(text(head, Route), fromUtf8(head.requestedModel));
    case Bar:
        return text(head, Bar);
    case In:
        return head.usage.cacheRead
                   ? tr("%1, of them %2 from the prompt cache")
                         .arg(countText(head.usage.totalInput()), countText(head.usage.cacheRead))
                   : QString();
    default:
        return {};
    }
}

QVariant TraceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(section >= In && section != Bar ? Qt::AlignRight | Qt::AlignVCenter
                                                        : Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::DisplayRole && (section == Status || section == Bar))
        return QString(); // a glyph and a bar say themselves what they are
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole && role != Qt::ToolTipRole)
        return {};
    switch (section) {
    case Time:
        return tr("Time");
    case Status:
        return tr("How it went");
    case Router:
        return tr("Router");
    case Route:
        return tr("Route");
    case App:
        return tr("App");
    case In:
        return tr("In");
    case Out:
        return tr("Out");
    case Cost:
        return tr("Cost");
    case First:
        return tr("First");
    case Bar:
        return tr("Gateway, waiting, streaming");
    case Total:
        return tr("Total");
    default:
        return {};
    }
}

} // namespace pm::ui
