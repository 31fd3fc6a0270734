// SPDX-License-Identifier: GPL-3.0-or-later
#include "spend/budget_text.h"

#include "format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::budget", text);
}

double shareOf(const policy::BudgetState &state)
{
    return double(state.balance.spent) / double(std::max<std::int64_t>(1, state.budget.microUsd));
}

/// Is there one for all where it stands, rather than one for each `by`?
bool isWhole(const policy::BudgetState &state)
{
    const std::string &by = state.budget.by;
    const std::string &place = state.balance.account.place;
    return by == "global" || (by == "router" && place.starts_with("router ")) ||
           (by == "api-key" && place.starts_with("client-key "));
}

QString eachSpan(config::Budget::Per per)
{
    switch (per) {
    case config::Budget::Per::Hour:
        return tr("each hour");
    case config::Budget::Per::Day:
        return tr("each day");
    case config::Budget::Per::Week:
        return tr("each week");
    case config::Budget::Per::Month:
        return tr("each month");
    case config::Budget::Per::Total:
        break;
    }
    return tr("in total");
}

} // namespace

BudgetLevel levelOf(const policy::BudgetState &state)
{
    if (policy::isSpent(state.budget, state.balance.spent))
        return BudgetLevel::Spent;
    return policy::isWarned(state.budget, state.balance.spent) ? BudgetLevel::Warned : BudgetLevel::Within;
}

Sign budgetSign(BudgetLevel level)
{
    switch (level) {
    case BudgetLevel::Spent:
        return {Glyph::Barred, &Tokens::bad};
    case BudgetLevel::Warned:
        return {Glyph::HalfDisc, &Tokens::warn};
    case BudgetLevel::Within:
        break;
    }
    return {Glyph::Check, &Tokens::good};
}

QString budgetWord(const policy::BudgetState &state)
{
    const bool isDowngrade = state.budget.then == config::Budget::Then::Downgrade;
    switch (levelOf(state)) {
    case BudgetLevel::Spent:
        return isDowngrade ? tr("spent: only the cheapest target is asked")
                           : tr("spent: requests are refused");
    case BudgetLevel::Warned:
        return tr("nearly spent");
    case BudgetLevel::Within:
        break;
    }
    return tr("within");
}

QString budgetWhose(const policy::BudgetState &state)
{
    const policy::Account &account = state.balance.account;
    if (isWhole(state))
        return {};
    if (account.who.empty())
        return tr("for each %1").arg(fromUtf8(state.budget.by));
    return u"%1 %2"_s.arg(fromUtf8(state.budget.by), fromUtf8(account.who));
}

QString budgetAmount(const policy::BudgetState &state)
{
    return tr("%1 of %2").arg(costText(state.balance.spent), costText(state.budget.microUsd));
}

QString budgetShare(const policy::BudgetState &state)
{
    const std::int64_t limit = std::max<std::int64_t>(1, state.budget.microUsd);
    return tr("%1 %").arg(QLocale().toString(qlonglong(state.balance.spent * 100 / limit)));
}

QString budgetSpan(const policy::BudgetState &state)
{
    const QString each = eachSpan(state.budget.per);
    const std::int64_t end = state.balance.span.end;
    if (end == policy::Span::kNever)
        return tr("%1, never anew").arg(each);
    const QDateTime anew = QDateTime::fromSecsSinceEpoch(end);
    const bool isSoon = QDateTime::currentDateTime().secsTo(anew) < 86'400;
    return tr("%1, anew %2").arg(each, QLocale().toString(anew, isSoon ? u"d MMM HH:mm"_s : u"d MMM"_s));
}

QString budgetSpoken(const policy::BudgetState &state)
{
    QString name = fromUtf8(state.name);
    if (const QString whose = budgetWhose(state); !whose.isEmpty())
        name = tr("%1, %2").arg(name, whose);
    return tr("Budget %1: %2, %3, %4, %5")
        .arg(name, budgetWord(state), budgetAmount(state), budgetShare(state), budgetSpan(state));
}

void sortByNeed(std::vector<policy::BudgetState> &states)
{
    std::stable_sort(states.begin(), states.end(), [](const auto &a, const auto &b) {
        return std::pair(levelOf(a), shareOf(a)) > std::pair(levelOf(b), shareOf(b));
    });
}

} // namespace pm::ui
