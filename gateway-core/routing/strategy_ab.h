// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class AbStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "ab"; }
    std::vector<std::string_view> aliases() const override { return {"experiment"}; }
    std::string_view sense() const override
    {
        return "an experiment: each user or session stays with one arm, arms get shares by weight; others are tried "
               "only when the arm fails";
    }
    std::span<const config::Key> settings() const override;
    std::size_t leastChildren() const override { return 2; }
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
    bool draws(const ChooseContext &context) const override;
};

} // namespace pm::routing
