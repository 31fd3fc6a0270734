// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_conditional.h"

#include "routing/rules.h"

namespace pm::routing {

std::optional<Pick> ConditionalStrategy::pick(const Node &node, const ChooseContext &context) const
{
    return firstFit(node, [&](const Node &rule) -> std::optional<std::string> {
        const bool fits = rule.when && context.needs.fields && rule.when->matches(*context.needs.fields);
        return fits ? std::optional(rule.when->text()) : std::nullopt;
    });
}

} // namespace pm::routing
