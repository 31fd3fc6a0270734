// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class LatencyStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "latency"; }
    std::vector<std::string_view> aliases() const override
    {
        return {"balanced-latency", "provider-latency", "model-latency"};
    }
    std::string_view sense() const override
    {
        return "the fastest: of two drawn at random, the one with the lower latency times load; new targets "
               "are tried first";
    }
    void order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
    bool draws(const ChooseContext &) const override { return true; }
    bool readsFigures() const override { return true; }
};

} // namespace pm::routing
