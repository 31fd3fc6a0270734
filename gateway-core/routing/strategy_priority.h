// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class PriorityStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "priority"; }
    std::vector<std::string_view> aliases() const override { return {"failover", "fallback"}; }
    std::string_view sense() const override
    {
        return "the listed order: the next one only when those before it fail";
    }
    void order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
};

} // namespace pm::routing
