// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_policies.h"

#include "format.h"
#include "sample_routers.h"

#include <QCoreApplication>
#include <QTimer>

namespace pm::ui::sample {

namespace {

void later(std::function<void()> work)
{
    QTimer::singleShot(0, QCoreApplication::instance(), std::move(work));
}

policy::LimitStatus limit(const char *kind, const char *by, std::int64_t amount, std::int64_t perMs, std::int64_t burst)
{
    policy::LimitStatus status;
    status.scope = "router guarded";
    status.kind = kind;
    status.by = by;
    status.amount = amount;
    status.perMs = perMs;
    status.limit = burst > 0 ? burst : amount;
    return status;
}

std::vector<policy::LimitStatus> limits()
{
    std::vector<policy::LimitStatus> all{limit("requests", "api-key", 1'000, 60'000, 0), limit("requests", "user", 20, 60'000, 5),
                                         limit("tokens", "metadata.project", 2'000'000, 3'600'000, 0),
                                         limit("at once", "router", 0, 0, 8)};
    all[1].refusedToday = 12;
    all[1].callers = {{"bob@example.com", 1, 4'000, 12}, {"ann@example.com", 2, 2'000, 0}};
    all[2].callers = {{"search", 41'200, 1'800'000, 0}};
    all[3].running = 3;
    all[3].waiting = 1;
    all[3].waitedToday = 214;
    return all;
}

} // namespace

std::vector<policy::BudgetState> policyBudgets()
{
    config::Budget month;
    month.microUsd = 200'000'000;
    config::Budget day;
    day.microUsd = 5'000'000;
    day.per = config::Budget::Per::Day;
    day.by = "user";
    day.then = config::Budget::Then::Downgrade;
    const auto state = [](const config::Budget &budget, const char *who, std::int64_t spent) {
        policy::BudgetState made{"guarded/month", budget, {}};
        made.balance.account = {"router guarded", budget.by, who, budget.per};
        made.balance.spent = spent;
        return made;
    };
    return {state(month, "guarded", 83'412'000), state(day, "ann@example.com", 1'204'000), state(day, "bob@example.com", 4'610'000)};
}

namespace {

std::vector<policy::GuardCount> guardrails()
{
    policy::GuardCount pii{"guarded", "pii", "pii", "hard"};
    pii.replaced = 41;
    policy::GuardCount secrets{"guarded", "secrets", "secrets", "hard"};
    secrets.blocked = 2;
    return {pii, secrets, {"guarded", "code names", "patterns", "soft"}};
}

std::vector<policy::NearMiss> misses()
{
    const std::int64_t now = nowMicros() / 1'000'000;
    const auto miss = [now](double similarity, const char *asked, const char *stored) {
        return policy::NearMiss{now - 600, "guarded", similarity, 0.95, asked, stored};
    };
    return {
        miss(0.948, "How do I rotate my API key?", "How can I rotate an API key?"),
        miss(0.941, "What is the refund policy for annual plans?", "What's your refund policy for yearly plans?"),
        miss(0.927, "Where do I find my invoices?", "Where can I download invoices?"),
        miss(0.913, "Can I pause my subscription?", "Can I cancel my subscription?"),
        miss(0.902, "Is there a student discount?", "Do you offer discounts for teams?"),
        miss(0.884, "How do I delete my account?", "How do I delete a project?"),
        miss(0.871, "What does error 429 mean?", "What does error 529 mean?"),
        miss(0.858, "How long are logs kept?", "How long are backups kept?"),
    };
}

} // namespace

std::string policiesText()
{
    return routersText() +
           "  guarded:\n"
           "    route: {strategy: latency, children: [openai/gpt-5-mini, anthropic/claude-haiku-4-5]}\n"
           "    cache:\n"
           "      directive: max-age=86400\n"
           "      single-flight: true\n"
           "      semantic: {embedding: ollama/nomic-embed-text, threshold: 0.95}\n"
           "    rate-limit:\n"
           "      per-api-key: {capacity: 1000, refill-frequency: 1m}\n"
           "      limits:\n"
           "        - {requests: 20, per: minute, burst: 5, by: user}  # steady\n"
           "        - {tokens: 2000000, per: hour, by: metadata.project}\n"
           "      concurrency: {requests: 8}\n"
           "    budgets:\n"
           "      - {usd: 200, per: month}\n"
           "      - {usd: 5, per: day, by: user, then: downgrade}\n"
           "    guardrails:\n"
           "      - {check: pii, action: replace, entities: [email, phone, iban]}\n"
           "      - secrets\n"
           "      - {check: patterns, name: code names, patterns: ['(?i)project\\s+falcon', '(?i)bluebird'], mode: soft, action: redact}\n";
}

std::string troubledPoliciesText()
{
    return policiesText() +
           "  muddled:\n"
           "    route: openai/gpt-5\n"
           "    cache: {directive: max-age=soon, buckets: 50, semantic: {threshold: 2}}\n"
           "    rate-limit:\n"
           "      limits:\n"
           "        - {requests: many, per: fortnight}\n"
           "        - {per: day, by: metadata.a-very-long-name-of-a-department-of-research}\n"
           "      concurrency: {requests: 0, max-wait: 3}\n"
           "    budgets:\n"
           "      - {usd: -3, per: year}\n"
           "    guardrails:\n"
           "      - {check: pii, entities: [e-mail], mode: flag, action: redact}\n"
           "      - {check: patterns, patterns: ['(unclosed']}\n"
           "      - {check: max-tools}\n"
           "      - swearing\n";
}

PolicySource policies()
{
    PolicySource source = noPolicies();
    source.limits = limits;
    source.guardrails = guardrails;
    source.cacheCounts = [] {
        metrics::CacheCounts counts;
        counts.hits = 1'204;
        counts.semanticHits = 87;
        counts.misses = 1'846;
        counts.stored = 1'802;
        counts.savedMicroUsd = 14'318'000;
        counts.savedUs = 5'170'000'000;
        return std::map<std::string, metrics::CacheCounts>{{"guarded", counts}};
    };
    source.nearMisses = misses;
    const auto held = std::make_shared<std::uint64_t>(1'802);
    source.readCache = [held](std::function<void(policy::CacheHoldings)> done) {
        policy::CacheHoldings holdings;
        holdings.store = "disk";
        holdings.use.entries = *held + 310;
        holdings.use.bytes = *held * 5'120 + 2'400'000;
        holdings.use.routers = {{"guarded", *held, *held * 5'120}, {"production", 310, 2'400'000}};
        later([done = std::move(done), holdings] { done(holdings); });
    };
    source.purgeCache = [held](const policy::CachePurge &, std::function<void(std::uint64_t)> done) {
        const std::uint64_t gone = *held / 3;
        *held -= gone;
        later([done = std::move(done), gone] { done(gone); });
    };
    return source;
}

PolicySource noPolicies()
{
    PolicySource source;
    source.limits = [] { return std::vector<policy::LimitStatus>(); };
    source.guardrails = [] { return std::vector<policy::GuardCount>(); };
    source.cacheCounts = [] { return std::map<std::string, metrics::CacheCounts>(); };
    source.nearMisses = [] { return std::vector<policy::NearMiss>(); };
    source.readCache = [](std::function<void(policy::CacheHoldings)> done) { later([done = std::move(done)] { done({}); }); };
    source.purgeCache = [](const policy::CachePurge &, std::function<void(std::uint64_t)> done) {
        later([done = std::move(done)] { done(0); });
    };
    return source;
}

} // namespace pm::ui::sample
