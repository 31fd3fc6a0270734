// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class ThroughputStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "throughput"; }
    std::string_view sense() const override
    {
        return "the most tokens of answer a second, by recent answers; one that was never seen is tried first";
    }
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
    bool readsFigures() const override { return true; }
};

} // namespace pm::routing
