// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/local_limits.h"

#include "base/hash.h"

namespace pm::policy {

namespace {

LimitState stateOf(const Gcra &law, const LimiterTable::Taken &taken, std::int64_t now)
{
    return {taken.decision.isAllowed, taken.decision.isNever, law.remaining(taken.tat, now),
            Gcra::resetNs(taken.tat, now), taken.decision.retryAfterNs};
}

} // namespace

std::uint64_t LocalLimits::keyOf(const LimitTake &take) const
{
    return spread(fnv1a(take.who, fnv1aStep(fnv1a(take.rule->name.id, m_seed), 0)));
}

std::optional<LimitAnswer> LocalLimits::take(const std::vector<LimitTake> &takes, std::int64_t now, Done)
{
    return takeNow(takes, now);
}

/// Looks at all first: one that refuses would else take from the others for a moment, and others might be
/// refused for it. Only when two take the last at the same time is something taken and given back.
LimitAnswer LocalLimits::takeNow(const std::vector<LimitTake> &takes, std::int64_t now)
{
    LimitAnswer answer;
    std::vector<std::uint64_t> keys;
    keys.reserve(takes.size());
    answer.states.reserve(takes.size());
    for (const LimitTake &take : takes) {
        const Gcra &law = take.rule->law;
        keys.push_back(keyOf(take));
        answer.states.push_back(stateOf(law, m_table.look(keys.back(), law, now, take.cost), now));
        answer.isAllowed = answer.isAllowed && answer.states.back().isAllowed;
    }
    for (std::size_t i = 0; answer.isAllowed && i < takes.size(); ++i) {
        const Gcra &law = takes[i].rule->law;
        answer.states[i] = stateOf(law, m_table.take(keys[i], law, now, takes[i].cost), now);
        answer.isAllowed = answer.states[i].isAllowed;
        for (std::size_t taken = 0; !answer.isAllowed && taken < i; ++taken)
            m_table.settle(keys[taken], takes[taken].rule->law, now, takes[taken].cost, 0);
    }
    return answer;
}

void LocalLimits::settle(const LimitTake &take, std::int64_t now, std::int64_t truth)
{
    if (truth != take.cost)
        m_table.settle(keyOf(take), take.rule->law, now, take.cost, truth);
}

} // namespace pm::policy
