// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "source.h"

namespace pm::ui::sample {

/// Made-up spending of the last weeks up to `nowMicros`, more in working hours; the same for the same hours.
Result<std::vector<trace::SpendRow>> spend(const trace::SpendQuery &query, std::int64_t nowMicros);

/// One within, one nearly spent, some that are spent.
std::vector<policy::BudgetState> budgets(std::int64_t nowMicros);

std::vector<policy::ClientKey> clientKeys(std::int64_t nowMicros);
std::vector<config::Server::ClientKey> configuredKeys();

/// Fills in what a Source says of money: keys are made and revoked, and told of.
void addMoney(Source &source);
/// The same with nothing in it.
void addNoMoney(Source &source);

} // namespace pm::ui::sample
