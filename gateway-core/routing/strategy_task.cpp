// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_task.h"

#include "routing/request_class.h"
#include "routing/rules.h"

namespace pm::routing {

std::optional<Pick> TaskStrategy::pick(const Node &node, const ChooseContext &context) const
{
    return firstFit(node, [&](const Node &rule) -> std::optional<std::string> {
        const RequestClass *row = findRequestClass(rule.is);
        return row && row->holds(context.needs) ? std::optional("class " + rule.is) : std::nullopt;
    });
}

} // namespace pm::routing
