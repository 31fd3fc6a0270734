// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/route_words.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

/// At the end of a group: what puts another child into it. GUI thread.
class AdderRow : public QWidget
{
    Q_OBJECT

public:
    enum class What { Target, Group, Default };

    /// Number 0: the root.
    explicit AdderRow(int group, QWidget *parent = nullptr);
    void setGroup(config::RuleKind rules, bool hasDefault);
    QList<QWidget *> stops() const;

Q_SIGNALS:
    void wanted(pm::ui::AdderRow::What what);

private:
    const int m_group;
    QPushButton *m_target;
    QPushButton *m_subgroup;
    QPushButton *m_default;
};

} // namespace pm::ui
