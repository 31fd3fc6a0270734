// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/adder_row.h"

#include "routers/row_parts.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace pm::ui {

AdderRow::AdderRow(int group, QWidget *parent)
    : QWidget(parent)
    , m_group(group)
    , m_target(makeQuietButton({}, {}, this))
    , m_subgroup(makeQuietButton({}, {}, this))
    , m_default(makeQuietButton(tr("+ Otherwise"), {}, this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    m_subgroup->setToolTip(tr("A strategy of its own over targets of its own"));
    m_default->setToolTip(tr("Where requests go that no rule fits"));
    m_default->setAccessibleName(group == 0 ? tr("Add what no rule fits")
                                            : tr("Add what no rule fits to group %1").arg(group));
    for (const auto &[button, what] :
         {std::pair{m_target, What::Target}, {m_subgroup, What::Group}, {m_default, What::Default}}) {
        connect(button, &QPushButton::clicked, this, [this, what = what] { Q_EMIT wanted(what); });
        layout->addWidget(button);
    }
    layout->addStretch();
    setGroup(config::RuleKind::None, false);
}

void AdderRow::setGroup(config::RuleKind rules, bool hasDefault)
{
    const bool hasRules = rules != config::RuleKind::None;
    m_target->setText(hasRules ? tr("+ Rule") : tr("+ Target"));
    m_subgroup->setText(hasRules ? tr("+ Rule with a group") : tr("+ Group"));
    const QString to = m_group == 0 ? QString() : tr(" to group %1").arg(m_group);
    m_target->setAccessibleName((hasRules ? tr("Add a rule") : tr("Add a target")) + to);
    m_subgroup->setAccessibleName((hasRules ? tr("Add a rule with a group") : tr("Add a group")) + to);
    m_default->setVisible(hasRules && !hasDefault);
}

QList<QWidget *> AdderRow::stops() const
{
    return {m_target, m_subgroup, m_default};
}

} // namespace pm::ui

#include "moc_adder_row.cpp"
