// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "policy/limit_status.h"
#include "policy/limit_store.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace pm::policy {

/// Keeps an eye on limits: who is near or over, and what was refused today. Any thread. Takes its lock only
/// for who has less than a fifth left. Bounded: beyond kMostCallers the one that has everything back first is
/// forgotten, beyond kMostRules refusals of further limits are not counted.
class LimitWatch
{
public:
    static constexpr std::size_t kMostCallers = 500;
    static constexpr std::size_t kMostRules = 4096;
    static constexpr std::size_t kMostName = 200; ///< bytes kept of a caller's name

    explicit LimitWatch(const Clock &clock)
        : m_clock(clock)
    {
    }

    void noteTakes(const std::vector<LimitTake> &takes, const LimitAnswer &answer, std::int64_t now);
    void noteRefused(const LimitName &name, const std::string &who); ///< by a queue
    void noteWaited(const LimitName &name);

    LimitStatus statusOf(const RateRule &rule, std::int64_t now) const;
    LimitStatus statusOf(const SlotRule &rule) const;

private:
    struct Day
    {
        long long day = 0; ///< number of the local day
        std::int64_t refused = 0;
        std::int64_t waited = 0;
    };
    struct Caller
    {
        std::int64_t tat = 0; ///< when it has everything back
        Day today;
    };

    long long today() const;
    Day &countOf(const std::string &id);
    Day &freshened(Day &day) const;
    void keepCaller(const std::string &id, const std::string &who, std::int64_t tat, bool isRefused);
    void makeRoom();
    void fillIn(LimitStatus &status, const LimitName &name) const;

    const Clock &m_clock;
    mutable std::mutex m_mutex;
    std::map<std::string, Day> m_rules;                              ///< by the rule's id; guarded by m_mutex
    std::map<std::pair<std::string, std::string>, Caller> m_callers; ///< by rule and who; guarded by m_mutex
    Day m_uncounted; ///< of rules beyond kMostRules; guarded by m_mutex
};

} // namespace pm::policy
