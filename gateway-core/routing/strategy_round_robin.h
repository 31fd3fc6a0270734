// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class RoundRobinStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "round-robin"; }
    std::string_view sense() const override
    {
        return "in turn, by weight: with weights 2 and 1 the first gets two of three requests, evenly spread";
    }
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
    bool draws(const ChooseContext &) const override { return true; }
};

} // namespace pm::routing
