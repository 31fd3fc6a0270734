// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_yaml.h"
#include "config/yaml_tree.h"

namespace pm::config {

/// Puts the variables POINTSMAN__A__B (and AI_GATEWAY__A__B, which go before) over the tree; each value is
/// read as YAML on one line, and remembers its variable. Variables that cannot be placed become problems.
/// Other variables, POINTSMAN_CONFIG among them, are none of this function's.
void overlay(yaml::Tree &tree, const Environment &environment);

} // namespace pm::config
