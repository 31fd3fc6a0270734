// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class RaceStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "race"; }
    std::string_view sense() const override
    {
        return "all at once, or the first few; the first content wins, the others are cancelled, all are paid";
    }
    std::span<const config::Key> settings() const override;
    std::size_t leastChildren() const override { return 2; }
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
};

} // namespace pm::routing
