// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/models_model.h"

#include "format.h"

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString priceText(std::optional<double> usd)
{
    if (!usd)
        return unknownText();
    // Two places, more only where the price has them.
    QString text = QString::number(*usd, 'f', 4);
    while (text.endsWith(u'0') && text.size() - text.indexOf(u'.') > 3)
        text.chop(1);
    return u'$' + text;
}

} // namespace

void ModelsModel::setModels(std::vector<ModelInfo> models)
{
    beginResetModel();
    m_models = std::move(models);
    endResetModel();
}

int ModelsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_models.size());
}

int ModelsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ModelsModel::text(const ModelInfo &model, int column) const
{
    switch (column) {
    case Id:
        return fromUtf8(model.id);
    case Context:
        return model.context > 0 ? countText(model.context) : unknownText();
    case Input:
        return priceText(model.inputPrice);
    case Output:
        return priceText(model.outputPrice);
    case Cached:
        return priceText(model.cacheReadPrice);
    case Can: {
        QStringList can;
        if (model.tools)
            can.append(tr("tools"));
        if (model.images)
            can.append(tr("images"));
        if (model.reasoning)
            can.append(tr("reasoning"));
        return can.isEmpty() ? unknownText() : can.join(u", "_s);
    }
    }
    return {};
}

QVariant ModelsModel::order(const ModelInfo &model, int column) const
{
    switch (column) {
    case Context:
        return qlonglong(model.context);
    case Input:
        return model.inputPrice.value_or(-1);
    case Output:
        return model.outputPrice.value_or(-1);
    case Cached:
        return model.cacheReadPrice.value_or(-1);
    default:
        return text(model, column);
    }
}

QVariant ModelsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const ModelInfo &model = m_models[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(model, index.column());
    case Qt::UserRole:
        return order(model, index.column());
    case Qt::TextAlignmentRole:
        return index.column() >= Context && index.column() <= Cached ? int(Qt::AlignRight | Qt::AlignVCenter)
                                                                     : int(Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        if (index.column() == Id)
            return fromUtf8(model.name.empty() ? model.id : model.name);
        if (index.column() == Can)
            return text(model, Can);
        if (index.column() == Context && model.maxOutput > 0)
            return tr("answers up to %1 tokens").arg(countText(model.maxOutput));
        return {};
    default:
        return {};
    }
}

QVariant ModelsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return section >= Context && section <= Cached ? int(Qt::AlignRight | Qt::AlignVCenter)
                                                       : int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section >= Input && section <= Cached)
        return tr("US dollars for a million tokens");
    if (role != Qt::DisplayRole)
        return {};
    const QString titles[] = {tr("Model"),   tr("Context"),    tr("In $/M"),
                              tr("Out $/M"), tr("Cached"), tr("Can")};
    return titles[section];
}

} // namespace pm::ui

#include "moc_models_model.cpp"
