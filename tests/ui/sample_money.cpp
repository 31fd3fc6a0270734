// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_money.h"

#include "format.h"

#include <QDateTime>

#include <algorithm>
#include <array>
#include <map>

namespace pm::ui::sample {

namespace {

constexpr std::int64_t kHour = 3'600'000'000;
constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400;

/// What somebody asks for again and again.
struct Habit
{
    const char *provider, *model, *router, *client, *app;
    std::int64_t perHour;    ///< requests in an hour of work
    std::int64_t microsEach; ///< what one costs
    std::int64_t cachedIn;   ///< of so many requests one comes from the cache; 0: none
    bool isPriced;
};
// clang-format off
constexpr std::array kHabits{
    Habit{"anthropic", "claude-sonnet-5", "production", "alice", "claude-code", 26, 21'300, 9, true},
    Habit{"openai", "gpt-5", "production", "ci", "codex", 18, 14'200, 4, true},
    Habit{"openai", "gpt-5-mini", "dev", "", "aider", 31, 1'150, 6, true},
    Habit{"gemini", "gemini-2.5-pro", "production", "alice", "opencode", 9, 9'400, 12, true},
    Habit{"ollama", "qwen3:32b", "dev", "", "aider", 22, 0, 0, true},
    Habit{"groq", "llama-4-70b", "", "bob", "sdk-js", 4, 0, 0, false},
};
// clang-format on

std::uint64_t scrambled(std::uint64_t value)
{
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

/// How busy the hour is, in percent.
std::int64_t busyness(std::int64_t hour, std::size_t habit)
{
    const QDateTime time = QDateTime::fromSecsSinceEpoch(hour * 3'600);
    const int at = time.time().hour();
    const bool isWork = at >= 9 && at < 19 && time.date().dayOfWeek() < 6;
    const auto noise =
        static_cast<std::int64_t>(scrambled(static_cast<std::uint64_t>(hour) * 31 + habit) % 90);
    return isWork ? 40 + noise : at >= 7 && at < 23 ? noise / 5 : 0;
}

std::string valueOf(const Habit &habit, const std::string &by, const QDateTime &time)
{
    if (by == "provider")
        return habit.provider;
    if (by == "model")
        return std::string(habit.provider) + "/" + habit.model;
    if (by == "router")
        return habit.router;
    if (by == "client")
        return habit.client;
    if (by == "app")
        return habit.app;
    const QString day = time.date().toString(Qt::ISODate);
    return by == "day" ? day.toStdString() : std::string(habit.app) + "-" + day.mid(5).toStdString();
}

void add(trace::SpendRow &row, const Habit &habit, std::int64_t requests)
{
    const std::int64_t cached = habit.cachedIn > 0 ? requests / habit.cachedIn : 0;
    row.requests += requests;
    row.inputTokens += requests * 9'200;
    row.outputTokens += requests * 640;
    row.costMicroUsd += (requests - cached) * habit.microsEach;
    row.savedMicroUsd += cached * habit.microsEach;
    row.unpriced += habit.isPriced ? 0 : requests;
}

policy::BudgetState budget(const std::string &name, const policy::Account &account, double usd, double spent)
{
    policy::BudgetState state;
    state.name = name;
    state.budget.name = name;
    state.budget.microUsd = std::int64_t(usd * 1e6);
    state.budget.per = account.per;
    state.budget.by = account.by;
    state.balance.account = account;
    state.balance.spent = std::int64_t(spent * 1e6);
    const QDate today = QDate::currentDate();
    const QDate month(today.year(), today.month(), 1);
    const bool isDaily = account.per == config::Budget::Per::Day;
    state.balance.span.begin = (isDaily ? today : month).startOfDay().toSecsSinceEpoch();
    state.balance.span.end =
        (isDaily ? today.addDays(1) : month.addMonths(1)).startOfDay().toSecsSinceEpoch();
    return state;
}

policy::ClientKey key(const std::string &name, const std::string &shown, std::int64_t now,
                      std::int64_t usedAgo)
{
    policy::ClientKey key;
    key.name = name;
    key.shown = shown;
    key.createdAt = now - 41 * kDay;
    key.usedAt = usedAgo < 0 ? 0 : now - usedAgo;
    return key;
}

} // namespace

Result<std::vector<trace::SpendRow>> spend(const trace::SpendQuery &query, std::int64_t nowMicros)
{
    std::map<std::string, trace::SpendRow> sums;
    const std::int64_t until = std::min(nowMicros, query.until > 0 ? query.until : nowMicros);
    for (std::int64_t hour = query.since / kHour; hour * kHour < until; ++hour) {
        const QDateTime time = QDateTime::fromSecsSinceEpoch(hour * 3'600);
        for (std::size_t i = 0; i < kHabits.size(); ++i) {
            const std::string value = valueOf(kHabits[i], query.by, time);
            const std::int64_t requests = kHabits[i].perHour * busyness(hour, i) / 100;
            if (value.empty() || requests == 0)
                continue;
            trace::SpendRow &row = sums[value];
            row.value = value;
            add(row, kHabits[i], requests);
        }
    }
    std::vector<trace::SpendRow> rows;
    for (const auto &[value, row] : sums)
        rows.push_back(row);
    if (query.by != "day")
        std::stable_sort(rows.begin(), rows.end(),
                         [](const auto &a, const auto &b) { return a.costMicroUsd > b.costMicroUsd; });
    return rows;
}

std::vector<policy::BudgetState> budgets(std::int64_t)
{
    using Per = config::Budget::Per;
    std::vector<policy::BudgetState> list{
        budget("global/month", {"global", "global", "", Per::Month}, 200, 118.4),
        budget("daily", {"global", "user", "bob", Per::Day}, 5, 4.41),
        budget("daily", {"global", "user", "ann", Per::Day}, 5, 0.8123),
        budget("production/month", {"router production", "router", "production", Per::Month}, 40, 41.2),
        budget("alice/month", {"client-key alice", "api-key", "alice", Per::Month}, 20, 8.13),
        budget("ci/day", {"client-key ci", "api-key", "ci", Per::Day}, 5, 5.02),
    };
    list[0].balance.reserved = 210'000;
    list[3].budget.then = config::Budget::Then::Downgrade;
    return list;
}

std::vector<policy::ClientKey> clientKeys(std::int64_t nowMicros)
{
    const std::int64_t now = nowMicros / kSecond;
    policy::ClientKey alice = key("alice", "pm-Ab3d", now, 190);
    alice.routers = {"production", "dev"};
    alice.models = {"openai/gpt-5*", "anthropic/claude-sonnet-5"};
    alice.limits = {{config::Limit::Of::Requests, 100, std::chrono::minutes(1)},
                    {config::Limit::Of::Tokens, 200'000, std::chrono::hours(1)}};
    alice.metadata = {{"team", "ml"}, {"user", "alice"}};
    alice.expiresAt = now + 49 * kDay + 100;
    policy::ClientKey ci = key("ci", "pm-x91K", now, 7 * 3'600);
    ci.routers = {"production"};
    policy::ClientKey contractor = key("contractor", "pm-Qw0z", now, 12 * kDay);
    contractor.expiresAt = now - 11 * kDay;
    policy::ClientKey lost = key("old-laptop", "pm-77fR", now, 30 * kDay);
    lost.revokedAt = now - 29 * kDay;
    return {alice, ci, contractor, key("notebook", "pm-Lk2e", now, -1), lost};
}

std::vector<config::Server::ClientKey> configuredKeys()
{
    config::Server::ClientKey bob;
    bob.name = "bob";
    bob.key = "env:BOB_KEY";
    bob.models = {"openai/gpt-5*", "fast"};
    return {bob};
}

void addMoney(Source &source)
{
    auto keys = std::make_shared<std::vector<policy::ClientKey>>(clientKeys(nowMicros()));
    SourceChanges *changes = source.changes.get();
    source.budgets = [] { return budgets(nowMicros()); };
    source.clientKeys = [keys] { return *keys; };
    source.configuredKeys = [] { return configuredKeys(); };
    source.createClientKey = [keys, changes](const policy::ClientKey &wanted) -> Result<Secret> {
        std::erase_if(*keys, [&](const policy::ClientKey &other) { return other.name == wanted.name; });
        policy::ClientKey made = wanted;
        made.shown = "pm-Zz90";
        made.createdAt = nowMicros() / kSecond;
        keys->push_back(made);
        Q_EMIT changes->clientKeys();
        return Secret("pm-Zz90aQ4dPl7mXc2vR8sT1yKw5nHj3bGf");
    };
    source.revokeClientKey = [keys, changes](const std::string &name) -> Result<void> {
        for (policy::ClientKey &key : *keys) {
            if (key.name != name)
                continue;
            key.revokedAt = nowMicros() / kSecond;
            Q_EMIT changes->clientKeys();
            return {};
        }
        return fail(ErrorKind::NotFound, "there is no client key " + name);
    };
}

void addNoMoney(Source &source)
{
    addMoney(source);
    source.budgets = [] { return std::vector<policy::BudgetState>(); };
    source.clientKeys = [] { return std::vector<policy::ClientKey>(); };
    source.configuredKeys = [] { return std::vector<config::Server::ClientKey>(); };
}

} // namespace pm::ui::sample
