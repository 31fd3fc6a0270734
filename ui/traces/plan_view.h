// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/trace.h"
#include "widgets/status_dot.h"

QT_BEGIN_NAMESPACE
class QGridLayout;
QT_END_NAMESPACE

namespace pm::ui {

/// A line of "why here": a target, why it stood there, and what became of it.
struct PlanRow
{
    QString place; ///< "1"; a dash for what was left out
    QString target;
    QString text;
    Sign sign;
    bool served = false;
    bool excluded = false;
};
std::vector<PlanRow> planRows(const trace::Record &record);

/// The plan of one request: targets in the order they would be tried, then the excluded ones, greyed.
class PlanView : public QWidget
{
    Q_OBJECT

public:
    explicit PlanView(const Theme &theme, QWidget *parent = nullptr);
    void setRecord(const trace::Record &record);

private:
    void addRow(const PlanRow &row, int line);

    const Theme &m_theme;
    QGridLayout *m_grid;
    int m_targetWidth = 0;
};

} // namespace pm::ui
