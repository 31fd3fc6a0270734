// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/route_tree.h"

#include <algorithm>

namespace pm::ui {

using config::RouteNode;
using config::RuleKind;

namespace {

void collect(const RouteNode &node, const RouteNode *parent, const NodePath &path,
             std::vector<TreeSpot> &spots)
{
    spots.push_back({path, &node, parent});
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        NodePath below = path;
        below.push_back(static_cast<int>(i));
        collect(node.children[i], &node, below, spots);
    }
}

RouteNode *nodeAt(RouteNode &root, const NodePath &path)
{
    RouteNode *node = &root;
    for (const int index : path) {
        if (index < 0 || index >= static_cast<int>(node->children.size()))
            return nullptr;
        node = &node->children[static_cast<std::size_t>(index)];
    }
    return node;
}

RouteNode *parentOf(RouteNode &root, const NodePath &path)
{
    return path.empty() ? nullptr : nodeAt(root, NodePath(path.begin(), path.end() - 1));
}

} // namespace

std::vector<TreeSpot> spotsOf(const RouteNode &root)
{
    std::vector<TreeSpot> spots;
    collect(root, nullptr, {}, spots);
    return spots;
}

std::string strategyKind(const std::string &strategy, const config::RouteWords &words)
{
    const config::StrategyInfo *info = words.find(strategy);
    return info ? std::string(info->key) : strategy;
}

RuleKind ruleKindOf(const RouteNode &group, const config::RouteWords &words)
{
    if (const config::StrategyInfo *info = words.find(group.strategy))
        return info->grammar.rules;
    for (const RouteNode &child : group.children) {
        if (child.isRule())
            return child.is.empty() ? RuleKind::When : RuleKind::Is;
    }
    return RuleKind::None;
}

bool hasDefault(const RouteNode &group)
{
    return !group.children.empty() && group.children.back().isDefault;
}

int movableOf(const RouteNode &group)
{
    return static_cast<int>(group.children.size()) - (hasDefault(group) ? 1 : 0);
}

double shareOf(const TreeSpot &spot)
{
    if (!spot.parent)
        return 1;
    double sum = 0;
    for (const RouteNode &sibling : spot.parent->children)
        sum += sibling.weight;
    return sum > 0 ? spot.node->weight / sum : 1.0 / double(spot.parent->children.size());
}

std::string labelOf(const RouteNode &target)
{
    return target.model.empty() ? target.provider : target.provider + "/" + target.model;
}

std::vector<const RouteNode *> targetsOf(const RouteNode &node)
{
    std::vector<const RouteNode *> targets;
    for (const TreeSpot &spot : spotsOf(node)) {
        if (spot.node->isTarget())
            targets.push_back(spot.node);
    }
    return targets;
}

RouteNode withNode(RouteNode root, const NodePath &path, const RouteNode &node)
{
    if (RouteNode *place = nodeAt(root, path))
        *place = node;
    return root;
}

RouteNode withChild(RouteNode root, const NodePath &path, const RouteNode &child)
{
    if (RouteNode *place = nodeAt(root, path))
        place->children.insert(place->children.begin() + (child.isDefault ? std::ptrdiff_t(place->children.size()) : movableOf(*place)),
                               child);
    return root;
}

RouteNode without(RouteNode root, const NodePath &path)
{
    RouteNode *parent = parentOf(root, path);
    if (parent && path.back() >= 0 && path.back() < static_cast<int>(parent->children.size()))
        parent->children.erase(parent->children.begin() + path.back());
    return root;
}

RouteNode moved(RouteNode root, const NodePath &path, int step)
{
    return path.empty() ? root : movedTo(std::move(root), path, path.back() + step);
}

RouteNode movedTo(RouteNode root, const NodePath &path, int place)
{
    RouteNode *parent = parentOf(root, path);
    if (!parent)
        return root;
    const int count = movableOf(*parent);
    const int from = path.back();
    if (from < 0 || from >= count || place < 0 || place >= count)
        return root;
    const auto first = parent->children.begin();
    if (place > from)
        std::rotate(first + from, first + from + 1, first + place + 1);
    else
        std::rotate(first + place, first + from, first + from + 1);
    return root;
}

RouteNode withStrategy(RouteNode group, std::string_view key, const config::RouteWords &words)
{
    const RuleKind before = ruleKindOf(group, words);
    group.strategy = key;
    const RuleKind after = ruleKindOf(group, words);
    const config::StrategyInfo *info = words.find(key);
    std::erase_if(group.settings, [&](const auto &setting) {
        return info && std::none_of(info->grammar.settings.begin(), info->grammar.settings.end(),
                                    [&](const config::Key &row) { return row.path == setting.first; });
    });
    if (before == after)
        return group;
    for (RouteNode &child : group.children) {
        child.when = {};
        child.is.clear();
        child.examples.clear();
        if (after == RuleKind::None)
            child.isDefault = false;
        else
            child.weight = 1; // rules have none
    }
    if (after != RuleKind::None && !group.children.empty() && !hasDefault(group)) {
        if (group.children.size() == 1) // a rule needs one, and what no rule fits another
            group.children.push_back(group.children.front());
        group.children.back().isDefault = true;
    }
    return group;
}

} // namespace pm::ui
