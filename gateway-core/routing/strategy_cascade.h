// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/strategy.h"

namespace pm::routing {

class CascadeStrategy final : public Strategy
{
public:
    std::string_view key() const override { return "cascade"; }
    std::string_view sense() const override
    {
        return "cheap first: the next child is asked when the answer of the one before does not pass a check; all "
               "are paid";
    }
    std::span<const config::Key> settings() const override;
    std::size_t leastChildren() const override { return 2; }
    void order(const Node &node, std::vector<Candidate> &candidates, const ChooseContext &context) const override;
};

} // namespace pm::routing
