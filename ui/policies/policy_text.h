// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"
#include "widgets/line.h"

#include <QString>

#include <optional>
#include <string>
#include <vector>

// What policies did, in words, with the time it is counted from. Pure but for translations.
namespace pm::ui {

/// What is seen of all policies in force.
struct PolicyFacts
{
    std::optional<metrics::CacheCounts> cache; ///< of the router; none: it was not asked yet
    std::vector<policy::LimitStatus> limits;
    std::vector<policy::BudgetState> budgets;
    std::vector<policy::GuardCount> guardrails;
};

/// A line beside a policy; Normal is muted, nothing to heed.
struct Deed
{
    QString text;
    Tone tone = Tone::Normal;
    bool operator==(const Deed &) const = default;
};

Deed cacheDeed(const std::optional<metrics::CacheCounts> &counts);
Deed limitDeed(const config::Limit &limit, const std::string &router, const PolicyFacts &facts);
Deed concurrencyDeed(const config::Concurrency &concurrency, const std::string &router, const PolicyFacts &facts);
Deed budgetDeed(const config::Budget &budget, const std::string &router, const PolicyFacts &facts);
Deed guardrailDeed(const config::Guardrail &guardrail, const std::string &router, const PolicyFacts &facts);

/// Part of the lookups that the cache answered, 0 to 1; none before the first.
std::optional<double> hitRate(const metrics::CacheCounts &counts);
std::int64_t hitsOf(const metrics::CacheCounts &counts);
std::int64_t askedOf(const metrics::CacheCounts &counts);

} // namespace pm::ui
