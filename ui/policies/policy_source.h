// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace pm::ui {

/// What the window asks of the gateway about policies. GUI thread; every member is set, none waits.
struct PolicySource
{
    std::function<std::vector<policy::LimitStatus>()> limits;
    std::function<std::vector<policy::GuardCount>()> guardrails;
    std::function<std::map<std::string, metrics::CacheCounts>()> cacheCounts;
    std::function<std::vector<policy::NearMiss>()> nearMisses;
    /// As Gateway::readCache and purgeCache: `done` comes later, on the GUI thread, or never.
    std::function<void(std::function<void(policy::CacheHoldings)> done)> readCache;
    std::function<void(const policy::CachePurge &, std::function<void(std::uint64_t)> done)> purgeCache;
};

/// The gateway must outlive the window.
PolicySource policySourceOf(Gateway &gateway);

} // namespace pm::ui
