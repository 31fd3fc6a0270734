// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class QualityStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "quality"; }
    std::vector<std::string_view> aliases() const override { return {"quality-first"}; }
    std::string_view sense() const override
    {
        return "the highest quality rank of the catalogue or the configuration; the price breaks ties, an unknown "
               "rank comes last";
    }
    std::span<const config::Key> settings() const override;
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
};

} // namespace pm::routing
