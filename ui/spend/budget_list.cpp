// SPDX-License-Identifier: GPL-3.0-or-later
#include "spend/budget_list.h"

#include "format.h"
#include "spend/budget_text.h"
#include "style/theme.h"
#include "widgets/elided_label.h"
#include "widgets/fill_bar.h"

#include <QCoreApplication>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

Tone toneOf(BudgetLevel level)
{
    return level == BudgetLevel::Spent ? Tone::Bad : level == BudgetLevel::Warned ? Tone::Warn : Tone::Good;
}

} // namespace

BudgetRow::BudgetRow(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_sign(new StatusDot(theme, this))
    , m_name(new ElidedLabel(theme.bold(), Tone::Normal, this))
    , m_whose(new ElidedLabel(theme.small(), Tone::Muted, this))
    , m_amount(makeLabel({}, theme.font(), Tone::Normal, this))
    , m_bar(new FillBar(theme, this))
    , m_word(makeLabel({}, theme.small(), Tone::Good, this))
    , m_span(new ElidedLabel(theme.small(), Tone::Muted, this))
{
    m_word->setWordWrap(true);
    m_span->setAlignment(Qt::AlignRight);
    auto *first = new QHBoxLayout;
    first->setSpacing(7);
    first->addWidget(m_sign);
    first->addWidget(m_name, 3);
    first->addWidget(m_amount);
    auto *last = new QHBoxLayout;
    last->setSpacing(10);
    last->addWidget(m_whose, 1);
    last->addWidget(m_span, 2);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3);
    layout->addLayout(first);
    layout->addWidget(m_bar);
    layout->addWidget(m_word);
    layout->addLayout(last);
}

void BudgetRow::setBudget(const policy::BudgetState &state)
{
    const BudgetLevel level = levelOf(state);
    const Sign sign = budgetSign(level);
    m_sign->setSign(sign);
    m_name->setWholeText(fromUtf8(state.name));
    m_whose->setWholeText(budgetWhose(state));
    m_whose->setVisible(!m_whose->text().isEmpty());
    m_amount->setText(budgetAmount(state));
    const double limit = double(std::max<std::int64_t>(1, state.budget.microUsd));
    m_bar->setFill(double(state.balance.spent) / limit, state.budget.warnAt, sign.colour);
    m_word->setText(
        QCoreApplication::translate("pm::ui::budget", "%1 · %2").arg(budgetShare(state), budgetWord(state)));
    setTone(m_word, toneOf(level));
    m_span->setWholeText(budgetSpan(state));
    m_span->setAlignment(m_whose->text().isEmpty() ? Qt::AlignLeft : Qt::AlignRight);
    setAccessibleName(budgetSpoken(state));
    setToolTip(state.balance.reserved > 0
                   ? tr("Requests under way may add up to %1").arg(costText(state.balance.reserved))
                   : QString());
}

BudgetList::BudgetList(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_layout(new QVBoxLayout(this))
    , m_more(makeLabel({}, theme.small(), Tone::Muted, this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(14);
    m_layout->addWidget(m_more);
    m_layout->addStretch(1);
}

void BudgetList::setBudgets(std::vector<policy::BudgetState> states)
{
    sortByNeed(states);
    const std::size_t shown = std::min(states.size(), kMostRows);
    while (m_rows.size() > shown) {
        delete m_rows.back();
        m_rows.pop_back();
    }
    while (m_rows.size() < shown) {
        m_rows.push_back(new BudgetRow(m_theme, this));
        m_layout->insertWidget(int(m_rows.size()) - 1, m_rows.back());
    }
    for (std::size_t i = 0; i < shown; ++i)
        m_rows[i]->setBudget(states[i]);
    m_more->setText(tr("and %1 more, less spent").arg(states.size() - shown));
    m_more->setVisible(states.size() > shown);
}

} // namespace pm::ui

#include "moc_budget_list.cpp"
