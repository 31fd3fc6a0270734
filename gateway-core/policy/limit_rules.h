// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "policy/gcra.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// The limits of a configuration, ready to be asked. Values; made on the main thread with a snapshot, read on
// all.
namespace pm::policy {

/// How one limit is called, everywhere it is counted: the same after a reload as long as it counts the same
/// thing in the same span, whatever its amount.
struct LimitName
{
    std::string scope; ///< "router work", "all requests", "/ai", "key alice"
    std::string id;    ///< "router work|tokens|user|60000": unique, stable, also between machines
    std::string text;  ///< for people: "200000 tokens per minute, for each user (router work)"
    std::string by;    ///< as in config::Limit
};

struct RateRule
{
    LimitName name;
    config::Limit::Of of = config::Limit::Of::Requests;
    Gcra law{1, 1, 1};
};

struct SlotRule
{
    LimitName name;
    config::Concurrency settings;
};

struct LimitSet
{
    std::vector<RateRule> rates;
    std::vector<SlotRule> slots;
    bool isEmpty() const { return rates.empty() && slots.empty(); }
};

/// `scope` as in LimitName.
LimitSet compileLimits(std::string_view scope, const std::vector<config::Limit> &limits,
                       const std::vector<config::Concurrency> &concurrency);

/// All limits of a configuration. Those of made client keys are in none: they come with the caller.
struct LimitRules
{
    LimitSet global;
    LimitSet unified;                        ///< of /ai and plain paths without a router
    std::map<std::string, LimitSet> routers; ///< those that have any

    /// Of what goes to `router`; empty: the model decides. Null when there are none.
    const LimitSet *ofRouter(const std::string &router) const;
    bool isEmpty() const { return global.isEmpty() && unified.isEmpty() && routers.empty(); }
};
LimitRules compileLimits(const config::Config &config);

std::string_view ofName(config::Limit::Of of); ///< "requests", "tokens", "cost"
/// 3 as "3", micro-dollars as "$0.000003": at least two places after the point.
std::string amountText(config::Limit::Of of, std::int64_t amount);
/// As OpenAI's headers have it: "1s", "6m0s", "1h0m3s", "120ms"; rounded up to milliseconds below a second,
/// else to seconds.
std::string resetText(std::int64_t ns);

} // namespace pm::policy
