// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "policy/guard_ledger.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace pm::policy {

/// What a rule did today.
struct GuardCount
{
    std::string scope; ///< the router, "global" or "unified-api"
    std::string name;
    std::string check;
    std::string mode; ///< "flag", "soft", "hard"
    std::uint64_t flagged = 0, redacted = 0, replaced = 0,
                  blocked = 0; ///< finds; of checks of the whole, exchanges
};

/// The counts of all rules for one day (UTC). Safe from any thread: a lock for each exchange in which
/// something was found, none for the others. Bounded: kMostRules rules, further ones are not counted.
class GuardCounts
{
public:
    static constexpr std::size_t kMostRules = 1000;

    void add(const GuardLedger &ledger, SystemTime now);
    /// Of today, in the order of `rules`; those that found nothing too.
    std::vector<GuardCount> today(const std::vector<const GuardRules *> &rules, SystemTime now) const;

private:
    mutable std::mutex m_mutex;
    std::int64_t m_day = 0; ///< since 1970; guarded by m_mutex
    std::map<std::pair<std::string, std::string>, GuardCount>
        m_counts; ///< by scope and name; guarded by m_mutex
};

} // namespace pm::policy
