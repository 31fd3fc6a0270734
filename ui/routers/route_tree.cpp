// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/route_tree.h"

#include <algorithm>
#include <map>

namespace pm::ui {

using config::RouteNode;

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

std::string strategyKind(const std::string &strategy)
{
    static const std::map<std::string, std::string> older{
        {"balanced-latency", "latency"},  {"provider-latency", "latency"}, {"model-latency", "latency"},
        {"provider-weighted", "weighted"}, {"model-weighted", "weighted"}, {"failover", "priority"},
        {"fallback", "priority"}};
    const auto found = older.find(strategy);
    return found == older.end() ? strategy : found->second;
}

bool isWeighted(const RouteNode &node)
{
    return strategyKind(node.strategy) == "weighted";
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
        place->children.push_back(child);
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
    RouteNode *parent = parentOf(root, path);
    if (!parent)
        return root;
    const int count = static_cast<int>(parent->children.size());
    const int from = path.back();
    const int to = from + step;
    if (from >= 0 && from < count && to >= 0 && to < count)
        std::swap(parent->children[std::size_t(from)], parent->children[std::size_t(to)]);
    return root;
}

} // namespace pm::ui
