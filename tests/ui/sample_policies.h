// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policies/policy_source.h"

namespace pm::ui::sample {

/// A configuration in which the router `guarded` has policies of every kind, besides the others.
std::string policiesText();
/// The same with a router `muddled` in whose policies most kinds of things are wrong.
std::string troubledPoliciesText();

/// What they did: hits, refusals, money, finds, near misses. A purge takes out a third.
PolicySource policies();
/// What the budgets of `guarded` have spent.
std::vector<policy::BudgetState> policyBudgets();
/// Of a gateway that was not asked yet.
PolicySource noPolicies();

} // namespace pm::ui::sample
