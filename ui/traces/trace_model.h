// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "traces/trace_ring.h"

#include <QAbstractTableModel>
#include <QColor>

#include <functional>
#include <set>

namespace pm::ui {

/// The list of requests: live heads as they come and older ones as they are fetched, bounded. Knows no store,
/// no feed and no widget: the page feeds it. GUI thread.
class TraceModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, Status, Router, Route, App, In, Out, Cost, First, Bar, Total, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole, ///< QString
        OutcomeRole,           ///< int of Outcome
        ProviderRole,          ///< QString
        ModelRole,             ///< QString
        ColourRole,            ///< QColor of the provider
        PhasesRole,            ///< Phases
        MutedRole,             ///< bool: secondary text
        CachedRole,            ///< bool: it came from a cache
    };
    enum class Order { NewestOnTop, NewestAtBottom };
    using Clock = std::function<std::int64_t()>;
    using Accepts = std::function<bool(const trace::Head &)>;
    using Colours = std::function<QColor(const std::string &provider)>;

    static constexpr std::size_t kCapacity =
        100'000; ///< above it the oldest are dropped, half a percent at a time

    explicit TraceModel(Clock clock, std::size_t capacity = kCapacity, QObject *parent = nullptr);

    void setOrder(Order order);
    Order order() const { return m_order; }
    void setColours(Colours colours) { m_colours = std::move(colours); }

    /// Takes a live batch: new heads are inserted as one block, known ones updated in ranges. Unknown heads
    /// that the filter refuses are left out; a known one stays, so that no row vanishes under the cursor.
    void takeLive(const std::vector<trace::Head> &heads);
    /// Adds a page of the store behind the oldest; heads known already are skipped.
    void addOlder(const std::vector<trace::Head> &newestFirst);
    /// Empties the list and sets what takeLive lets in from now on.
    void restart(Accepts accepts);
    /// Lets the running rows count on. The page's timer calls it.
    void tick();

    const trace::Head *head(int row) const;
    int rowOf(const std::string &id) const; ///< -1 when not in the list
    std::string oldestId() const;           ///< empty when there is none
    bool isFull() const { return m_ring.size() >= m_capacity; }
    std::size_t droppedCount() const { return m_dropped; } ///< oldest rows dropped since restart
    bool hasRunning() const { return !m_running.empty(); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    int rowAt(std::size_t position) const;
    std::size_t positionAt(int row) const;
    void update(std::vector<std::size_t> positions);
    void insertNewest(std::vector<const trace::Head *> heads);
    void dropSome();
    QString text(const trace::Head &head, int column) const;
    QString toolTip(const trace::Head &head, int column) const;

    TraceRing m_ring;
    std::size_t m_capacity;
    std::size_t m_dropped = 0;
    Order m_order = Order::NewestOnTop;
    Clock m_clock;
    Accepts m_accepts;
    Colours m_colours;
    std::set<std::string> m_running; ///< ids, for tick
};

} // namespace pm::ui
