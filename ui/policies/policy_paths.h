// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_edit.h"

#include <string>
#include <vector>

// Where the items of a router's policies stand in the text, below the router's block, in the order in which
// config::Policies has them: "rate-limit.per-api-key", "rate-limit.limits.0", "budgets.1", "budget". Pure.
namespace pm::ui {

std::vector<std::string> limitPaths(const config::PlaceFinder &text, const std::string &router);
std::vector<std::string> concurrencyPaths(const config::PlaceFinder &text, const std::string &router);
std::vector<std::string> budgetPaths(const config::PlaceFinder &text, const std::string &router);
std::vector<std::string> guardrailPaths(const config::PlaceFinder &text, const std::string &router);

/// What is written under `key` of an item; of a guardrail that is its check's name alone, that is its check.
std::optional<std::string> writtenAt(const config::PlaceFinder &text, const std::string &item, const std::string &key);

/// Last part of a path: "per-api-key", "0".
std::string lastPart(const std::string &path);

} // namespace pm::ui
