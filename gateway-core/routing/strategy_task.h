// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class TaskStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "task"; }
    std::vector<std::string_view> aliases() const override { return {"capability"}; }
    std::string_view sense() const override
    {
        return "the first rule whose class the request is of (image, code, long-context, background and so on), else the default";
    }
    config::RuleKind rules() const override { return config::RuleKind::Is; }
    std::optional<Pick> pick(const Node &node, const ChooseContext &context) const override;
};

} // namespace pm::routing
