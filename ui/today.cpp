// SPDX-License-Identifier: GPL-3.0-or-later
#include "today.h"

#include <QDateTime>

namespace pm::ui {

namespace {

std::int64_t midnightMicros()
{
    return QDate::currentDate().startOfDay().toMSecsSinceEpoch() * 1000;
}

void add(trace::Totals &totals, const trace::Head &head)
{
    ++totals.requests;
    const bool failed = head.state == trace::State::Failed || head.status >= 400;
    totals.errors += failed;
    totals.absorbed += !failed && head.attempts > 1;
    totals.inputTokens += head.usage.totalInput().value_or(0);
    totals.outputTokens += head.usage.output.value_or(0);
    totals.costMicroUsd += head.costMicroUsd.value_or(0);
    totals.unpriced += !failed && !head.costMicroUsd;
}

} // namespace

Today::Today(StoreWorker &store, LiveFeed &feed, std::function<bool()> isKept, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_isKept(std::move(isKept))
{
    connect(&feed, &LiveFeed::batch, this, &Today::take);
    m_timer.setInterval(2'000);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_hasNews)
            ask();
    });
    m_timer.start();
    ask();
}

void Today::take(const std::vector<trace::Head> &heads)
{
    m_hasNews = true;
    if (m_isFromStore)
        return;
    for (const trace::Head &head : heads) {
        if (head.state != trace::State::Running)
            add(m_totals, head);
    }
    Q_EMIT changed();
}

void Today::ask()
{
    if (m_isAsking)
        return;
    m_isAsking = true;
    m_hasNews = false;
    m_store.ask<trace::Totals>(
        this, [since = midnightMicros()](TraceReader &reader) { return reader.totals(since); },
        [this](Result<trace::Totals> totals) {
            m_isAsking = false;
            // A store that broke down meanwhile still says what it had: from there on the feed is counted.
            m_isFromStore = totals && m_isKept();
            if (!m_isFromStore)
                return;
            m_totals = *totals;
            Q_EMIT changed();
        });
}

} // namespace pm::ui

#include "moc_today.cpp"
