// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_usage.h"

#include "routing/ranking.h"
#include "routing/reasons.h"

#include <algorithm>

namespace pm::routing {

namespace {

struct Used
{
    double share = 0; ///< of the allowance that is used up most, with this request
    std::string text; ///< "41 of 60 requests this minute"
};

Used usedOf(const Candidate &candidate, const ChooseContext &context)
{
    const Node &node = *candidate.node;
    const TargetStats *stats = targetOf(candidate).stats.get();
    Used used;
    const auto count = [&](std::int64_t before, std::int64_t more, std::int64_t allowed, const char *what) {
        const double share = allowed > 0 ? static_cast<double>(before + more) / static_cast<double>(allowed) : 0;
        if (share < used.share || (allowed <= 0 && !used.text.empty()))
            return;
        used.share = share;
        used.text = std::to_string(before) + (allowed > 0 ? " of " + std::to_string(allowed) : "") + what + " this minute";
    };
    count(stats ? stats->requestsLastMinute(context.now) : 0, 1, node.rpm, " requests");
    if (node.tpm > 0) {
        const std::int64_t tokens = context.needs.inputTokens;
        count(stats ? stats->tokensLastMinute(context.now) : 0, tokens, node.tpm, " tokens");
    }
    return used;
}

} // namespace

void UsageStrategy::order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    const auto score = [&](const Candidate &candidate) {
        // Without an allowance there is no share: those come behind, by how much they did.
        const bool hasAllowance = candidate.node->rpm > 0 || candidate.node->tpm > 0;
        const TargetStats *stats = targetOf(candidate).stats.get();
        const double requests = stats ? static_cast<double>(stats->requestsLastMinute(context.now)) : 0;
        return Score{hasAllowance ? usedOf(candidate, context).share : 2, requests};
    };
    const auto figure = [&](const Candidate &candidate) { return usedOf(candidate, context).text; };
    std::vector<Candidate> full;
    for (Candidate &candidate : candidates) {
        if (Used used = usedOf(candidate, context); used.share > 1) {
            candidate.excluded = std::make_unique<std::string>("at its limit: " + used.text);
            full.push_back(std::move(candidate));
            candidate.node = nullptr;
        }
    }
    std::erase_if(candidates, [](const Candidate &candidate) { return !candidate.node; });
    orderByScore(candidates, score, figure, "least used,");
    std::move(full.begin(), full.end(), std::back_inserter(candidates));
}

} // namespace pm::routing
