// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class ConditionalStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "conditional"; }
    std::string_view sense() const override
    {
        return "the first rule whose condition the request meets, else the default; only that child is tried";
    }
    config::RuleKind rules() const override { return config::RuleKind::When; }
    std::optional<Pick> pick(const Node &node, const ChooseContext &context) const override;
};

} // namespace pm::routing
