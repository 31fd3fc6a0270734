// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "live_feed.h"
#include "store_worker.h"

namespace pm::ui {

/// Sums since midnight, for tiles and rail: asked of the store every two seconds while there is news, or,
/// where nothing is stored, counted from the feed since start. GUI thread.
class Today : public QObject
{
    Q_OBJECT

public:
    /// `isKept`: whether the store is open at the moment.
    Today(StoreWorker &store, LiveFeed &feed, std::function<bool()> isKept, QObject *parent = nullptr);

    const trace::Totals &totals() const { return m_totals; }
    bool isFromStore() const { return m_isFromStore; }

Q_SIGNALS:
    void changed();

private:
    void take(const std::vector<trace::Head> &heads);
    void ask();

    StoreWorker &m_store;
    std::function<bool()> m_isKept;
    QTimer m_timer;
    trace::Totals m_totals;
    bool m_isFromStore = false;
    bool m_isAsking = false;
    bool m_hasNews = true;
};

} // namespace pm::ui
