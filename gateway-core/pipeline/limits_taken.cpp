// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/limits_taken.h"

#include "base/text.h"
#include "config/scalars.h"

#include <array>

namespace pm {

using config::Limit;
using policy::LimitTake;

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::size_t kMostName = 60; ///< bytes of a caller's name in a message

/// Index of the take of this kind that leaves the smallest share of its limit; none: -1.
int tightest(const LimitsTaken &limits, Limit::Of of)
{
    int best = -1;
    double least = 2;
    for (std::size_t i = 0; i < limits.takes.size(); ++i) {
        const LimitTake &take = limits.takes[i];
        if (take.rule->of != of)
            continue;
        const policy::LimitState &state = limits.answer.states[i];
        const double share =
            static_cast<double>(state.remaining) / static_cast<double>(take.rule->law.burst());
        const bool isLater =
            best >= 0 && share == least && state.resetNs > limits.answer.states[std::size_t(best)].resetNs;
        if (share < least || isLater) {
            least = share;
            best = static_cast<int>(i);
        }
    }
    return best;
}

/// Money without the sign: a number is easier to read for programs.
std::string number(Limit::Of of, std::int64_t amount)
{
    const std::string text = policy::amountText(of, amount);
    return of == Limit::Of::Cost ? text.substr(1) : text;
}

std::string whoText(const policy::LimitName &name, const std::string &who)
{
    if (name.by == "global")
        return {};
    if (who.empty())
        return "; requests that name no " + name.by + " share one";
    return "; this is " + name.by + " \"" + std::string(clipUtf8(who, kMostName)) + "\"";
}

std::string neverText(const LimitTake &take)
{
    const policy::RateRule &rule = *take.rule;
    const std::string unit = rule.of == Limit::Of::Cost ? "" : " " + std::string(policy::ofName(rule.of));
    return "it takes about " + policy::amountText(rule.of, take.cost) + unit + ", and no more than " +
           policy::amountText(rule.of, rule.law.burst()) + unit +
           " ever pass at once: shorten the request, or raise the limit's burst";
}

std::chrono::milliseconds roundedUp(std::int64_t ns)
{
    return std::chrono::milliseconds((ns + kNsPerMs - 1) / kNsPerMs);
}

} // namespace

void addLimitHeaders(const LimitsTaken &limits, http::Headers &headers)
{
    bool isRequestsOnly = true;
    int requests = -1;
    for (const Limit::Of of : {Limit::Of::Requests, Limit::Of::Tokens, Limit::Of::Cost}) {
        const int index = limits.answer.states.empty() ? -1 : tightest(limits, of);
        if (index < 0)
            continue;
        const policy::LimitState &state = limits.answer.states[static_cast<std::size_t>(index)];
        const std::string kind(policy::ofName(of));
        headers.set("x-ratelimit-limit-" + kind,
                    number(of, limits.takes[std::size_t(index)].rule->law.burst()));
        headers.set("x-ratelimit-remaining-" + kind, number(of, state.remaining));
        headers.set("x-ratelimit-reset-" + kind, policy::resetText(state.resetNs));
        isRequestsOnly = isRequestsOnly && of == Limit::Of::Requests;
        requests = of == Limit::Of::Requests ? index : requests;
    }
    if (isRequestsOnly && requests >= 0) { // as Helicone's gateway calls them
        headers.set("x-ratelimit-limit",
                    std::to_string(limits.takes[std::size_t(requests)].rule->law.burst()));
        headers.set("x-ratelimit-remaining",
                    std::to_string(limits.answer.states[std::size_t(requests)].remaining));
    }
}

Error limitError(const LimitsTaken &limits)
{
    std::size_t worst = limits.takes.size();
    for (std::size_t i = 0; i < limits.takes.size(); ++i) {
        const policy::LimitState &state = limits.answer.states[i];
        if (state.isAllowed)
            continue;
        const policy::LimitState *before =
            worst < limits.takes.size() ? &limits.answer.states[worst] : nullptr;
        if (!before || (!before->isNever && (state.isNever || state.retryAfterNs > before->retryAfterNs)))
            worst = i;
    }
    Error error{ErrorKind::RateLimited, "rate limit reached"};
    error.code = "rate_limit_exceeded";
    if (worst == limits.takes.size())
        return error;
    const LimitTake &take = limits.takes[worst];
    const policy::LimitState &state = limits.answer.states[worst];
    error.message += ": " + take.rule->name.text + whoText(take.rule->name, take.who) + "; ";
    if (state.isNever) {
        error.message += neverText(take);
    } else {
        error.retryAfter = std::max(std::chrono::milliseconds(1), roundedUp(state.retryAfterNs));
        error.message += "try again in " + policy::resetText(state.retryAfterNs);
    }
    return error;
}

Error queueError(const policy::SlotTake &slot, std::chrono::milliseconds waited,
                 std::chrono::milliseconds hint)
{
    const policy::LimitName &name = slot.rule->name;
    Error error{ErrorKind::RateLimited,
                "too many requests at once: " + name.text + whoText(name, slot.who) + "; "};
    error.code = "rate_limit_exceeded";
    error.retryAfter = hint;
    error.message +=
        waited.count() > 0
            ? "it waited " + config::writeDuration(slot.rule->settings.maxWait) + " for a place in vain"
            : "and " + std::to_string(slot.rule->settings.queue) + " are waiting already";
    return error;
}

std::vector<policy::LimitStatus> limitStatuses(const Snapshot &snapshot, const SharedLimits &limits,
                                               SteadyTime now)
{
    std::vector<policy::LimitStatus> statuses;
    const auto add = [&](const policy::LimitSet &set) {
        for (const policy::RateRule &rule : set.rates)
            statuses.push_back(limits.watch.statusOf(rule, limitTime(now)));
        for (const policy::SlotRule &rule : set.slots) {
            policy::LimitStatus status = limits.watch.statusOf(rule);
            const auto figures = limits.turnstile.figures(rule.name.id);
            status.running = figures.running;
            status.waiting = figures.waiting;
            statuses.push_back(std::move(status));
        }
    };
    add(snapshot.limits.global);
    add(snapshot.limits.unified);
    for (const auto &[name, set] : snapshot.limits.routers)
        add(set);
    for (const config::Server::ClientKey &key : snapshot.config.server.clientKeys)
        add(policy::compileLimits("key " + key.name, key.limits, {}));
    const auto made = snapshot.madeKeys ? snapshot.madeKeys->entries() : std::vector<policy::ClientKeyIndex::Entry>();
    for (const policy::ClientKeyIndex::Entry &entry : made) {
        if (entry.key.revokedAt == 0)
            add(policy::compileLimits("key " + entry.key.name, entry.key.limits, {}));
    }
    return statuses;
}

} // namespace pm
