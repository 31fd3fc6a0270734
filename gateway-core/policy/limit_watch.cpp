// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/limit_watch.h"

#include "base/local_time.h"
#include "base/text.h"

#include <algorithm>
#include <tuple>

namespace pm::policy {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kLittle = 5; ///< less than a fifth is little
constexpr std::size_t kMostShown = 50;

bool isNear(const LimitTake &take, const LimitState &state)
{
    return !state.isAllowed || state.remaining < take.rule->law.burst() / kLittle;
}

} // namespace

/// Local days, so that "today" is what people mean by it; the number only has to differ.
long long LimitWatch::today() const
{
    const std::tm local = localTime(std::chrono::system_clock::to_time_t(m_clock.systemNow()));
    return local.tm_year * 1000LL + local.tm_yday;
}

LimitWatch::Day &LimitWatch::freshened(Day &day) const
{
    const long long now = today();
    if (day.day != now)
        day = {now};
    return day;
}

LimitWatch::Day &LimitWatch::countOf(const std::string &id)
{
    const auto found = m_rules.find(id);
    if (found != m_rules.end())
        return freshened(found->second);
    return freshened(m_rules.size() < kMostRules ? m_rules[id] : m_uncounted);
}

void LimitWatch::noteTakes(const std::vector<LimitTake> &takes, const LimitAnswer &answer, std::int64_t now)
{
    for (std::size_t i = 0; i < answer.states.size(); ++i) { // none where nobody could say
        const LimitState &state = answer.states[i];
        if (!isNear(takes[i], state))
            continue;
        const std::string &id = takes[i].rule->name.id;
        const std::lock_guard lock(m_mutex);
        if (!state.isAllowed)
            ++countOf(id).refused;
        keepCaller(id, takes[i].who, now + state.resetNs, !state.isAllowed);
    }
}

void LimitWatch::noteRefused(const LimitName &name, const std::string &who)
{
    const std::lock_guard lock(m_mutex);
    ++countOf(name.id).refused;
    keepCaller(name.id, who, 0, true);
}

void LimitWatch::noteWaited(const LimitName &name)
{
    const std::lock_guard lock(m_mutex);
    ++countOf(name.id).waited;
}

void LimitWatch::keepCaller(const std::string &id, const std::string &who, std::int64_t tat, bool isRefused)
{
    const std::pair key(id, std::string(clipUtf8(who, kMostName)));
    auto found = m_callers.find(key);
    if (found == m_callers.end()) {
        if (m_callers.size() >= kMostCallers)
            makeRoom();
        found = m_callers.try_emplace(key).first;
    }
    found->second.tat = tat;
    freshened(found->second.today).refused += isRefused ? 1 : 0;
}

void LimitWatch::makeRoom()
{
    const auto first = std::min_element(m_callers.begin(), m_callers.end(), [](const auto &a, const auto &b) {
        return a.second.tat < b.second.tat;
    });
    m_callers.erase(first);
}

void LimitWatch::fillIn(LimitStatus &status, const LimitName &name) const
{
    status.scope = name.scope;
    status.text = name.text;
    status.by = name.by;
    const auto found = m_rules.find(name.id);
    if (found != m_rules.end() && found->second.day == today()) {
        status.refusedToday = found->second.refused;
        status.waitedToday = found->second.waited;
    }
}

LimitStatus LimitWatch::statusOf(const RateRule &rule, std::int64_t now) const
{
    const std::lock_guard lock(m_mutex);
    LimitStatus status;
    fillIn(status, rule.name);
    status.kind = ofName(rule.of);
    status.limit = rule.law.burst();
    status.amount = rule.law.amount();
    status.perMs = rule.law.perNs() / kNsPerMs;
    const long long day = today();
    for (auto at = m_callers.lower_bound({rule.name.id, {}});
         at != m_callers.end() && at->first.first == rule.name.id; ++at) {
        const Caller &caller = at->second;
        const std::int64_t remaining = rule.law.remaining(caller.tat, now);
        const std::int64_t refused = caller.today.day == day ? caller.today.refused : 0;
        if (refused > 0 || remaining < status.limit / kLittle)
            status.callers.push_back(
                {at->first.second, remaining, Gcra::resetNs(caller.tat, now) / kNsPerMs, refused});
    }
    std::sort(status.callers.begin(), status.callers.end(),
              [](const LimitStatus::Who &a, const LimitStatus::Who &b) {
                  return std::tuple(a.remaining, -a.refusedToday, a.who) <
                         std::tuple(b.remaining, -b.refusedToday, b.who);
              });
    if (status.callers.size() > kMostShown)
        status.callers.resize(kMostShown);
    return status;
}

LimitStatus LimitWatch::statusOf(const SlotRule &rule) const
{
    const std::lock_guard lock(m_mutex);
    LimitStatus status;
    fillIn(status, rule.name);
    status.kind = "at once";
    status.limit = rule.settings.requests;
    return status;
}

} // namespace pm::policy
