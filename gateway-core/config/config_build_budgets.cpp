// SPDX-License-Identifier: GPL-3.0-or-later
// Budgets, and what client keys may: from the checked tree.
#include "config/config_build.h"

#include "config/scalars.h"

#include <algorithm>
#include <cmath>

namespace pm::config {

using yaml::Child;
using yaml::Node;

namespace {

constexpr double kMost = 1e12; ///< of anything: more fits no counter

const std::vector<Child> &itemsOf(const Node &section, std::string_view name)
{
    static const std::vector<Child> none;
    const Node *list = section.get(name);
    return list && list->isList() ? list->children : none;
}

std::int64_t microUsd(const Node &map, std::string_view name)
{
    double usd = 0;
    readInto(map, name, usd);
    return std::llround(std::min(usd, kMost) * 1e6);
}

Budget buildBudget(const Node &node, std::string_view by)
{
    Budget budget;
    budget.by = by;
    budget.microUsd = microUsd(node, "usd");
    readInto(node, "name", budget.name);
    readInto(node, "by", budget.by);
    readInto(node, "warn-at", budget.warnAt);
    std::string per;
    readInto(node, "per", per);
    budget.per = per == "hour"    ? Budget::Per::Hour
                 : per == "day"   ? Budget::Per::Day
                 : per == "week"  ? Budget::Per::Week
                 : per == "total" ? Budget::Per::Total
                                  : Budget::Per::Month;
    std::string then;
    readInto(node, "then", then);
    budget.then = then == "downgrade" ? Budget::Then::Downgrade : Budget::Then::Stop;
    return budget;
}

void append(std::vector<Budget> &to, std::vector<Budget> more)
{
    to.insert(to.end(), more.begin(), more.end());
}

} // namespace

std::vector<Budget> buildBudgets(const Node &section, std::string_view by)
{
    std::vector<Budget> budgets;
    for (const Child &item : itemsOf(section, "budgets"))
        budgets.push_back(buildBudget(item.value, by));
    if (const Node *one = section.get("budget"); one && one->isMap())
        budgets.push_back(buildBudget(*one, by));
    return budgets;
}

void buildSharedBudgets(const Node &root, Config &config)
{
    config.globalPolicies.budgets = buildBudgets(root, "global");
    if (const Node *global = root.get("global"))
        append(config.globalPolicies.budgets, buildBudgets(*global, "global"));
    if (const Node *unified = root.get("unified-api"))
        append(config.unifiedPolicies.budgets, buildBudgets(*unified, "global"));
}

void buildClientKey(const Node &node, Server::ClientKey &key)
{
    readInto(node, "models", key.models);
    for (const Child &item : itemsOf(node, "limits"))
        key.limits.push_back(buildLimit(item.value, std::chrono::minutes(1)));
    key.budgets = buildBudgets(node, "api-key");
    if (const Node *metadata = node.get("metadata"); metadata && metadata->isMap()) {
        for (const Child &value : metadata->children)
            key.metadata[value.key] = value.value.text;
    }
    std::string expires;
    readInto(node, "expires", expires);
    key.expiresAt = parseDate(expires).value_or(0);
}

} // namespace pm::config
