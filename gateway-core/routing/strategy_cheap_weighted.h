// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class CheapWeightedStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "cheap-weighted"; }
    std::string_view sense() const override
    {
        return "random in proportion to 1/price² among those that did not fail in the last 30 s; an unknown price "
               "comes last";
    }
    std::span<const config::Key> settings() const override;
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
    bool draws(const ChooseContext &) const override { return true; }
    bool readsFigures() const override { return true; }
};

} // namespace pm::routing
