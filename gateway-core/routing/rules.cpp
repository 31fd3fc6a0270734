// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/rules.h"

namespace pm::routing {

std::string ruleLabel(const Node &rule)
{
    const std::string name = rule.name.empty() ? std::string() : " (" + rule.name + ")";
    return "rule " + std::to_string(rule.position + 1) + name;
}

Pick firstFit(const Node &node, const std::function<std::optional<std::string>(const Node &rule)> &fits)
{
    Pick pick{node.children.size(), "no rule fits, and there is no default"};
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Node &rule = node.children[i];
        if (rule.isDefault) {
            pick = {i, "no rule fits: default"};
        } else if (const auto text = fits(rule)) {
            return {i, ruleLabel(rule) + ": " + *text};
        }
    }
    return pick;
}

} // namespace pm::routing
