// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "page.h"
#include "traces/prepared.h"

#include <optional>

QT_BEGIN_NAMESPACE
class QLabel;
class QScrollArea;
QT_END_NAMESPACE

namespace pm::ui {

class ChatView;
class DetailHead;
class GapsView;
class HeadersView;
class PlanView;
class SegmentedTabs;
class StagesView;
class TimelineView;
class VerdictList;

/// One request, all of it: what happened, four figures, why here, timeline, then the bodies in tabs. Shows
/// the head at once and fetches the rest; a running one is fetched when it has ended. Knows no table.
class TraceDetail : public QWidget
{
    Q_OBJECT

public:
    enum Tab { Chat, Request, Answer, Headers, Stream };

    explicit TraceDetail(const PageContext &context, QWidget *parent = nullptr);

    /// Shows `head`; the same id again only brings it up to date.
    void setHead(const trace::Head &head);
    const std::string &id() const { return m_head.id; }
    void setTornOff(bool tornOff);
    void setTab(Tab tab);
    /// The request as asked, with what was lost of it.
    void showLosses();
    /// Calls `use` with the whole record, now or when it has come; not at all if it cannot be had.
    void withRecord(std::function<void(const trace::Record &)> use);
    const std::optional<Prepared> &prepared() const { return m_prepared; }
    /// Why what is shown cannot be sent again; empty when it can.
    QString replayObstacle() const;

Q_SIGNALS:
    void replayWanted();
    void copyWanted();
    void tearOffWanted();
    void closeWanted();
    void loaded();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeSummary();
    QWidget *makeLossRow();
    QWidget *makeTabs();
    QWidget *makeSection(const QString &title, QLabel *note, QWidget *content);
    void fetch();
    void take(Result<Prepared> prepared);
    void showPrepared();
    void showTab();
    void showWaiting(const QString &text);
    void saveStage(bool isRequest, int stage);
    void saveBytes(const QByteArray &bytes, const QString &what);
    void fitSummary();

    const PageContext m_context;
    trace::Head m_head;
    std::optional<Prepared> m_prepared;
    std::function<void(const trace::Record &)> m_use;
    QString m_waiting; ///< why there is no record yet
    int m_job = 0;
    int m_tries = 0;
    QTimer m_retry;

    DetailHead *m_headView;
    QScrollArea *m_summary = nullptr;
    VerdictList *m_verdicts;
    QWidget *m_planSection = nullptr;
    QWidget *m_timelineSection = nullptr;
    QLabel *m_routeNote;
    QLabel *m_totalNote;
    QWidget *m_lossRow = nullptr;
    QLabel *m_losses;
    PlanView *m_plan;
    TimelineView *m_timeline;
    SegmentedTabs *m_tabs;
    ChatView *m_chat;
    StagesView *m_request, *m_answer;
    HeadersView *m_headers;
    GapsView *m_gaps;
    bool m_isShown[Stream + 1] = {}; ///< tabs filled with the current record
};

} // namespace pm::ui
