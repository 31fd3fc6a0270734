// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/trace_page.h"

#include "format.h"
#include "traces/filter_bar.h"
#include "traces/trace_detail.h"
#include "traces/trace_model.h"
#include "traces/trace_table.h"
#include "widgets/empty_state.h"

#include <QStackedWidget>

using namespace Qt::StringLiterals;

// What the list holds: live rows, pages of the store, and what is said when there are none.
namespace pm::ui {

namespace {

constexpr int kFirstPage = 200;
constexpr int kPage = 500;

bool containsText(const trace::Head &head, const QString &text)
{
    for (const std::string *field :
         {&head.promptStart, &head.requestedModel, &head.model, &head.errorMessage}) {
        if (fromUtf8(*field).contains(text, Qt::CaseInsensitive))
            return true;
    }
    return fromUtf8(head.id).startsWith(text, Qt::CaseInsensitive);
}

} // namespace

bool TracePage::accepts(const trace::Filter &filter, const trace::Head &head) const
{
    return m_context.source.matches(filter, head) &&
           (filter.text.empty() || containsText(head, fromUtf8(filter.text)));
}

void TracePage::takeLive(const std::vector<trace::Head> &heads)
{
    const int before = m_model->rowCount();
    for (const trace::Head &head : heads)
        m_filters->notice(head);
    m_model->takeLive(heads);
    selectWanted();
    for (const trace::Head &head : heads) {
        if (head.id == m_detail->id())
            m_detail->setHead(head);
    }
    if (!m_table->isFollowing() && m_model->rowCount() > before) {
        m_unseen += m_model->rowCount() - before;
        m_filters->setLive(false, m_unseen);
    }
    showState();
}

void TracePage::applyFilter()
{
    const trace::Filter filter = m_filters->filter();
    m_model->restart([this, filter](const trace::Head &head) { return accepts(filter, head); });
    ++m_job;
    m_hasMore = true;
    m_isLoading = false;
    m_oldestLoaded.clear();
    m_error.clear();
    m_unseen = 0;
    m_filters->setLive(true, 0);
    loadOlder();
}

void TracePage::loadOlder()
{
    if (m_isLoading || !m_hasMore || m_model->isFull())
        return;
    m_isLoading = true;
    showState();
    const int limit = m_model->rowCount() == 0 ? kFirstPage : kPage;
    // The first page is the newest: live rows that came before it are skipped by id.
    const std::string before = m_oldestLoaded;
    m_context.store.ask<trace::Page>(
        this,
        [filter = m_filters->filter(), before, limit](TraceReader &reader) {
            return reader.list(filter, before, limit);
        },
        [this, job = m_job](Result<trace::Page> page) {
            if (job == m_job)
                addPage(std::move(page));
        });
}

void TracePage::addPage(Result<trace::Page> page)
{
    m_isLoading = false;
    if (!page) {
        m_hasMore = false;
        m_error = fromUtf8(page.error().message);
        showState();
        return;
    }
    m_hasMore = page->hasMore && !page->heads.empty();
    if (!page->heads.empty())
        m_oldestLoaded = page->heads.back().id;
    const int before = m_model->rowCount();
    m_model->addOlder(page->heads);
    if (m_model->order() == TraceModel::Order::NewestAtBottom && m_table->isFollowing())
        m_table->follow();
    selectWanted();
    showState();
    // All of the page was known already, as after a busy start: the next one is wanted now, nobody scrolls
    // for it.
    if (m_model->rowCount() == before && m_hasMore)
        loadOlder();
}

void TracePage::showState()
{
    const bool isEmpty = m_model->rowCount() == 0;
    const bool wasEmpty = m_stack->currentIndex() == 1;
    m_stack->setCurrentIndex(isEmpty ? 1 : 0);
    if (wasEmpty && !isEmpty && std::exchange(m_wantsFocus, false))
        m_table->setFocus(); // it could not have it before
    if (!isEmpty)
        return;
    if (m_isLoading)
        m_empty->showLoading(tr("Loading traces"));
    else if (!m_error.isEmpty())
        m_empty->showError(tr("Traces cannot be read"), m_error, tr("Try again"));
    else if (hasCondition(m_filters->filter()))
        m_empty->showEmpty(tr("Nothing matches"), tr("No request fits these filters."),
                           tr("Clear the filters"));
    else if (const GatewayStatus status = m_context.source.status(); status.isServing)
        m_empty->showEmpty(tr("No requests yet"),
                           tr("Point a tool at %1 and its requests appear here as they pass.")
                               .arg(fromUtf8(status.baseUrl)));
    else
        m_empty->showEmpty(tr("Not serving"), status.problem.empty()
                                                  ? tr("Requests appear here as they pass.")
                                                  : fromUtf8(status.problem));
}

void TracePage::showSummary()
{
    const trace::StoreStatus store = m_context.source.status().store;
    if (!store.problem.empty())
        m_filters->setSummary(fromUtf8(store.problem));
    else if (!store.isOpen)
        m_filters->setSummary(tr("not kept"));
    else
        m_filters->setSummary(
            (store.records == 1 ? tr("1 trace · %1") : tr("%1 traces · %2").arg(countText(store.records)))
                .arg(bytesText(store.bytesOnDisk)));
}

} // namespace pm::ui
