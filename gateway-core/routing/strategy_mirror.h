// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class MirrorStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "mirror"; }
    std::string_view sense() const override
    {
        return "the first child answers; a share of its requests is also sent to the others, whose answers are only "
               "kept for comparison";
    }
    std::span<const config::Key> settings() const override;
    std::size_t leastChildren() const override { return 2; }
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
};

} // namespace pm::routing
