// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "source.h"

#include <QTimer>

namespace pm::ui {

/// The one taker of the gateway's feed: fetches at 30 Hz and hands each batch to whoever listens; at 10 Hz
/// while requests come faster than anyone reads, for most of the work is in showing them. A batch has at most
/// kMostHeads, so that none holds the GUI for a frame; the rest follows at once. GUI thread.
class LiveFeed : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t kMostHeads = 512;

    explicit LiveFeed(const Source &source, QObject *parent = nullptr);

    /// Fetches now, as the timer does.
    void poll();

Q_SIGNALS:
    void batch(const std::vector<pm::trace::Head> &heads);

private:
    const Source &m_source;
    QTimer m_timer;
    std::vector<trace::Head> m_taken; ///< by the last fetch
    std::size_t m_next = 0;           ///< the first of them that was not handed on yet
    int m_emptyPolls = 0;             ///< one after the other
};

} // namespace pm::ui
