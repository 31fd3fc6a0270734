// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/strategy_usage.h"

#include "routing/ranking.h"
#include "routing/reasons.h"

#include <algorithm>

namespace pm::routing {

namespace {

/// What a child did this minute, of the allowance that is used up most.
struct Used
{
    double share = 0; ///< with this request; 0 without an allowance
    std::int64_t before = 0;
    std::int64_t allowed = 0;
    bool isTokens = false;     ///< or requests
    std::int64_t requests = 0; ///< whatever the allowance is of
};

double shareOf(std::int64_t before, std::int64_t more, std::int64_t allowed)
{
    return allowed > 0 ? static_cast<double>(before + more) / static_cast<double>(allowed) : 0;
}

Used usedOf(const Candidate &candidate, const ChooseContext &context)
{
    const Node &node = *candidate.node;
    const TargetStats *stats = targetOf(candidate).stats.get();
    Used used;
    used.before = used.requests = stats ? stats->requestsLastMinute(context.now) : 0;
    used.allowed = node.rpm;
    used.share = shareOf(used.before, 1, node.rpm);
    if (node.tpm <= 0)
        return used;
    const std::int64_t tokens = stats ? stats->tokensLastMinute(context.now) : 0;
    const double share = shareOf(tokens, context.needs.inputTokens, node.tpm);
    return share < used.share ? used : Used{share, tokens, node.tpm, true, used.requests};
}

std::string usedText(const Numbers &numbers)
{
    const auto before = static_cast<std::int64_t>(numbers[0]);
    const auto allowed = static_cast<std::int64_t>(numbers[1]);
    return std::to_string(before) + (allowed > 0 ? " of " + std::to_string(allowed) : "")
           + (numbers[2] != 0 ? " tokens" : " requests") + " this minute";
}

LateText figureOf(const Used &used, std::string_view lead)
{
    return {lead, usedText, {static_cast<double>(used.before), static_cast<double>(used.allowed), used.isTokens ? 1.0 : 0.0}};
}

/// Takes those out that are at their limit, and says so; `uses` are left of the others.
std::vector<Candidate> takeFull(std::vector<Candidate> &candidates, std::vector<Used> &uses)
{
    std::vector<Candidate> full;
    std::size_t left = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (uses[i].share > 1) {
            candidates[i].excluded = std::make_unique<LateText>(figureOf(uses[i], "at its limit: "));
            full.push_back(std::move(candidates[i]));
            continue;
        }
        if (left != i) {
            candidates[left] = std::move(candidates[i]);
            uses[left] = uses[i];
        }
        ++left;
    }
    candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(left), candidates.end());
    return full;
}

} // namespace

void UsageStrategy::order(const Node &, std::vector<Candidate> &candidates, const ChooseContext &context) const
{
    std::vector<Used> uses;
    uses.reserve(candidates.size());
    for (const Candidate &candidate : candidates)
        uses.push_back(usedOf(candidate, context));
    std::vector<Candidate> full = takeFull(candidates, uses);
    const auto score = [&](const Candidate &candidate) {
        // Without an allowance there is no share: those come behind, by how much they did.
        const bool hasAllowance = candidate.node->rpm > 0 || candidate.node->tpm > 0;
        const Used &used = uses[indexIn(candidates, candidate)];
        return Score{hasAllowance ? used.share : 2, static_cast<double>(used.requests)};
    };
    const auto figure = [&](const Candidate &candidate) { return figureOf(uses[indexIn(candidates, candidate)], {}); };
    orderByScore(candidates, score, figure, "least used, ");
    std::move(full.begin(), full.end(), std::back_inserter(candidates));
}

} // namespace pm::routing
