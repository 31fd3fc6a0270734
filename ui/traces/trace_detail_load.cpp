// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/trace_detail.h"

#include "format.h"
#include "traces/chat_view.h"
#include "traces/detail_head.h"
#include "traces/gaps_view.h"
#include "traces/headers_view.h"
#include "traces/plan_view.h"
#include "traces/replay.h"
#include "traces/stages_view.h"
#include "traces/timeline_view.h"
#include "traces/verdict_list.h"
#include "widgets/line.h"
#include "widgets/segmented_tabs.h"

#include <QLayout>
#include <QScrollArea>
#include <QScrollBar>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {
constexpr int kMostTries = 20; ///< the store writes in batches; what has just ended is there a moment later

/// The first few; all of them stand with the request.
QString lossText(const trace::Record &record)
{
    constexpr qsizetype kMostNamed = 4;
    QStringList names;
    for (const std::string &loss : record.detail.losses)
        names.append(fromUtf8(loss));
    const qsizetype more = names.size() - kMostNamed;
    QString text = names.mid(0, kMostNamed).join(u", "_s);
    if (more > 0)
        text = TraceDetail::tr("%1 and %2 more").arg(text).arg(more);
    return TraceDetail::tr("Not carried over to %1: %2").arg(fromUtf8(record.head.provider), text);
}

} // namespace

void TraceDetail::setHead(const trace::Head &head)
{
    const bool same = head.id == m_head.id;
    const bool ended = head.state != trace::State::Running && m_head.state == trace::State::Running;
    m_head = head;
    m_headView->setHead(head, nowMicros());
    if (same && !ended)
        return;
    m_tries = 0;
    m_retry.stop();
    if (!same) {
        m_use = nullptr;
        m_prepared.reset();
        m_summary->verticalScrollBar()->setValue(0);
    }
    if (head.state == trace::State::Running) {
        ++m_job; // whatever is still asked for is of another
        showWaiting(tr("The request is running. Its bodies are kept when it has ended."));
        return;
    }
    if (!same)
        showWaiting(tr("Loading"));
    fetch();
}

void TraceDetail::fetch()
{
    ++m_tries;
    m_context.store.ask<Prepared>(
        this,
        [id = m_head.id](TraceReader &reader) -> Result<Prepared> {
            auto record = reader.get(id);
            if (!record)
                return fail(record.error());
            return prepare(std::move(*record));
        },
        [this, job = ++m_job](Result<Prepared> prepared) {
            if (job == m_job)
                take(std::move(prepared));
        });
}

void TraceDetail::take(Result<Prepared> prepared)
{
    if (!prepared) {
        const trace::StoreStatus store = m_context.source.status().store;
        if (!store.problem.empty()) {
            showWaiting(tr("Traces are not kept: %1").arg(fromUtf8(store.problem)));
            Q_EMIT loaded();
            return;
        }
        if (prepared.error().kind == ErrorKind::NotFound && m_tries < kMostTries) {
            m_retry.start();
            return;
        }
        const bool notThere = prepared.error().kind == ErrorKind::NotFound;
        showWaiting(notThere
                        ? tr("This record is not in the trace store: it was too old, or bodies are not kept.")
                        : fromUtf8(prepared.error().message));
        Q_EMIT loaded();
        return;
    }
    m_prepared = std::move(*prepared);
    m_head = m_prepared->record.head;
    m_headView->setHead(m_head, nowMicros());
    showPrepared();
    if (const auto use = std::exchange(m_use, nullptr))
        use(m_prepared->record);
    Q_EMIT loaded();
}

void TraceDetail::withRecord(std::function<void(const trace::Record &)> use)
{
    if (m_prepared)
        use(m_prepared->record);
    else
        m_use = std::move(use);
}

QString TraceDetail::replayObstacle() const
{
    return m_prepared ? Replay::obstacle(m_prepared->record) : m_waiting;
}

void TraceDetail::showWaiting(const QString &text)
{
    m_waiting = text;
    m_headView->setReplayObstacle(replayObstacle());
    m_verdicts->setVerdicts({});
    m_lossRow->hide();
    m_planSection->hide();
    m_timelineSection->hide();
    std::fill(std::begin(m_isShown), std::end(m_isShown), false);
    showTab();
    fitSummary();
}

void TraceDetail::showPrepared()
{
    const trace::Record &record = m_prepared->record;
    m_headView->setReplayObstacle(replayObstacle());
    m_plan->setRecord(record);
    m_routeNote->setText(fromUtf8(record.detail.routeLine));
    m_routeNote->setVisible(record.detail.plan.empty() && !record.detail.routeLine.empty());
    m_timeline->setRows(timelineOf(record), record.head.totalUs);
    m_totalNote->setText(durationText(record.head.totalUs));
    m_verdicts->setVerdicts(record.detail.verdicts);
    m_losses->setText(lossText(record));
    m_lossRow->setVisible(!record.detail.losses.empty());
    m_planSection->setVisible(!record.detail.plan.empty());
    m_timelineSection->show();
    std::fill(std::begin(m_isShown), std::end(m_isShown), false);
    showTab();
    fitSummary();
}

void TraceDetail::showTab()
{
    const int tab = m_tabs->current();
    if (tab < 0 || m_isShown[tab])
        return;
    m_isShown[tab] = true;
    const Prepared empty;
    const Prepared &p = m_prepared ? *m_prepared : empty;
    switch (tab) {
    case Chat:
        if (m_prepared)
            m_chat->setConversation(p.conversation);
        else
            m_chat->showMessage(m_waiting);
        break;
    case Request:
        m_prepared ? m_request->setStages(p.request) : m_request->showMessage(m_waiting);
        break;
    case Answer:
        m_prepared ? m_answer->setStages(p.answer) : m_answer->showMessage(m_waiting);
        break;
    case Headers:
        m_headers->setDetail(p.record.detail);
        break;
    case Stream:
        m_gaps->setTimes(p.record.detail.chunkTimesUs);
        break;
    }
}

void TraceDetail::fitSummary()
{
    // As tall as what is in it, while that leaves the tabs enough; beyond, it scrolls.
    QWidget *content = m_summary->widget();
    content->layout()->activate();
    const int wanted = content->layout()->hasHeightForWidth() ? content->layout()->heightForWidth(width())
                                                              : content->sizeHint().height();
    m_summary->setMinimumHeight(std::min(wanted, std::max(120, height() - m_tabs->minimumHeight() - 2)));
    m_summary->setMaximumHeight(wanted);
}

void TraceDetail::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitSummary();
}

} // namespace pm::ui
