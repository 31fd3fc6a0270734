// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/policy_text.h"

#include "format.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::policies", text);
}

Deed notInForce()
{
    return {tr("not in force yet")};
}

std::string kindOf(const config::Limit &limit)
{
    using Of = config::Limit::Of;
    return limit.of == Of::Cost ? "cost" : limit.of == Of::Tokens ? "tokens" : "requests";
}

QString amountText(const policy::LimitStatus &status, std::int64_t amount)
{
    return status.kind == "cost" ? costText(amount) : countText(amount);
}

QString whoText(const std::string &who)
{
    return who.empty() ? tr("requests that do not say") : fromUtf8(who);
}

/// Who has the least left.
QString nearestText(const policy::LimitStatus &status)
{
    if (status.callers.empty() || status.kind == "at once")
        return {};
    const policy::LimitStatus::Who &first = status.callers.front();
    const QString left = amountText(status, std::max<std::int64_t>(first.remaining, 0));
    return status.by == "global" || status.by == "router" ? tr("%1 left").arg(left)
                                                          : tr("%1 has %2 left").arg(whoText(first.who), left);
}

Deed joined(QStringList parts, bool isRefusing)
{
    parts.removeAll(QString());
    return {parts.join(u" · "_s), isRefusing ? Tone::Warn : Tone::Normal};
}

QString spanText(config::Budget::Per per)
{
    using Per = config::Budget::Per;
    switch (per) {
    case Per::Hour:
        return tr("this hour");
    case Per::Day:
        return tr("today");
    case Per::Week:
        return tr("this week");
    case Per::Month:
        return tr("this month");
    case Per::Total:
        break;
    }
    return tr("in total");
}

double spentShare(const policy::BudgetState &state)
{
    return static_cast<double>(state.balance.spent) / static_cast<double>(std::max<std::int64_t>(state.budget.microUsd, 1));
}

} // namespace

std::int64_t hitsOf(const metrics::CacheCounts &counts)
{
    return static_cast<std::int64_t>(counts.hits + counts.semanticHits);
}

std::int64_t askedOf(const metrics::CacheCounts &counts)
{
    return hitsOf(counts) + static_cast<std::int64_t>(counts.misses + counts.refreshes);
}

std::optional<double> hitRate(const metrics::CacheCounts &counts)
{
    const std::int64_t asked = askedOf(counts);
    return asked == 0 ? std::nullopt : std::optional(static_cast<double>(hitsOf(counts)) / static_cast<double>(asked));
}

Deed cacheDeed(const std::optional<metrics::CacheCounts> &counts)
{
    if (!counts || askedOf(*counts) == 0)
        return {tr("since the start: no request looked here yet")};
    const QString hits = tr("since the start: %1 hits, %2 misses (%3)")
                             .arg(countText(hitsOf(*counts)), countText(askedOf(*counts) - hitsOf(*counts)),
                                  percentText(hitRate(*counts)));
    if (hitsOf(*counts) == 0)
        return {hits};
    return {hits + tr(" · saved %1 and %2")
                       .arg(costText(static_cast<std::int64_t>(counts->savedMicroUsd)),
                            durationText(static_cast<std::int64_t>(counts->savedUs)))};
}

Deed limitDeed(const config::Limit &limit, const std::string &router, const PolicyFacts &facts)
{
    const auto status = std::find_if(facts.limits.begin(), facts.limits.end(), [&](const policy::LimitStatus &each) {
        return each.scope == "router " + router && each.kind == kindOf(limit) && each.by == limit.by
               && each.amount == limit.amount && each.perMs == limit.per.count()
               && each.limit == (limit.burst > 0 ? limit.burst : limit.amount);
    });
    if (status == facts.limits.end())
        return notInForce();
    const bool refuses = status->refusedToday > 0;
    return joined({refuses ? tr("today: %1 refused").arg(countText(status->refusedToday)) : tr("today: nothing refused"),
                   nearestText(*status)},
                  refuses);
}

Deed concurrencyDeed(const config::Concurrency &concurrency, const std::string &router, const PolicyFacts &facts)
{
    const auto status = std::find_if(facts.limits.begin(), facts.limits.end(), [&](const policy::LimitStatus &each) {
        return each.scope == "router " + router && each.kind == "at once" && each.by == concurrency.by
               && each.limit == concurrency.requests;
    });
    if (status == facts.limits.end())
        return notInForce();
    const bool refuses = status->refusedToday > 0;
    QStringList parts{tr("now: %1 under way, %2 waiting").arg(status->running).arg(status->waiting)};
    if (status->waitedToday > 0 || refuses)
        parts.append(tr("today: %1 waited, %2 refused").arg(countText(status->waitedToday), countText(status->refusedToday)));
    else
        parts.append(tr("today: nobody had to wait"));
    return joined(parts, refuses);
}

Deed budgetDeed(const config::Budget &budget, const std::string &router, const PolicyFacts &facts)
{
    std::vector<const policy::BudgetState *> own;
    for (const policy::BudgetState &state : facts.budgets) {
        if (state.budget == budget && state.balance.account.place == "router " + router)
            own.push_back(&state);
    }
    if (own.empty())
        return notInForce();
    const policy::BudgetState &most = **std::max_element(
        own.begin(), own.end(), [](const auto *a, const auto *b) { return spentShare(*a) < spentShare(*b); });
    if (most.balance.spent == 0)
        return {tr("%1: nothing spent").arg(spanText(budget.per))};
    const QString spent = tr("%1: %2 of %3 spent (%4)")
                              .arg(spanText(budget.per), costText(most.balance.spent), costText(budget.microUsd),
                                   percentText(spentShare(most)));
    const bool isSpent = most.balance.spent >= budget.microUsd;
    const bool isNear = spentShare(most) >= budget.warnAt;
    QStringList parts{spent};
    if (budget.by != "router" && budget.by != "global")
        parts.append(own.size() == 1   ? tr("by %1").arg(whoText(most.balance.account.who))
                     : own.size() == 2 ? tr("by %1; one other less").arg(whoText(most.balance.account.who))
                                       : tr("by %1; %2 others less").arg(whoText(most.balance.account.who)).arg(own.size() - 1));
    Deed deed = joined(parts, false);
    deed.tone = isSpent ? Tone::Bad : isNear ? Tone::Warn : Tone::Normal;
    return deed;
}

Deed guardrailDeed(const config::Guardrail &guardrail, const std::string &router, const PolicyFacts &facts)
{
    const std::string &name = guardrail.name.empty() ? guardrail.check : guardrail.name;
    const auto count = std::find_if(facts.guardrails.begin(), facts.guardrails.end(), [&](const policy::GuardCount &each) {
        return each.scope == router && each.name == name && each.check == guardrail.check;
    });
    if (count == facts.guardrails.end())
        return notInForce();
    QStringList parts;
    const auto add = [&](std::uint64_t number, const QString &text) {
        if (number > 0)
            parts.append(text.arg(countText(static_cast<std::int64_t>(number))));
    };
    add(count->blocked, tr("%1 blocked"));
    add(count->redacted, tr("%1 redacted"));
    add(count->replaced, tr("%1 replaced"));
    add(count->flagged, tr("%1 flagged"));
    if (parts.isEmpty())
        return {tr("today (UTC): nothing found")};
    return {tr("today (UTC): %1").arg(parts.join(u", "_s)), count->blocked > 0 ? Tone::Warn : Tone::Normal};
}

} // namespace pm::ui
