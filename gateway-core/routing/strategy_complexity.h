// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class ComplexityStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "complexity"; }
    std::string_view sense() const override
    {
        return "two tiers: a score of the prompt sends hard requests to the first, strong child and the "
               "others to the "
               "second, weak one; by a model that pointsman train made of your own traces, else by plain "
               "rules";
    }
    std::span<const config::Key> settings() const override;
    std::size_t leastChildren() const override { return 2; }
    void order(const Node &node, std::vector<Candidate> &candidates,
               const ChooseContext &context) const override;
};

} // namespace pm::routing
