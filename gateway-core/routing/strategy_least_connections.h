// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class LeastConnectionsStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "least-connections"; }
    std::vector<std::string_view> aliases() const override { return {"least-busy"}; }
    std::string_view sense() const override
    {
        return "the one with the fewest requests in flight for its weight; ties go to the earlier one";
    }
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
    bool readsFigures() const override { return true; }
};

} // namespace pm::routing
