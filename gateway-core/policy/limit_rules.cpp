// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/limit_rules.h"

#include <algorithm>
#include <array>

namespace pm::policy {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kMicro = 1'000'000; ///< in a dollar

/// Two that count the same must not share a count: the second is told apart.
std::string unique(std::string id, const std::vector<std::string> &taken)
{
    const auto same = std::count_if(taken.begin(), taken.end(), [&](const std::string &other) {
        return other == id || other.starts_with(id + "|#");
    });
    return same == 0 ? id : id + "|#" + std::to_string(same + 1);
}

/// "minute", "90s", "3h".
std::string spanText(std::int64_t ms)
{
    struct Unit
    {
        std::int64_t ms;
        std::string_view word;
        std::string_view sign;
    };
    constexpr std::array<Unit, 5> kUnits{{{604'800'000, "week", ""},
                                          {86'400'000, "day", "d"},
                                          {3'600'000, "hour", "h"},
                                          {60'000, "minute", "m"},
                                          {1'000, "second", "s"}}};
    for (const Unit &unit : kUnits) {
        if (ms == unit.ms)
            return std::string(unit.word);
        if (ms % unit.ms == 0 && !unit.sign.empty())
            return std::to_string(ms / unit.ms) + std::string(unit.sign);
    }
    return std::to_string(ms) + "ms";
}

std::string forWhom(std::string_view by)
{
    if (by == "global")
        return "all together";
    return "for each " + std::string(by == "api-key" ? "client" : by);
}

} // namespace

std::string_view ofName(config::Limit::Of of)
{
    switch (of) {
    case config::Limit::Of::Requests:
        return "requests";
    case config::Limit::Of::Tokens:
        return "tokens";
    case config::Limit::Of::Cost:
        return "cost";
    }
    return "requests";
}

std::string amountText(config::Limit::Of of, std::int64_t amount)
{
    if (of != config::Limit::Of::Cost)
        return std::to_string(amount);
    std::string fraction = std::to_string(amount % kMicro);
    fraction.insert(0, 6 - fraction.size(), '0');
    while (fraction.size() > 2 && fraction.back() == '0')
        fraction.pop_back();
    return "$" + std::to_string(amount / kMicro) + "." + fraction;
}

std::string resetText(std::int64_t ns)
{
    constexpr std::int64_t kSecond = 1'000'000'000;
    if (ns <= 0)
        return "0s";
    if (ns <= kSecond - kNsPerMs)
        return std::to_string((ns + kNsPerMs - 1) / kNsPerMs) + "ms";
    const std::int64_t seconds = (ns + kSecond - 1) / kSecond;
    const std::string rest = std::to_string(seconds % 60) + "s";
    if (seconds < 60)
        return rest;
    const std::string minutes = std::to_string(seconds / 60 % 60) + "m" + rest;
    return seconds < 3600 ? minutes : std::to_string(seconds / 3600) + "h" + minutes;
}

LimitSet compileLimits(std::string_view scope, const std::vector<config::Limit> &limits,
                       const std::vector<config::Concurrency> &concurrency)
{
    LimitSet set;
    std::vector<std::string> ids;
    const std::string where(scope);
    for (const config::Limit &limit : limits) {
        const std::string of(ofName(limit.of));
        const std::int64_t ms = std::max<std::int64_t>(1, limit.per.count());
        RateRule rule{{where, {}, {}, limit.by},
                      limit.of,
                      Gcra(limit.amount, ms * kNsPerMs, limit.burst > 0 ? limit.burst : limit.amount)};
        rule.name.id = unique(where + "|" + of + "|" + limit.by + "|" + std::to_string(ms), ids);
        ids.push_back(rule.name.id);
        const std::string amount = amountText(limit.of, limit.amount);
        rule.name.text = (limit.of == config::Limit::Of::Cost ? amount : amount + " " + of) + " per " +
                         spanText(ms) + ", " + forWhom(limit.by) + " (" + where + ")";
        set.rates.push_back(std::move(rule));
    }
    for (const config::Concurrency &slots : concurrency) {
        SlotRule rule{{where, {}, {}, slots.by}, slots};
        rule.name.id = unique(where + "|at once|" + slots.by, ids);
        ids.push_back(rule.name.id);
        rule.name.text =
            std::to_string(slots.requests) + " requests at once, " + forWhom(slots.by) + " (" + where + ")";
        set.slots.push_back(std::move(rule));
    }
    return set;
}

const LimitSet *LimitRules::ofRouter(const std::string &router) const
{
    if (router.empty())
        return unified.isEmpty() ? nullptr : &unified;
    const auto found = routers.find(router);
    return found == routers.end() ? nullptr : &found->second;
}

LimitRules compileLimits(const config::Config &config)
{
    LimitRules rules;
    const auto compiled = [](std::string_view scope, const config::Policies &policies) {
        return compileLimits(scope, policies.limits, policies.concurrency);
    };
    rules.global = compiled("all requests", config.globalPolicies);
    rules.unified = compiled("/ai", config.unifiedPolicies);
    for (const config::Router &router : config.routers) {
        LimitSet set = compiled("router " + router.name, router.policies);
        if (!set.isEmpty())
            rules.routers.emplace(router.name, std::move(set));
    }
    return rules;
}

} // namespace pm::policy
