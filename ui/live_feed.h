// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "source.h"

#include <QTimer>

namespace pm::ui {

/// The one taker of the gateway's feed: fetches at 30 Hz and hands each batch to whoever listens. GUI thread.
class LiveFeed : public QObject
{
    Q_OBJECT

public:
    explicit LiveFeed(const Source &source, QObject *parent = nullptr);

    /// Fetches now, as the timer does.
    void poll();

Q_SIGNALS:
    void batch(const std::vector<pm::trace::Head> &heads);

private:
    const Source &m_source;
    QTimer m_timer;
};

} // namespace pm::ui
