// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/group_row.h"

#include "format.h"
#include "routers/route_tree.h"
#include "routers/row_parts.h"
#include "routers/setting_strip.h"
#include "style/theme.h"
#include "widgets/combo_box.h"
#include "widgets/elided_label.h"

#include <QBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

GroupRow::GroupRow(const Theme &theme, int number, QWidget *parent)
    : NodeRow(theme, tr("group %1").arg(number), parent)
    , m_strategy(new ComboBox(theme, this))
    , m_sense(new ElidedLabel(theme.small(), Tone::Muted, this))
    , m_settings(new SettingStrip(theme, tr("group %1").arg(number), this))
{
    setAccessibleName(number == 0 ? tr("Route") : tr("Group %1").arg(number));
    build(number);
    connect(m_strategy, &QComboBox::activated, this, &GroupRow::submit);
    connect(m_settings, &SettingStrip::edited, this, [this](const SettingStrip::Written &written) {
        config::RouteNode group = m_group;
        group.settings = written;
        Q_EMIT edited(group);
    });
}

void GroupRow::build(int number)
{
    m_strategy->setFixedWidth(156);
    m_strategy->setMaxVisibleItems(26);
    QLabel *label = makeLabel(number == 0 ? tr("Strategy") : tr("Group"), m_theme.bold(), Tone::Normal, this);
    label->setAccessibleName(number == 0 ? tr("Strategy") : tr("Strategy of group %1").arg(number));
    label->setBuddy(m_strategy);
    auto *top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(label);
    top->addWidget(m_strategy);
    top->addStretch();
    QVBoxLayout *layout = start(top);
    auto *sense = new QHBoxLayout;
    sense->setSpacing(12);
    sense->setContentsMargins(0, 0, 6, 0);
    sense->addWidget(m_sense, 1);
    layout->addLayout(sense);
    layout->addWidget(m_settings);
    if (number == 0) {
        setProperty("role", {}); // the head of the form, not one of its cards
        this->layout()->setContentsMargins(0, 0, 0, 0);
    } else {
        auto *bottom = new QHBoxLayout;
        bottom->setSpacing(8);
        bottom->setContentsMargins(0, 0, 6, 0);
        addShares(bottom, sense);
        bottom->addStretch();
        layout->addLayout(bottom);
    }
    finish(layout);
}

QList<QWidget *> GroupRow::stops() const
{
    return QList<QWidget *>{m_strategy} + m_settings->stops() + NodeRow::stops();
}

void GroupRow::setNode(const config::RouteNode &group, const NodeFacts &facts)
{
    m_isFilling = true;
    m_group = group;
    if (m_words != facts.words) {
        m_words = facts.words;
        m_strategy->clear();
        offerStrategies(m_strategy, *m_words);
    }
    const config::StrategyInfo *info = m_words->find(group.strategy);
    chooseData(m_strategy, fromUtf8(info ? info->key : std::string_view(group.strategy)));
    const QString sense = info ? fromUtf8(info->sense) : QString();
    m_sense->setWholeText(sense);
    m_sense->setVisible(info);
    m_settings->setSettings(info ? info->grammar.settings : std::span<const config::Key>(), group.settings);
    showFacts(group, facts);
    m_isFilling = false;
}

void GroupRow::showProblems(NodeProblems &left)
{
    NodeRow::showProblems(left);
    m_settings->showProblems(left);
    markField(m_strategy, problemsIn(left, "strategy"), m_sense->text());
}

void GroupRow::submit()
{
    if (m_isFilling)
        return;
    config::RouteNode group = m_group;
    const std::string chosen = m_strategy->currentData().toString().toStdString();
    if (chosen != strategyKind(group.strategy, *m_words)) // else the name stays as it is written
        group = withStrategy(group, chosen, *m_words);
    readCommon(group);
    if (group == m_group)
        return;
    m_group = group;
    Q_EMIT edited(group);
}

} // namespace pm::ui

#include "moc_group_row.cpp"
