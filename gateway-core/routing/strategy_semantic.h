// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class SemanticStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "semantic"; }
    std::string_view sense() const override
    {
        return "the rule with the example that is nearest to the prompt by embedding, if it is near enough; else the default";
    }
    std::span<const config::Key> settings() const override;
    config::RuleKind rules() const override { return config::RuleKind::Examples; }
    std::optional<Pick> pick(const Node &node, const ChooseContext &context) const override;
};

} // namespace pm::routing
