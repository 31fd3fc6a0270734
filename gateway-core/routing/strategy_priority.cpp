// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_priority.h"

namespace pm::routing {

void PriorityStrategy::order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &) const
{
    keepPlanned(candidates);
    for (Candidate &candidate : candidates)
        candidate.first().reason =
            &candidate == &candidates.front() ? "first in order" : "next in order";
}

} // namespace pm::routing
