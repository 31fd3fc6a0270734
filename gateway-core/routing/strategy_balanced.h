// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class BalancedStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "balanced"; }
    std::string_view sense() const override
    {
        return "the lowest weighted sum of cost, latency, lack of quality and recent errors, each brought to 0..1 "
               "among the children";
    }
    std::span<const config::Key> settings() const override;
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
    bool readsFigures() const override { return true; }
};

} // namespace pm::routing
