// SPDX-License-Identifier: GPL-3.0-or-later
#include "spend/first_budget.h"

#include "style/theme.h"
#include "widgets/line.h"

#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

FirstBudget::FirstBudget(const Theme &theme, bool hasConfiguration, QWidget *parent)
    : QWidget(parent)
{
    auto *text = makeLabel(
        tr("None is set: nothing stops what requests cost. With these lines in the configuration, at its "
           "top or under a router, they are refused from $20 a month on, and you are told at $16."),
        theme.font(), Tone::Muted, this);
    text->setWordWrap(true);
    auto *code = makeLabel(lines(), theme.mono(), Tone::Normal, this);
    code->setTextInteractionFlags(Qt::TextSelectableByMouse);
    code->setFocusPolicy(Qt::NoFocus);
    auto *copy = new QPushButton(tr("Copy the lines"), this);
    auto *open = new QPushButton(tr("Open the configuration"), this);
    open->setVisible(hasConfiguration);
    connect(copy, &QPushButton::clicked, this, &FirstBudget::copyWanted);
    connect(open, &QPushButton::clicked, this, &FirstBudget::configurationWanted);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(text);
    layout->addWidget(code);
    layout->addWidget(copy, 0, Qt::AlignLeft);
    layout->addWidget(open, 0, Qt::AlignLeft);
    layout->addStretch(1);
}

QString FirstBudget::lines()
{
    return u"budgets:\n  - {usd: 20, per: month}\n"_s;
}

} // namespace pm::ui

#include "moc_first_budget.cpp"
