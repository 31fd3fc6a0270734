// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

#include <functional>

namespace pm::routing {

/// "rule 2 (NAME)".
std::string ruleLabel(const Node &rule);

/// Of a node with rules: the first child for which `fits` gives a text, else its default. Pick::reason is "rule 2
/// (NAME): TEXT" or "no rule fits: default". Without either the pick leads nowhere.
Pick firstFit(const Node &node, const std::function<std::optional<std::string>(const Node &rule)> &fits);

} // namespace pm::routing
