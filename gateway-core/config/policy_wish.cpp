// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/policy_wish.h"

#include "config/config_build.h"
#include "config/scalars.h"

#include <algorithm>
#include <array>

namespace pm::config {

using yaml::Node;

namespace {

using Of = Limit::Of;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string usdText(std::int64_t microUsd)
{
    return writeNumber(static_cast<double>(microUsd) / 1e6);
}

/// A span of one unit by its word.
std::string spanText(milliseconds span)
{
    for (const char *word : {"second", "minute", "hour", "day", "week"}) {
        if (parseSpan(word) == span)
            return word;
    }
    return writeDuration(span);
}

Wish wholeMap()
{
    Wish map = mapWish();
    map.isWhole = true;
    return map;
}

/// Implied where nothing is in it.
void addList(Wish &map, std::string_view name, Wish list)
{
    const bool isEmpty = list.entries.empty();
    map.entries.push_back({std::string(name), std::move(list), isEmpty});
}

Wish semanticWish(const SemanticCache &semantic)
{
    const SemanticCache standard;
    Wish wish = wholeMap();
    add(wish, "embedding", semantic.embedding, false);
    add(wish, "threshold", semantic.threshold, standard.threshold);
    add(wish, "messages", semantic.messages, standard.messages);
    return wish;
}

Wish cacheWish(const Cache &cache, const Node *present)
{
    const Cache standard;
    Wish wish = wholeMap();
    add(wish, "enabled", cache.enabled ? "true" : "false", cache.enabled);
    add(wish, "directive", cache.directive, cache.directive.empty());
    add(wish, "buckets", cache.buckets, standard.buckets);
    add(wish, "seed", cache.seed, cache.seed.empty());
    add(wish, "replay", cache.replay == Cache::Replay::Paced ? "paced" : "at-once", cache.replay == standard.replay);
    add(wish, "share", cache.share == Cache::Share::All ? "all" : "client", cache.share == standard.share);
    add(wish, "single-flight", cache.singleFlight ? "true" : "false", !cache.singleFlight);
    add(wish, "max-entry", writeSize(cache.maxEntry), cache.maxEntry == standard.maxEntry);
    if (cache.semantic)
        wish.entries.push_back({"semantic", semanticWish(*cache.semantic), false});
    // A map without anything in it would be none; one that is written as {} may stay so, and what it has of defaults.
    const bool saysNothing =
        std::all_of(wish.entries.begin(), wish.entries.end(), [](const WishEntry &e) { return e.isImplied; });
    const bool keepsSome = present && present->isMap() &&
                           (present->children.empty() ||
                            std::any_of(present->children.begin(), present->children.end(),
                                        [&](const yaml::Child &child) { return wish.get(child.name); }));
    wish.entries.front().isImplied = cache.enabled && (!saysNothing || keepsSome);
    return wish;
}

/// The short forms of limits, in the order in which they are read.
struct ShortForm
{
    std::string_view name;
    Limit standard;
};
const std::array kShortForms{
    ShortForm{"per-api-key", {Of::Requests, 500, seconds(1)}},
    ShortForm{"requests", {Of::Requests, 500, seconds(1)}},
    ShortForm{"tokens", {Of::Tokens, 0, minutes(1)}},
    ShortForm{"cost", {Of::Cost, 0, hours(24)}},
};

bool fits(const ShortForm &form, const Limit &limit)
{
    return limit.of == form.standard.of && limit.burst == 0 && (form.name != "per-api-key" || limit.by == "api-key");
}

Wish shortWish(const ShortForm &form, const Limit &limit)
{
    const bool isCost = limit.of == Of::Cost;
    Wish wish = wholeMap();
    add(wish, isCost ? "usd" : "capacity", isCost ? usdText(limit.amount) : std::to_string(limit.amount),
        limit.amount == form.standard.amount);
    add(wish, isCost ? "per" : "refill-frequency", spanText(limit.per), limit.per == form.standard.per);
    if (form.name != "per-api-key")
        add(wish, "by", limit.by, limit.by == form.standard.by);
    return wish;
}

Wish limitWish(const Limit &limit)
{
    const bool isCost = limit.of == Of::Cost;
    Wish wish = wholeMap();
    add(wish, isCost ? "usd" : limit.of == Of::Tokens ? "tokens" : "requests",
        isCost ? usdText(limit.amount) : std::to_string(limit.amount), false);
    add(wish, "per", spanText(limit.per), false);
    add(wish, "burst", isCost ? usdText(limit.burst) : std::to_string(limit.burst), limit.burst == 0);
    add(wish, "by", limit.by, limit.by == Limit().by);
    return wish;
}

Wish concurrencyWish(const Concurrency &concurrency)
{
    const Concurrency standard;
    Wish wish = wholeMap();
    add(wish, "requests", std::to_string(concurrency.requests), false);
    add(wish, "by", concurrency.by, concurrency.by == standard.by);
    add(wish, "queue", concurrency.queue, standard.queue);
    add(wish, "max-wait", concurrency.maxWait, standard.maxWait);
    return wish;
}

/// Short forms of the text take the first limits as long as these can be said in them. Where a limit came or went,
/// only those stay that say what they said.
void addLimits(Wish &wish, const Policies &policies, const Node *present)
{
    Policies before;
    buildLimits(present, before);
    const bool isSameCount = before.limits.size() == policies.limits.size();
    std::size_t seen = 0;
    auto next = policies.limits.begin();
    for (const ShortForm &form : kShortForms) {
        if (!entryAt(present, form.name))
            continue;
        const Limit &old = before.limits[seen++];
        if (next == policies.limits.end() || !fits(form, *next) || !(isSameCount || *next == old))
            continue;
        wish.entries.push_back({std::string(form.name), shortWish(form, *next++), false});
    }
    Wish list = listWish();
    for (; next != policies.limits.end(); ++next)
        list.entries.push_back({{}, limitWish(*next), false});
    addList(wish, "limits", std::move(list));
}

void addConcurrency(Wish &wish, const std::vector<Concurrency> &all, const Node *present)
{
    const Node *old = entryAt(present, "concurrency");
    if (all.size() == 1 && (!old || !old->isList())) {
        wish.entries.push_back({"concurrency", concurrencyWish(all.front()), false});
        return;
    }
    Wish list = listWish();
    for (const Concurrency &each : all)
        list.entries.push_back({{}, concurrencyWish(each), false});
    addList(wish, "concurrency", std::move(list));
}

Wish rateLimitWish(const Policies &policies, const Node *present)
{
    Wish wish = wholeMap();
    addLimits(wish, policies, present);
    addConcurrency(wish, policies.concurrency, present);
    for (const char *foreign : {"store", "cleanup-interval"}) { // warned of, and left to their owner
        if (const Node *kept = entryAt(present, foreign))
            wish.entries.push_back({foreign, wishOf(*kept), true});
    }
    return wish;
}

std::string_view perWord(Budget::Per per)
{
    constexpr std::array<std::string_view, 5> words{"hour", "day", "week", "month", "total"};
    return words[static_cast<std::size_t>(per)];
}

Wish budgetWish(const Budget &budget)
{
    const Budget standard;
    Wish wish = wholeMap();
    add(wish, "usd", usdText(budget.microUsd), false);
    add(wish, "per", perWord(budget.per), budget.per == standard.per);
    add(wish, "by", budget.by, budget.by == standard.by);
    add(wish, "warn-at", budget.warnAt, standard.warnAt);
    add(wish, "then", budget.then == Budget::Then::Downgrade ? "downgrade" : "stop", budget.then == standard.then);
    add(wish, "name", budget.name, budget.name.empty());
    return wish;
}

/// The single one is read after those of the list.
void addBudgets(Wish &router, const std::vector<Budget> &budgets, const Node *present)
{
    const Node *single = entryAt(present, "budget");
    const std::vector<Budget> before = present ? buildBudgets(*present, Budget().by) : std::vector<Budget>();
    const bool staysSingle = single && single->isMap() && !budgets.empty() && !before.empty() &&
                             (before.size() == budgets.size() || before.back() == budgets.back());
    Wish list = listWish();
    for (std::size_t i = 0; i + (staysSingle ? 1 : 0) < budgets.size(); ++i)
        list.entries.push_back({{}, budgetWish(budgets[i]), false});
    addList(router, "budgets", std::move(list));
    if (staysSingle)
        router.entries.push_back({"budget", budgetWish(budgets.back()), false});
}

void addWord(Wish &wish, std::string_view name, std::initializer_list<std::string_view> words, std::optional<int> chosen)
{
    if (chosen)
        add(wish, name, *(words.begin() + *chosen), false);
}

/// As the text has it where it says the same, which may be a map; else as JSON text.
Wish schemaWish(const std::string &schema, const Node *list)
{
    for (std::size_t i = 0; itemAt(list, i); ++i) {
        const Node *present = entryAt(itemAt(list, i), "schema");
        if (present && buildGuardrail(*itemAt(list, i)).schema == schema)
            return wishOf(*present);
    }
    return textWish(schema);
}

Wish guardrailWish(const Guardrail &guardrail, const Node *list)
{
    const auto number = [](const auto &word) { return word ? std::optional(static_cast<int>(*word)) : std::nullopt; };
    Wish wish = mapWish();
    add(wish, "check", guardrail.check, false);
    add(wish, "name", guardrail.name, guardrail.name.empty());
    addWord(wish, "mode", {"flag", "soft", "hard"}, number(guardrail.mode));
    addWord(wish, "action", {"block", "redact", "replace"}, number(guardrail.action));
    addWord(wish, "side", {"request", "answer", "both"}, number(guardrail.side));
    addList(wish, "entities", listWish(guardrail.entities));
    addList(wish, "patterns", listWish(guardrail.patterns));
    addList(wish, "models", listWish(guardrail.models));
    addList(wish, "tools", listWish(guardrail.tools));
    if (!guardrail.schema.empty())
        wish.entries.push_back({"schema", schemaWish(guardrail.schema, list), false});
    if (guardrail.limit)
        add(wish, "limit", guardrail.check == "max-size" ? writeSize(*guardrail.limit) : std::to_string(*guardrail.limit),
            false);
    return wish;
}

} // namespace

void addPolicies(Wish &router, const Policies &policies, const Node *present)
{
    if (policies.cache)
        router.entries.push_back({"cache", cacheWish(*policies.cache, entryAt(present, "cache")), false});
    const Node *limits = entryAt(present, "rate-limit");
    Wish rateLimit = rateLimitWish(policies, limits);
    if (!policies.limits.empty() || !policies.concurrency.empty() || (limits && limits->isMap() && rateLimit.entries.size() > 2))
        router.entries.push_back({"rate-limit", std::move(rateLimit), false});
    addBudgets(router, policies.budgets, present);
    const Node *list = entryAt(present, "guardrails");
    Wish guardrails = listWish();
    for (const Guardrail &guardrail : policies.guardrails)
        guardrails.entries.push_back({{}, guardrailWish(guardrail, list), false});
    addList(router, "guardrails", std::move(guardrails));
}

} // namespace pm::config
