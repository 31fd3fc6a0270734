// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/near_misses.h"

#include "config/scalars.h"
#include "format.h"
#include "routers/what_if_table.h"
#include "style/theme.h"
#include "widgets/empty_state.h"
#include "widgets/flow_layout.h"
#include "widgets/line.h"
#include "widgets/number_field.h"

#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <cmath>

using namespace Qt::StringLiterals;

namespace pm::ui {

NearMisses::NearMisses(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_full(new QWidget(this))
    , m_threshold(new NumberField(m_full))
    , m_use(new QPushButton(tr("Use it"), m_full))
    , m_verdict(makeLabel({}, theme.small(), Tone::Muted, m_full))
    , m_table(makePlainTable(theme, m_model, tr("Near misses, the nearest first"),
                             {{18, 17, 33, 32}, {NearMissModel::Similarity}, {}}, m_full))
    , m_empty(new EmptyState(theme, this))
{
    m_threshold->setRange(0, 1, false);
    m_threshold->setAccessibleName(tr("Threshold to try"));
    m_use->setToolTip(tr("Writes this threshold into the draft"));
    QLabel *label = makeLabel(tr("Near misses with a threshold of"), theme.font(), Tone::Normal, m_full);
    label->setBuddy(m_threshold);
    auto *head = new FlowLayout(8, 4);
    for (QLabel *each : {label, m_verdict})
        each->setMinimumHeight(30); // in the middle of what is beside them
    head->addWidget(label);
    head->addWidget(m_threshold);
    head->addWidget(m_use);
    head->addWidget(m_verdict);
    auto *full = new QVBoxLayout(m_full);
    full->setContentsMargins(0, 0, 0, 0);
    full->setSpacing(8);
    full->addLayout(head);
    full->addWidget(m_table, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_full, 1);
    layout->addWidget(m_empty, 1);
    connect(m_threshold, &NumberField::changed, this, &NearMisses::tryOut);
    connect(m_use, &QPushButton::clicked, this, [this] {
        tryOut();
        m_threshold->setFocus(); // the button has done what it can
        Q_EMIT thresholdChosen(m_model.threshold());
    });
    connect(m_empty, &EmptyState::actionWanted, this, &NearMisses::policiesWanted);
}

void NearMisses::show(State state)
{
    m_full->setVisible(state.threshold && !state.misses.empty());
    m_empty->setVisible(!m_full->isVisibleTo(this));
    if (!state.threshold)
        m_empty->showEmpty(tr("Near questions are not looked up"),
                           tr("Turn on \"Also by meaning\": then pairs that were nearly taken for the same question stand "
                              "here, to choose the threshold by."),
                           tr("Open Policies"));
    else if (!state.areKept)
        m_empty->showEmpty(tr("Near misses are not kept"), tr("They hold prompts: set traces.bodies to full to see them."));
    else if (state.misses.empty())
        m_empty->showEmpty(tr("No near misses yet"),
                           tr("Questions that come within 0.1 of the threshold stand here; the last 200 since the start."));
    if (state.threshold != m_held) {
        m_held = state.threshold;
        m_threshold->setWritten(m_held ? QString::number(*m_held) : QString());
        m_model.setThreshold(m_held.value_or(1));
    }
    m_model.setMisses(std::move(state.misses));
    showVerdict();
}

void NearMisses::tryOut()
{
    const auto typed = config::parseNumber(m_threshold->written().toStdString());
    if (typed && *typed >= 0 && *typed <= 1)
        m_model.setThreshold(*typed);
    else
        m_threshold->setWritten(QString::number(m_model.threshold()));
    showVerdict();
}

void NearMisses::showVerdict()
{
    const int all = m_model.rowCount();
    m_verdict->setText(tr("%1 of %2 would have been answered from the cache").arg(m_model.wouldHit()).arg(all));
    m_use->setEnabled(m_held && std::abs(*m_held - m_model.threshold()) > 1e-9);
}

} // namespace pm::ui

#include "moc_near_misses.cpp"
