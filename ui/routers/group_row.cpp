// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/group_row.h"

#include "format.h"
#include "routers/route_tree.h"
#include "routers/weight_box.h"
#include "style/theme.h"
#include "widgets/combo_box.h"
#include "widgets/elided_label.h"

#include <QBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kStrategies = 3;

QString senseOf(const std::string &kind)
{
    return kind == "weighted"   ? GroupRow::tr("by weight, as long as the target is healthy")
           : kind == "latency"  ? GroupRow::tr("the target that answers soonest now")
           : kind == "priority" ? GroupRow::tr("the first healthy target, in this order")
                                : QString();
}

} // namespace

GroupRow::GroupRow(const Theme &theme, int number, QWidget *parent)
    : NodeRow(theme, tr("group %1").arg(number), parent)
    , m_strategy(new ComboBox(theme, this))
    , m_sense(new ElidedLabel(theme.small(), Tone::Muted, this))
{
    setAccessibleName(number == 0 ? tr("Route") : tr("Group %1").arg(number));
    build(number);
    connect(m_strategy, &QComboBox::activated, this, &GroupRow::submit);
}

void GroupRow::build(int number)
{
    for (const auto &[key, text] : {std::pair{u"latency"_s, tr("Latency")},
                                    {u"weighted"_s, tr("Weighted")},
                                    {u"priority"_s, tr("Priority")}})
        m_strategy->addItem(text, key);
    m_strategy->setFixedWidth(118);
    QLabel *label = makeLabel(number == 0 ? tr("Strategy") : tr("Group"), m_theme.bold(), Tone::Normal, this);
    label->setAccessibleName(number == 0 ? tr("Strategy") : tr("Strategy of group %1").arg(number));
    label->setBuddy(m_strategy);
    auto *top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(label);
    top->addWidget(m_strategy);
    top->addWidget(m_sense, 1);
    addButtons(top);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(6);
    layout->addLayout(top);
    if (number == 0) {
        setProperty("role", {}); // the head of the form, not one of its cards
        layout->setContentsMargins(0, 0, 0, 0);
    } else {
        auto *bottom = new QHBoxLayout;
        bottom->setSpacing(8);
        bottom->setContentsMargins(0, 0, 6, 0);
        addShares(bottom);
        bottom->addStretch();
        layout->setContentsMargins(12, 8, 6, 8);
        layout->addLayout(bottom);
    }
    layout->addWidget(m_problem);
    watch(m_strategy);
}

QList<QWidget *> GroupRow::stops() const
{
    return QList<QWidget *>{m_strategy} + NodeRow::stops();
}

void GroupRow::setNode(const config::RouteNode &group, const NodeFacts &facts)
{
    m_isFilling = true;
    m_group = group;
    const std::string kind = strategyKind(group.strategy);
    int index = m_strategy->findData(fromUtf8(kind));
    if (index < 0) {
        while (m_strategy->count() > kStrategies)
            m_strategy->removeItem(kStrategies);
        m_strategy->addItem(fromUtf8(kind), fromUtf8(kind)); // a wrong one, until it is mended
        index = kStrategies;
    }
    m_strategy->setCurrentIndex(index);
    m_sense->setWholeText(senseOf(kind));
    showFacts(group, facts);
    m_isFilling = false;
}

void GroupRow::submit()
{
    if (m_isFilling)
        return;
    config::RouteNode group = m_group;
    const std::string kind = m_strategy->currentData().toString().toStdString();
    if (kind != strategyKind(group.strategy)) // else the name stays as it is written
        group.strategy = kind;
    group.weight = m_weight->value();
    if (group == m_group)
        return;
    m_group = group;
    Q_EMIT edited(group);
}

} // namespace pm::ui

#include "moc_group_row.cpp"
