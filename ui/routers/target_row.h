// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routers/node_row.h"

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
QT_END_NAMESPACE

namespace pm::ui {

class ComboBox;
class StatusDot;

/// One target of a router: provider, model, weight, and how it does.
class TargetRow : public NodeRow
{
    Q_OBJECT

public:
    TargetRow(const Theme &theme, int number, QWidget *parent = nullptr);
    void setNode(const config::RouteNode &target, const NodeFacts &facts) override;
    QList<QWidget *> stops() const override;

protected:
    void submit() override;
    void showProblems(NodeProblems &left) override;

private:
    void build(int number);
    void offer(const std::vector<ProviderStatus> &providers);
    void showHealth(const NodeFacts &facts);

    config::RouteNode m_target;
    const int m_number;
    QLabel *m_title; ///< its number, or that a rule uses it
    ComboBox *m_provider;
    QLineEdit *m_model;
    StatusDot *m_dot;
    ElidedLabel *m_health;
};

} // namespace pm::ui
