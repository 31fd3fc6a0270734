// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/snapshot.h"
#include "pipeline/status.h"

namespace pm {

std::vector<policy::BudgetState> budgetStates(const Snapshot &snapshot, const policy::SpendStore &store, SystemTime now)
{
    std::vector<std::pair<std::string, config::Budget>> all;
    const auto add = [&all](const std::string &place, const std::vector<config::Budget> &budgets) {
        for (const config::Budget &budget : budgets)
            all.emplace_back(place, budget);
    };
    add("global", snapshot.config.globalPolicies.budgets);
    add("unified-api", snapshot.config.unifiedPolicies.budgets);
    for (const config::Router &router : snapshot.config.routers)
        add("router " + router.name, router.policies.budgets);
    for (const CallerKey &key : snapshot.callerKeys)
        add("client-key " + key.name, key.budgets);
    if (snapshot.madeKeys) {
        for (const policy::ClientKeyIndex::Entry &entry : snapshot.madeKeys->entries())
            add("client-key " + entry.key.name, entry.key.budgets);
    }
    return policy::budgetStates(all, store.balances(now), now);
}

} // namespace pm
