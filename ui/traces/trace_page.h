// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "page.h"

QT_BEGIN_NAMESPACE
class QSplitter;
class QStackedWidget;
QT_END_NAMESPACE

namespace pm::ui {

class EmptyState;
class FilterBar;
class Replay;
class TraceDetail;
class TraceModel;
class TraceTable;

/// Every request, live and stored, and beside it the one that is looked at. GUI thread.
class TracePage : public Page
{
    Q_OBJECT

public:
    explicit TracePage(const PageContext &context, QWidget *parent = nullptr);
    ~TracePage() override;

    QString id() const override { return QStringLiteral("traces"); }
    QString title() const override { return tr("Traces"); }
    QString iconName() const override { return QStringLiteral("traces"); }
    void activate() override;
    void deactivate() override;
    void open(const Destination &destination) override;
    std::vector<Command> commands() override;

    TraceModel &model() { return *m_model; }
    TraceTable &table() { return *m_table; }
    TraceDetail &detail() { return *m_detail; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void build();
    void connectParts();
    void takeLive(const std::vector<trace::Head> &heads);
    bool accepts(const trace::Filter &filter, const trace::Head &head) const;
    void applyFilter();
    void loadOlder();
    void addPage(Result<trace::Page> page);
    void showState();
    void showSummary();
    void showDetail();
    void closeDetail();
    void tearOff();
    void dock();
    void withCurrent(const std::function<void(const trace::Record &)> &use);
    void copyAsCurl();
    void replay();
    void showReplay(const std::string &id);
    void selectWanted();
    void showMenu(const QPoint &globalPosition);
    void setOrder(bool newestOnTop);

    const PageContext m_context;
    TraceModel *m_model;
    FilterBar *m_filters;
    TraceTable *m_table;
    TraceDetail *m_detail;
    QWidget *m_detailPane = nullptr;
    QWidget *m_detailWindow = nullptr; ///< holds the detail while it is torn off
    QSplitter *m_splitter = nullptr;
    QStackedWidget *m_stack = nullptr;
    EmptyState *m_empty;
    Replay *m_replay;
    QTimer m_tick;
    QString m_error;
    int m_job = 0;    ///< answers to earlier filters are dropped
    int m_unseen = 0; ///< rows that came while the user reads elsewhere
    bool m_isLoading = false;
    bool m_hasMore = true;
    bool m_wantsFocus = false;  ///< the page came up before the table had a row
    std::string m_oldestLoaded; ///< of the store's pages; the next one begins behind it
    std::string m_wantedId;     ///< to select once it is there
};

} // namespace pm::ui
