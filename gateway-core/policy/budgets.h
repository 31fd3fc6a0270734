// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/spend_store.h"

#include <string>

// What a budget says of what was spent. Pure, any thread.
namespace pm::policy {

/// The budget's own name, or one made of where it stands: "work/month", "global/user/day".
std::string budgetName(const config::Budget &budget, const std::string &place);

inline bool isSpent(const config::Budget &budget, std::int64_t spent)
{
    return spent >= budget.microUsd;
}
inline bool isWarned(const config::Budget &budget, std::int64_t spent)
{
    return static_cast<double>(spent) >= static_cast<double>(budget.microUsd) * budget.warnAt;
}

/// Is there one for each target (provider, model) rather than for each request?
inline bool isOfTarget(const config::Budget &budget)
{
    return budget.by == "provider" || budget.by == "model";
}

std::string usdText(std::int64_t microUsd);                                  ///< "$5.00", "$0.0012"
std::string shareText(const config::Budget &budget, std::int64_t spent);     ///< "82% of $5.00"
std::string spentText(const config::Budget &budget, std::int64_t spent);     ///< "$5.02 of $5.00"
/// "budget work/user/month of bob is spent: $5.02 of $5.00 since 2026-11-01 00:00; the next begins 2026-12-01 00:00"
std::string refusalText(const config::Budget &budget, const Account &account, std::int64_t spent, SystemTime now);

/// How one account of a configured budget stands, for lists.
struct BudgetState
{
    std::string name;
    config::Budget budget;
    Balance balance;
};
/// Every account of these budgets that has anything on it; a budget without any has one row of its own, with nothing on it.
std::vector<BudgetState> budgetStates(const std::vector<std::pair<std::string, config::Budget>> &byPlace,
                                      const std::vector<Balance> &balances, SystemTime now);

} // namespace pm::policy
