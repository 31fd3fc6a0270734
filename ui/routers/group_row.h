// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routers/node_row.h"

namespace pm::ui {

class ComboBox;
class SettingStrip;

/// A strategy over what stands indented below it; the root of a router's tree is one.
class GroupRow : public NodeRow
{
    Q_OBJECT

public:
    /// Number 0: the root.
    GroupRow(const Theme &theme, int number, QWidget *parent = nullptr);
    void setNode(const config::RouteNode &group, const NodeFacts &facts) override;
    QList<QWidget *> stops() const override;

protected:
    void submit() override;
    void showProblems(NodeProblems &left) override;

private:
    void build(int number);

    config::RouteNode m_group;
    const config::RouteWords *m_words = nullptr; ///< that the strategies on offer are of
    ComboBox *m_strategy;
    ElidedLabel *m_sense;
    SettingStrip *m_settings;
};

} // namespace pm::ui
