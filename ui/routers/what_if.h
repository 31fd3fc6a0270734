// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routers/what_if_table.h"
#include "source.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

class ComboBox;
class EmptyState;
class FigureTile;
class Session;
class Theme;

/// Runs the last requests of a router through the draft, without sending anything, and shows where each would have
/// gone, what it would have cost and how it would have done. GUI thread; the run itself is on another.
class WhatIf : public QWidget
{
    Q_OBJECT

public:
    WhatIf(const Theme &theme, const Source &source, Session &session, QWidget *parent = nullptr);
    ~WhatIf() override;

    /// Another router: what is shown of the last one goes.
    void setRouter(const QString &name);

Q_SIGNALS:
    void traceWanted(const QString &id);

private:
    void build(const Theme &theme);
    void run();
    void stop();
    void take(const Result<SimulationReport> &result);
    void showReport(const SimulationReport &report);
    void showNote(const QString &title, const QString &text);
    void markStale();

    const Source &m_source;
    Session &m_session;
    QString m_router;
    std::uint64_t m_running = 0; ///< number of the run; 0: none
    std::string m_shownText;     ///< the draft that the figures are of

    ComboBox *m_count;
    QPushButton *m_run;
    QLabel *m_state;
    QWidget *m_report;
    FigureTile *m_moved;
    FigureTile *m_cost;
    FigureTile *m_latency;
    FigureTile *m_errors;
    SharesModel m_shares;
    ChangedRequestsModel m_changed;
    QTableView *m_sharesTable;
    QTableView *m_changedTable;
    QLabel *m_left; ///< what could not be simulated
    EmptyState *m_empty;
};

} // namespace pm::ui
