// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class HedgeStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "hedge"; }
    std::string_view sense() const override
    {
        return "the second target starts too when the first has no content after its own p95; the first content "
               "wins, the other is cancelled, both are paid";
    }
    std::span<const config::Key> settings() const override;
    std::size_t leastChildren() const override { return 2; }
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
};

} // namespace pm::routing
