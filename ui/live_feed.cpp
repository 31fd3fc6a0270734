// SPDX-License-Identifier: GPL-3.0-or-later
#include "live_feed.h"

namespace pm::ui {

LiveFeed::LiveFeed(const Source &source, QObject *parent)
    : QObject(parent)
    , m_source(source)
{
    m_timer.setInterval(33);
    connect(&m_timer, &QTimer::timeout, this, &LiveFeed::poll);
    m_timer.start();
}

void LiveFeed::poll()
{
    const std::vector<trace::Head> heads = m_source.takeFeed();
    if (!heads.empty())
        Q_EMIT batch(heads);
}

} // namespace pm::ui

#include "moc_live_feed.cpp"
