// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/policy_source.h"

namespace pm::ui {

PolicySource policySourceOf(Gateway &gateway)
{
    PolicySource source;
    source.limits = [&gateway] { return gateway.limits(); };
    source.guardrails = [&gateway] { return gateway.guardrails(); };
    source.cacheCounts = [&gateway] { return gateway.cacheCounts(); };
    source.nearMisses = [&gateway] { return gateway.nearMisses(); };
    source.readCache = [&gateway](std::function<void(policy::CacheHoldings)> done) { gateway.readCache(std::move(done)); };
    source.purgeCache = [&gateway](const policy::CachePurge &which, std::function<void(std::uint64_t)> done) {
        gateway.purgeCache(which, std::move(done));
    };
    return source;
}

} // namespace pm::ui
