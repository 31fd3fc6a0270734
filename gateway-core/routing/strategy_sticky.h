// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class StickyStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "sticky"; }
    std::string_view sense() const override
    {
        return "keeps a conversation on the target that holds its prompt cache; leaves it when it fails, or at a "
               "turn's start when another is cheaper in spite of the lost cache";
    }
    std::span<const config::Key> settings() const override;
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
};

} // namespace pm::routing
