// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/guard_counts.h"

#include <algorithm>
#include <array>

namespace pm::policy {

namespace {

std::int64_t dayOf(SystemTime now)
{
    constexpr std::int64_t kDay = 24 * 3600;
    return std::chrono::system_clock::to_time_t(now) / kDay;
}

std::uint64_t &countOf(GuardCount &count, std::string_view word)
{
    return word == "blocked"    ? count.blocked
           : word == "redacted" ? count.redacted
           : word == "replaced" ? count.replaced
                                : count.flagged;
}

} // namespace

void GuardCounts::add(const GuardLedger &ledger, SystemTime now)
{
    if (ledger.isEmpty())
        return;
    const std::int64_t day = dayOf(now);
    const std::lock_guard lock(m_mutex);
    if (day != m_day)
        m_counts.clear();
    m_day = day;
    for (const GuardNote &note : ledger.notes()) {
        const std::pair key{note.rule->scope, note.rule->name};
        if (m_counts.size() >= kMostRules && m_counts.count(key) == 0)
            continue;
        countOf(m_counts[key], note.word) += static_cast<std::uint64_t>(note.count());
    }
}

std::vector<GuardCount> GuardCounts::today(const std::vector<const GuardRules *> &rules, SystemTime now) const
{
    constexpr std::array<const char *, 3> kModes{"flag", "soft", "hard"};
    std::vector<GuardCount> rows;
    const std::lock_guard lock(m_mutex);
    for (const GuardRules *each : rules) {
        for (const GuardRule &rule : each->all()) {
            const bool isTold = std::any_of(rows.begin(), rows.end(), [&](const GuardCount &row) {
                return row.scope == rule.scope && row.name == rule.name;
            });
            if (isTold)
                continue; // of all routers
            const auto found = dayOf(now) == m_day ? m_counts.find({rule.scope, rule.name}) : m_counts.end();
            GuardCount row = found == m_counts.end() ? GuardCount() : found->second;
            row.scope = rule.scope;
            row.name = rule.name;
            row.check = rule.check;
            row.mode = kModes[static_cast<std::size_t>(rule.mode)];
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

} // namespace pm::policy
