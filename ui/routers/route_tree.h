// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "config/route_words.h"

#include <vector>

// A router's tree as rows see it. Plain values and functions.
namespace pm::ui {

/// The way to a node: which child of the root, which child of that; empty: the root itself.
using NodePath = std::vector<int>;

struct TreeSpot
{
    NodePath path;
    const config::RouteNode *node = nullptr;
    const config::RouteNode *parent = nullptr; ///< none: the root
};

/// Each node before its children, as the text has them.
std::vector<TreeSpot> spotsOf(const config::RouteNode &root);

/// "weighted" for its other names too, such as "model-weighted"; what is no strategy's name stays as it is.
std::string strategyKind(const std::string &strategy, const config::RouteWords &words);
/// How a group's children are chosen among; where its strategy is not known, as they look.
config::RuleKind ruleKindOf(const config::RouteNode &group, const config::RouteWords &words);
bool hasDefault(const config::RouteNode &group);
/// Those that can change places: the default, which is always last, cannot.
int movableOf(const config::RouteNode &group);
/// By weight among its siblings, 0..1; equal parts where all weigh nothing.
double shareOf(const TreeSpot &spot);
/// "openai/gpt-5", "openai".
std::string labelOf(const config::RouteNode &target);
/// The targets below a node, itself among them.
std::vector<const config::RouteNode *> targetsOf(const config::RouteNode &node);

// Each gives the tree after the change; a way that leads nowhere changes nothing.
config::RouteNode withNode(config::RouteNode root, const NodePath &path, const config::RouteNode &node);
/// As the last one, before the default.
config::RouteNode withChild(config::RouteNode root, const NodePath &path, const config::RouteNode &child);
config::RouteNode without(config::RouteNode root, const NodePath &path);
config::RouteNode moved(config::RouteNode root, const NodePath &path, int step);
/// `place` counts among its siblings.
config::RouteNode movedTo(config::RouteNode root, const NodePath &path, int place);
/// The group with another strategy over the same children. They become rules that say nothing yet, the last one the
/// default, or stop being rules; settings that the strategy does not have go.
config::RouteNode withStrategy(config::RouteNode group, std::string_view key, const config::RouteWords &words);

} // namespace pm::ui
