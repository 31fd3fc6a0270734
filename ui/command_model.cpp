// SPDX-License-Identifier: GPL-3.0-or-later
#include "command_palette.h"

#include <algorithm>

namespace pm::ui {

namespace {

int wordScore(const QString &word, const QString &title)
{
    const qsizetype at = title.indexOf(word, 0, Qt::CaseInsensitive);
    if (at == 0)
        return 40;
    for (qsizetype i = at; i > 0; i = title.indexOf(word, i + 1, Qt::CaseInsensitive)) {
        if (!title[i - 1].isLetterOrNumber())
            return 30;
    }
    if (at > 0)
        return 20;
    qsizetype from = 0;
    for (const QChar c : word) {
        from = title.indexOf(c, from, Qt::CaseInsensitive);
        if (from < 0)
            return 0;
        ++from;
    }
    return 5;
}

} // namespace

int matchScore(const QString &query, const QString &title)
{
    int total = 0;
    const QStringList words = query.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString &word : words) {
        const int score = wordScore(word, title);
        if (score == 0)
            return 0;
        total += score;
    }
    return total;
}

void CommandModel::setCommands(std::vector<Command> commands)
{
    m_all = std::move(commands);
    setQuery({});
}

void CommandModel::setQuery(const QString &query)
{
    beginResetModel();
    m_query = query.trimmed();
    m_shown.clear();
    std::vector<std::pair<int, const Command *>> scored;
    for (const Command &command : m_all) {
        const int score =
            m_query.isEmpty() ? 1 : matchScore(m_query, command.title + QLatin1Char(' ') + command.group);
        if (score > 0)
            scored.emplace_back(score, &command);
    }
    std::stable_sort(scored.begin(), scored.end(),
                     [](const auto &a, const auto &b) { return a.first > b.first; });
    for (const auto &[score, command] : scored) {
        if (m_shown.size() < kMostShown)
            m_shown.push_back(*command);
    }
    endResetModel();
}

void CommandModel::addFound(std::vector<Command> found)
{
    const int room = kMostShown - rowCount();
    const int count = std::min(room, static_cast<int>(found.size()));
    if (count <= 0)
        return;
    beginInsertRows({}, rowCount(), rowCount() + count - 1);
    for (int i = 0; i < count; ++i)
        m_shown.push_back(std::move(found[static_cast<std::size_t>(i)]));
    endInsertRows();
}

const Command *CommandModel::command(int row) const
{
    return row >= 0 && row < rowCount() ? &m_shown[static_cast<std::size_t>(row)] : nullptr;
}

int CommandModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant CommandModel::data(const QModelIndex &index, int role) const
{
    const Command *command = index.isValid() ? this->command(index.row()) : nullptr;
    if (!command)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return command->title;
    case Qt::AccessibleTextRole:
        return command->group + QStringLiteral(": ") + command->title;
    case GroupRole:
        return command->group;
    case IconNameRole:
        return command->iconName;
    case ShortcutRole:
        return command->shortcut;
    default:
        return {};
    }
}

} // namespace pm::ui
