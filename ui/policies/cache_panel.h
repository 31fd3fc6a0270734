// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policies/policy_source.h"

#include <QElapsedTimer>
#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
QT_END_NAMESPACE

namespace pm::ui {

class FigureTile;
class NearMisses;
class PurgeBar;
class Session;
class Theme;

/// What the cache of answers holds and did for a router, what is to go from it, and what it nearly answered. GUI thread;
/// the store is read on another.
class CachePanel : public QWidget
{
    Q_OBJECT

public:
    CachePanel(const Theme &theme, const PolicySource &source, Session &session, QWidget *parent = nullptr);

    /// Looks again at what changes while one watches; of a panel that is not seen nothing is read.
    void setRouter(const QString &name);

Q_SIGNALS:
    void thresholdChosen(double threshold);
    void policiesWanted();

protected:
    void showEvent(QShowEvent *event) override;

private:
    void refresh();
    void build(const Theme &theme);
    void readHoldings();
    void showCounts();
    void showHoldings();
    void showMisses();
    const config::Cache *cache() const; ///< that holds for the router in the draft; null: none
    void purge(const policy::CachePurge &which);

    const PolicySource &m_source;
    Session &m_session;
    QString m_router;
    policy::CacheHoldings m_holdings;
    bool m_isReading = false;
    QElapsedTimer m_lastRead;
    bool m_isKnown = false; ///< the holdings have been read
    FigureTile *m_entries;
    FigureTile *m_hits;
    FigureTile *m_saved;
    FigureTile *m_time;
    QLabel *m_store;
    PurgeBar *m_purge;
    NearMisses *m_misses;
};

} // namespace pm::ui
