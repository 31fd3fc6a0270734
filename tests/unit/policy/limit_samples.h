// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/limit_rules.h"

// Limits that the tests of policies share.
namespace pm::policy::test {

inline RateRule rate(std::string_view scope, config::Limit::Of of, std::int64_t amount,
                     std::chrono::milliseconds per, std::string by = "api-key")
{
    config::Limit limit;
    limit.of = of;
    limit.amount = amount;
    limit.per = per;
    limit.by = std::move(by);
    return compileLimits(scope, {limit}, {}).rates.front();
}

inline SlotRule slots(std::string_view scope, int requests, int queue = 100, std::string by = "router")
{
    config::Concurrency concurrency;
    concurrency.requests = requests;
    concurrency.queue = queue;
    concurrency.by = std::move(by);
    return compileLimits(scope, {}, {concurrency}).slots.front();
}

} // namespace pm::policy::test
