// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/condition.h"
#include "config/yaml_tree.h"

#include <functional>

// Conditions in the text of a configuration. Pure, any thread.
namespace pm::config {

/// As written below `when`: a map of fields to values or to {operator: value}, with `and`, `or` (lists) and `not`.
/// What is wrong is left out; readers tell by checkCondition first.
Condition buildCondition(const yaml::Node &node);
/// Calls `tell` for each thing that is wrong, with the entry or item it stands in and the path to that: `path`, which
/// is the child's, then fields and operators: when."request.input-tokens".gt
using TellProblem = std::function<void(const yaml::Child &at, std::string path, std::string message)>;
void checkCondition(const yaml::Child &child, const std::string &path, const TellProblem &tell);
/// The tree of nodes that reads back as `condition`.
yaml::Node writeCondition(const Condition &condition);

} // namespace pm::config
