// SPDX-License-Identifier: GPL-3.0-or-later
// The rules of routes that no single row of the table can say.
#include "config/config_check.h"

#include "config/condition_yaml.h"
#include "config/scalars.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace pm::config {

using yaml::Child;
using yaml::Node;

namespace {

constexpr double kSumTolerance = 1e-6;
constexpr std::array<std::string_view, 3> kLists{"providers", "models", "children"};

bool hasItems(const Node &node, std::string_view name)
{
    const Node *list = node.get(name);
    return list && list->isList() && !list->children.empty();
}

/// Shares in percent, as people see them.
std::string shares(const std::vector<double> &weights, double sum)
{
    std::string text;
    for (const double weight : weights)
        text += (text.empty() ? "" : ", ") + writeNumber(std::round(weight / sum * 1000) / 10) + " %";
    return text;
}

std::string_view strategyOf(const Node &route)
{
    const Node *strategy = route.get("strategy");
    return strategy && strategy->isScalar() ? std::string_view(strategy->text) : std::string_view();
}

/// What a rule of that kind says of requests.
std::string_view ruleKey(RuleKind kind)
{
    switch (kind) {
    case RuleKind::When:
        return "when";
    case RuleKind::Is:
        return "is";
    case RuleKind::Examples:
        return "examples";
    case RuleKind::None:
        break;
    }
    return {};
}

} // namespace

const StrategyGrammar &Checker::grammarOf(const Node &route) const
{
    static const StrategyGrammar children;
    const auto found = m_known.grammar.find(strategyOf(route));
    return found == m_known.grammar.end() ? children : found->second;
}

void Checker::routeRules(const Child &child, const std::string &path)
{
    const Node &node = child.value;
    const bool hasStrategy = node.get("strategy");
    const bool hasTarget = node.get("target");
    const bool hasChildren = std::any_of(kLists.begin(), kLists.end(), [&](auto name) { return hasItems(node, name); });
    const bool hasRules = node.get("rules") || node.get("default");
    const StrategyGrammar &grammar = grammarOf(node);
    if (hasTarget && (hasStrategy || hasChildren || hasRules))
        tell(child, path, "a target stands alone; remove it, or the strategy and its children");
    else if (!hasTarget && !hasStrategy && m_tree.isComplete)
        tell(child, path, "needs a strategy with providers, models or children, or else a target");
    else if (!hasTarget && grammar.rules == RuleKind::None)
        childrenRules(child, path);
    else if (!hasTarget)
        ruleRules(child, grammar, path);
    settingsRules(child, grammar, path);
}

void Checker::childrenRules(const Child &child, const std::string &path)
{
    const Node &node = child.value;
    const std::string strategy(strategyOf(node));
    const Child *items = nullptr;
    int lists = 0;
    for (const std::string_view name : kLists) {
        lists += hasItems(node, name) ? 1 : 0;
        items = hasItems(node, name) ? node.entry(name) : items;
    }
    for (const std::string_view name : {"rules", "default"}) {
        if (const Child *rules = node.entry(name); rules && m_known.grammar.contains(strategy))
            tell(*rules, path + "." + std::string(name),
                 "'" + strategy + "' takes no rules; it chooses among providers, models or children");
    }
    const std::size_t least = grammarOf(node).leastChildren;
    if (lists > 1)
        tell(child, path, "give one of providers, models and children; children can name all kinds");
    else if (lists == 0 && m_tree.isComplete)
        tell(child, path, "the strategy needs at least one of providers, models or children");
    else if (items && items->value.children.size() < least && m_tree.isComplete)
        tell(*items, path + "." + items->name,
             "'" + strategy + "' needs at least " + std::to_string(least) + " of them");
    if (items)
        weightRules(*items, strategy, path + "." + std::string(items->name));
}

void Checker::ruleRules(const Child &route, const StrategyGrammar &grammar, const std::string &path)
{
    const Node &node = route.value;
    const std::string strategy(strategyOf(node));
    const std::string wanted(ruleKey(grammar.rules));
    for (const std::string_view name : kLists) {
        if (const Child *list = node.entry(name))
            tell(*list, path + "." + std::string(name), "'" + strategy + "' takes rules: a list of {" + wanted + ", use}");
    }
    const Child *rules = node.entry("rules");
    if (!hasItems(node, "rules") && m_tree.isComplete)
        tell(route, path, "'" + strategy + "' needs rules: a list of {" + wanted + ", use}");
    if (!node.get("default") && m_tree.isComplete)
        tell(route, path, "'" + strategy + "' needs a default, for requests that no rule fits");
    for (std::size_t i = 0; rules && rules->value.isList() && i < rules->value.children.size(); ++i) {
        const Child &rule = rules->value.children[i];
        const std::string place = path + ".rules." + std::to_string(i);
        if (!rule.value.isMap())
            continue;
        bool isToldApart = rule.value.entry(wanted);
        for (const RuleKind kind : {RuleKind::When, RuleKind::Is, RuleKind::Examples}) {
            const std::string name(ruleKey(kind));
            const Child *said = kind == grammar.rules ? nullptr : rule.value.entry(name);
            if (said)
                tell(*said, place + "." + name, "'" + strategy + "' tells requests apart by '" + wanted + "'");
            isToldApart = isToldApart || said;
        }
        if (!isToldApart && m_tree.isComplete)
            tell(rule, place, "the rule needs '" + wanted + "': which requests it is for");
    }
}

void Checker::settingsRules(const Child &route, const StrategyGrammar &grammar, const std::string &path)
{
    const Child *settings = route.value.entry("settings");
    for (const Key &key : grammar.settings) {
        if (key.isRequired && m_tree.isComplete && !(settings && settings->value.get(key.path)))
            tell(route, path + ".settings." + std::string(key.path),
                 "missing setting '" + std::string(key.path) + "': " + std::string(key.sense));
    }
    if (!settings || !settings->value.isMap())
        return;
    std::vector<std::string> names;
    for (const Key &key : grammar.settings)
        names.emplace_back(key.path);
    for (const Child &entry : settings->value.children) {
        const std::string place = path + ".settings." + entry.key;
        const auto row = std::find_if(grammar.settings.begin(), grammar.settings.end(),
                                      [&](const Key &key) { return key.path == kebab(entry.key); });
        if (row != grammar.settings.end()) {
            scalar(entry, *row, row->type, place);
            continue;
        }
        std::string message = names.empty() ? "this strategy has no settings" : "unknown setting '" + entry.key + "'";
        if (!names.empty()) {
            const std::string meant = didYouMean(kebab(entry.key), names);
            message += meant.empty() ? "; there are" : meant;
            for (const std::string &name : meant.empty() ? names : std::vector<std::string>())
                message += (name == names.front() ? " " : ", ") + name;
        }
        tellAt(entry.keySpan, entry.value.origin, place, std::move(message), Level::Error);
    }
}

void Checker::conditionRules(const Child &child, const std::string &path)
{
    checkCondition(child, path, [&](const Child &at, std::string place, std::string message) {
        tell(at, std::move(place), std::move(message));
    });
}

/// `list` holds items with a `weight`, or is a map of names to weights.
void Checker::weightRules(const Child &list, std::string_view strategy, const std::string &path)
{
    const bool isWeighted =
        strategy.find("weighted") != std::string_view::npos && strategy != "cheap-weighted";
    std::vector<double> weights;
    std::size_t given = 0;
    for (const Child &item : list.value.children) {
        const Child *weight = list.value.isMap() ? &item : item.value.entry("weight");
        const auto number =
            weight && weight->value.isScalar() ? parseNumber(weight->value.text) : std::nullopt;
        if (number && *number < 0) {
            tell(*weight, path, "a weight must not be negative");
            return;
        }
        given += weight ? 1 : 0;
        weights.push_back(number.value_or(1.0));
    }
    double sum = 0;
    for (const double weight : weights)
        sum += weight;
    if (given == 0 || !isWeighted)
        return;
    if (sum <= 0)
        tell(list, path, "all weights are 0; give at least one more than 0");
    else if (given < weights.size())
        tell(list, path, "some weights are missing and count as 1; the shares are " + shares(weights, sum),
             Level::Warning);
    else if (std::abs(sum - 1) > kSumTolerance)
        tell(list, path,
             "the weights add up to " + writeNumber(std::round(sum * 1e6) / 1e6) +
                 ", not 1; the shares are " + shares(weights, sum),
             Level::Warning);
}

void Checker::balancingRules(const Child &child, const std::string &path)
{
    const Child *weights = child.value.entry("weights");
    if (weights && weights->value.isMap())
        weightRules(*weights, strategyOf(child.value), path + ".weights");
}

} // namespace pm::config
