// SPDX-License-Identifier: GPL-3.0-or-later
#include "live_feed.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace pm::ui {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kCalm{33};
constexpr milliseconds kBusy{100};
constexpr milliseconds kIdle{150}; ///< when nothing came for a while: a laptop's battery
constexpr int kIdleAfter = 30;     ///< polls without a head, one second of them
constexpr milliseconds kRest{5}; ///< time for input and painting between two parts of what had gathered
constexpr std::size_t kMostReadable = 48; ///< heads in a batch; beyond, the list is a blur at any rate

} // namespace

LiveFeed::LiveFeed(const Source &source, QObject *parent)
    : QObject(parent)
    , m_source(source)
{
    m_timer.setInterval(kCalm);
    connect(&m_timer, &QTimer::timeout, this, &LiveFeed::poll);
    m_timer.start();
}

void LiveFeed::poll()
{
    if (m_next == m_taken.size()) {
        m_taken = m_source.takeFeed();
        m_next = 0;
    }
    const std::size_t count = std::min(m_taken.size() - m_next, kMostHeads);
    const std::size_t first = std::exchange(m_next, m_next + count);
    m_emptyPolls = count == 0 ? std::min(m_emptyPolls + 1, kIdleAfter) : 0;
    const milliseconds pause = m_next < m_taken.size()       ? kRest
                               : count > kMostReadable       ? kBusy
                               : m_emptyPolls == kIdleAfter ? kIdle
                                                             : kCalm;
    if (pause != m_timer.intervalAsDuration())
        m_timer.setInterval(pause);
    if (count == 0)
        return;
    if (count == m_taken.size())
        Q_EMIT batch(m_taken);
    else
        Q_EMIT batch({std::make_move_iterator(m_taken.begin() + std::ptrdiff_t(first)),
                      std::make_move_iterator(m_taken.begin() + std::ptrdiff_t(m_next))});
}

} // namespace pm::ui

#include "moc_live_feed.cpp"
