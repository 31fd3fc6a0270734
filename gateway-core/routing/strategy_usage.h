// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class UsageStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "usage"; }
    std::string_view sense() const override
    {
        return "the least used of its own requests and tokens a minute (rpm, tpm); those at their limit are left out";
    }
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
    bool readsFigures() const override { return true; }
};

} // namespace pm::routing
