// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/trace_page.h"

#include "format.h"
#include "traces/curl_text.h"
#include "traces/replay.h"
#include "traces/trace_detail.h"
#include "traces/trace_model.h"
#include "traces/trace_table.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>

using namespace Qt::StringLiterals;

// What can be done with the request under the cursor.
namespace pm::ui {

/// The detail's record is the one that acts, so that the page asks the store for it once.
void TracePage::withCurrent(const std::function<void(const trace::Record &)> &use)
{
    const trace::Head *head = m_model->head(m_table->currentIndex().row());
    if (head && head->id != m_detail->id())
        m_detail->setHead(*head);
    m_detail->withRecord(use);
}

void TracePage::copyAsCurl()
{
    withCurrent([this](const trace::Record &record) {
        QGuiApplication::clipboard()->setText(curlText(record, fromUtf8(m_context.source.status().baseUrl)));
        Q_EMIT said(tr("Copied as curl"));
    });
}

void TracePage::replay()
{
    const trace::Head *head = m_model->head(m_table->currentIndex().row());
    if (head && head->state == trace::State::Running) {
        Q_EMIT said(tr("Not replayed: the request is still running"));
        return;
    }
    withCurrent([this](const trace::Record &record) {
        const GatewayStatus status = m_context.source.status();
        const QString obstacle =
            status.isServing ? Replay::obstacle(record) : tr("The gateway is not serving.");
        if (obstacle.isEmpty())
            m_replay->send(record, fromUtf8(status.baseUrl), m_context.source.ownKey());
        else
            Q_EMIT said(tr("Not replayed. %1").arg(obstacle));
    });
}

void TracePage::showReplay(const std::string &id)
{
    m_wantedId = id;
    selectWanted();
    if (m_detail->id() == id)
        return;
    // Not in the list yet, or left out of it by the filter: the detail shows it all the same.
    const int row = m_model->rowOf(id);
    trace::Head head;
    head.id = id;
    head.state = trace::State::Done;
    m_detail->setHead(row >= 0 ? *m_model->head(row) : head);
    m_detailPane->setVisible(!m_detailWindow);
}

void TracePage::selectWanted()
{
    const int row = m_wantedId.empty() ? -1 : m_model->rowOf(m_wantedId);
    if (row < 0)
        return;
    m_wantedId.clear();
    m_table->setCurrentIndex(m_model->index(row, TraceModel::Time));
}

void TracePage::showMenu(const QPoint &globalPosition)
{
    withCurrent([](const trace::Record &) {}); // so that it is known whether the body was kept
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    const auto add = [this, menu](const QString &name, const QKeySequence &keys, void (TracePage::*slot)()) {
        QAction *action = menu->addAction(name, this, slot);
        action->setShortcut(keys); // to be read; the table takes the keys
        action->setShortcutContext(Qt::WidgetShortcut);
        return action;
    };
    add(tr("Open"), Qt::Key_Return, &TracePage::showDetail);
    QAction *again = add(tr("Replay"), Qt::Key_R, &TracePage::replay);
    add(tr("Copy as curl"), Qt::Key_C, &TracePage::copyAsCurl);
    const auto refresh = [this, again] {
        const QString obstacle = m_detail->replayObstacle();
        again->setEnabled(obstacle.isEmpty());
        again->setToolTip(obstacle.isEmpty() ? tr("Send this request again through the same router")
                                             : tr("Cannot be replayed. %1").arg(obstacle));
    };
    refresh();
    connect(m_detail, &TraceDetail::loaded, menu, refresh);
    menu->popup(globalPosition);
}

} // namespace pm::ui
