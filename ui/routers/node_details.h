// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "routers/node_problem.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLineEdit;
QT_END_NAMESPACE

namespace pm::ui {

class NumberField;
class Theme;

/// What a child may say of itself besides what it is: its name, and how much a minute it may take. GUI
/// thread.
class NodeDetails : public QWidget
{
    Q_OBJECT

public:
    NodeDetails(const Theme &theme, const QString &what, QWidget *parent = nullptr);

    /// `withRates`: its group's strategy counts by them, or something is wrong with them.
    void setNode(const config::RouteNode &node, bool withRates);
    void read(config::RouteNode &node) const;
    void showProblems(const NodeProblems &problems); ///< on the fields; the row has their text
    QList<QWidget *> stops() const;

Q_SIGNALS:
    void edited();

private:
    QLineEdit *m_name;
    NumberField *m_rpm;
    NumberField *m_tpm;
    QWidget *m_rates;
};

} // namespace pm::ui
