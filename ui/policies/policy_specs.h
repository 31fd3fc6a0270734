// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/route_words.h"
#include "policies/policy_field.h"

// Which values the rows of each policy show, and in what order. Pure but for translations.
namespace pm::ui {

std::vector<PolicyFieldSpec> cacheSpecs();
std::vector<PolicyFieldSpec> semanticSpecs();
/// Behind the amount; of a short form with it. `form`: "limits", "per-api-key", "requests", "tokens", "cost".
std::vector<PolicyFieldSpec> limitSpecs(const std::string &form);
std::vector<PolicyFieldSpec> concurrencySpecs();
std::vector<PolicyFieldSpec> budgetSpecs();
/// `check`: null for one that is not known.
std::vector<PolicyFieldSpec> guardrailSpecs(const config::RouteWords &words, const config::CheckInfo *check);

} // namespace pm::ui
