// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/budgets.h"
#include "widgets/status_dot.h"

#include <QString>

// What the window says of a budget. Plain functions.
namespace pm::ui {

enum class BudgetLevel { Within, Warned, Spent };
BudgetLevel levelOf(const policy::BudgetState &state);
Sign budgetSign(BudgetLevel level);
/// "within", "nearly spent", "spent: requests are refused"
QString budgetWord(const policy::BudgetState &state);
/// Whose it is, where one budget is kept for each of several: "user bob"; else empty.
QString budgetWhose(const policy::BudgetState &state);
/// "$4.10 of $5.00"
QString budgetAmount(const policy::BudgetState &state);
/// "82 %"; the share is rounded down, so that 100 % is spent.
QString budgetShare(const policy::BudgetState &state);
/// "each day, anew at 28 Nov 00:00"; "in total, never anew"
QString budgetSpan(const policy::BudgetState &state);
/// All of it in one sentence, for screen readers.
QString budgetSpoken(const policy::BudgetState &state);

/// Spent ones first, then by share.
void sortByNeed(std::vector<policy::BudgetState> &states);

} // namespace pm::ui
