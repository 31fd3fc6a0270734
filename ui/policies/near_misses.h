// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policies/near_miss_model.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
class QTableView;
QT_END_NAMESPACE

namespace pm::ui {

class EmptyState;
class NumberField;
class Theme;

/// Near misses of a router's semantic cache, and what another threshold would have made of them. GUI thread.
class NearMisses : public QWidget
{
    Q_OBJECT

public:
    explicit NearMisses(const Theme &theme, QWidget *parent = nullptr);

    struct State
    {
        std::optional<double> threshold; ///< of the draft; none: the router is not looked up by meaning
        bool areKept = true;             ///< prompts are stored, and so are these
        std::vector<policy::NearMiss> misses; ///< of the router
    };
    void show(State state);

Q_SIGNALS:
    void thresholdChosen(double threshold);
    void policiesWanted(); ///< where looking up by meaning is turned on

private:
    void tryOut();
    void showVerdict();

    NearMissModel m_model;
    std::optional<double> m_held; ///< threshold of the draft
    QWidget *m_full;
    NumberField *m_threshold;
    QPushButton *m_use;
    QLabel *m_verdict;
    QTableView *m_table;
    EmptyState *m_empty;
};

} // namespace pm::ui
