// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/trace_model.h"

#include "format.h"
#include "style/tokens.h"
#include "traces/outcome.h"

#include <algorithm>

namespace pm::ui {

TraceModel::TraceModel(Clock clock, std::size_t capacity, QObject *parent)
    : QAbstractTableModel(parent)
    , m_capacity(capacity)
    , m_clock(std::move(clock))
{
}

void TraceModel::setOrder(Order order)
{
    if (order == m_order)
        return;
    beginResetModel();
    m_order = order;
    endResetModel();
}

int TraceModel::rowAt(std::size_t position) const
{
    return static_cast<int>(m_order == Order::NewestOnTop ? m_ring.size() - 1 - position : position);
}

std::size_t TraceModel::positionAt(int row) const
{
    const auto place = static_cast<std::size_t>(row);
    return m_order == Order::NewestOnTop ? m_ring.size() - 1 - place : place;
}

void TraceModel::takeLive(const std::vector<trace::Head> &heads)
{
    std::vector<std::size_t> updated;
    std::vector<const trace::Head *> fresh;
    for (const trace::Head &head : heads) {
        const bool running = head.state == trace::State::Running;
        if (const auto position = m_ring.find(head.id)) {
            m_ring.replace(*position, head);
            updated.push_back(*position);
            if (!running)
                m_running.erase(head.id);
        } else if (!m_accepts || m_accepts(head)) {
            fresh.push_back(&head);
        }
    }
    update(std::move(updated));
    insertNewest(std::move(fresh));
}

void TraceModel::update(std::vector<std::size_t> positions)
{
    std::sort(positions.begin(), positions.end());
    for (std::size_t i = 0; i < positions.size();) {
        std::size_t last = i;
        while (last + 1 < positions.size() && positions[last + 1] <= positions[last] + 1)
            ++last;
        const int a = rowAt(positions[i]);
        const int b = rowAt(positions[last]);
        Q_EMIT dataChanged(index(std::min(a, b), 0), index(std::max(a, b), ColumnCount - 1));
        i = last + 1;
    }
}

void TraceModel::insertNewest(std::vector<const trace::Head *> heads)
{
    if (heads.empty())
        return;
    std::stable_sort(heads.begin(), heads.end(), [](const auto *a, const auto *b) { return a->id < b->id; });
    if (heads.size() > m_capacity) {
        m_dropped += heads.size() - m_capacity;
        heads.erase(heads.begin(), heads.end() - static_cast<std::ptrdiff_t>(m_capacity));
    }
    const int count = static_cast<int>(heads.size());
    const int first = m_order == Order::NewestOnTop ? 0 : rowCount();
    beginInsertRows({}, first, first + count - 1);
    for (const trace::Head *head : heads) {
        if (head->state == trace::State::Running)
            m_running.insert(head->id);
        m_ring.append(*head);
    }
    endInsertRows();
    dropSome();
}

void TraceModel::dropSome()
{
    if (m_ring.size() <= m_capacity)
        return;
    // In blocks: a removal for each row that comes would double the work of a busy list.
    const std::size_t block = std::max<std::size_t>(m_ring.size() - m_capacity, m_capacity / 200);
    const int count = static_cast<int>(block);
    const int first = m_order == Order::NewestOnTop ? rowCount() - count : 0;
    beginRemoveRows({}, first, first + count - 1);
    for (std::size_t i = 0; i < block; ++i)
        m_running.erase(m_ring.at(i).id);
    m_ring.dropOldest(block);
    m_dropped += block;
    endRemoveRows();
}

void TraceModel::addOlder(const std::vector<trace::Head> &newestFirst)
{
    std::vector<const trace::Head *> fresh;
    const std::size_t room = m_capacity - std::min(m_capacity, m_ring.size());
    for (const trace::Head &head : newestFirst) {
        if (fresh.size() < room && !m_ring.find(head.id))
            fresh.push_back(&head);
    }
    if (fresh.empty())
        return;
    const int count = static_cast<int>(fresh.size());
    const int first = m_order == Order::NewestOnTop ? rowCount() : 0;
    beginInsertRows({}, first, first + count - 1);
    for (const trace::Head *head : fresh)
        m_ring.prepend(*head);
    endInsertRows();
}

void TraceModel::restart(Accepts accepts)
{
    beginResetModel();
    m_accepts = std::move(accepts);
    m_ring.clear();
    m_running.clear();
    m_dropped = 0;
    endResetModel();
}

void TraceModel::tick()
{
    std::vector<std::size_t> positions;
    for (const std::string &id : m_running) {
        if (const auto position = m_ring.find(id))
            positions.push_back(*position);
    }
    update(std::move(positions));
}

const trace::Head *TraceModel::head(int row) const
{
    return row >= 0 && row < rowCount() ? &m_ring.at(positionAt(row)) : nullptr;
}

int TraceModel::rowOf(const std::string &id) const
{
    const auto position = m_ring.find(id);
    return position ? rowAt(*position) : -1;
}

std::string TraceModel::oldestId() const
{
    return m_ring.isEmpty() ? std::string() : m_ring.at(0).id;
}

} // namespace pm::ui

#include "moc_trace_model.cpp"
