// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "config/yaml_tree.h"

#include <optional>
#include <string_view>

namespace pm::config {

/// Values from a tree that a Checker has walked (names are canonical). What is wrong or missing keeps its
/// default. Pure, any thread.
Config build(const yaml::Node &root);

Router buildRouter(std::string_view name, const yaml::Node &node, const Retries &retries);
RouteNode buildRoute(const yaml::Node &node);
std::optional<Cache> buildCache(const yaml::Node *node);
CacheStore buildCacheStore(const yaml::Node *node);
SharedStore buildSharedStore(const yaml::Node *node);
Guardrail buildGuardrail(const yaml::Node &item);
/// Appends those of a section that may have `guardrails`.
void buildGuardrails(const yaml::Node *section, std::vector<Guardrail> &guardrails);
/// Adds what a `rate-limit` section says (null: nothing). config_build_limits.cpp
void buildLimits(const yaml::Node *section, Policies &policies);
Limit buildLimit(const yaml::Node &node, milliseconds per = Limit().per); ///< an item of `limits`; `per`: where it says none
Retries buildRetries(const yaml::Node *node, Retries retries);

/// `budgets` and `budget` of a section; `by` is what holds where a budget does not say it.
std::vector<Budget> buildBudgets(const yaml::Node &section, std::string_view by);
/// Those of the file as a whole, of `global` and of `unified-api`.
void buildSharedBudgets(const yaml::Node &root, Config &config);
/// What a client key may besides its routers.
void buildClientKey(const yaml::Node &node, Server::ClientKey &key);

/// "chat" and so on; the words of load-balance.
std::string_view endpointName(EndpointType type);
std::string_view retryStrategyName(Retries::Strategy strategy);

// Readers of one entry: `field` stays as it is where the entry is missing or wrong.
void readInto(const yaml::Node &map, std::string_view name, std::string &field);
void readInto(const yaml::Node &map, std::string_view name, bool &field);
void readInto(const yaml::Node &map, std::string_view name, int &field);
void readInto(const yaml::Node &map, std::string_view name, double &field);
void readInto(const yaml::Node &map, std::string_view name, std::optional<double> &field);
void readInto(const yaml::Node &map, std::string_view name, milliseconds &field);
void readSize(const yaml::Node &map, std::string_view name, std::int64_t &field);
/// The texts of a list node; of a scalar where a list may be short for one.
void readInto(const yaml::Node &map, std::string_view name, std::vector<std::string> &field);
void readInto(const yaml::Node &list, std::vector<std::string> &field);

} // namespace pm::config
