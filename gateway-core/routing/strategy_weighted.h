// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class WeightedStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "weighted"; }
    std::vector<std::string_view> aliases() const override { return {"provider-weighted", "model-weighted"}; }
    std::string_view sense() const override
    {
        return "at random by weight, shared out among what is available";
    }
    void order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
    bool draws(const ChooseContext &) const override { return true; }
};

} // namespace pm::routing
