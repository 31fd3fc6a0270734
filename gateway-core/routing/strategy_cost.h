// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class CostStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "cost"; }
    std::vector<std::string_view> aliases() const override { return {"cost-optimized"}; }
    std::string_view sense() const override
    {
        return "the cheapest for this request by estimated tokens and catalogue prices, counting prompt tokens at "
               "the cache price where the conversation was before; an unknown price comes last";
    }
    std::span<const config::Key> settings() const override;
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
};

} // namespace pm::routing
