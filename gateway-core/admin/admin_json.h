// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/metrics.h"
#include "pipeline/explain.h"
#include "pipeline/simulation_report.h"
#include "pipeline/snapshot.h"
#include "policy/limit_status.h"
#include "trace/trace_query.h"
#include "trace/trace_store.h"

#include <string>
#include <string_view>

// The JSON of the admin API. Also what the command line prints with --json.
namespace pm::admin {

std::string healthJson(const Snapshot &snapshot);
std::string providersJson(const Snapshot &snapshot);
std::string keysJson(const Snapshot &snapshot);
std::string targetsJson(const Snapshot &snapshot, SteadyTime now, SystemTime wall);
/// `problem`: why they are not counted as they should be; empty when all is well.
std::string limitsJson(const std::vector<policy::LimitStatus> &limits, std::string_view problem);
std::string modelsJson(const Snapshot &snapshot, const std::string &provider);
std::string routersJson(const Snapshot &snapshot, const metrics::Metrics &metrics);
std::string routerJson(const Snapshot &snapshot, const metrics::Metrics &metrics, const std::string &name);
/// What each guardrail did today (UTC).
std::string guardrailsJson(const std::vector<policy::GuardCount> &counts);
std::string statsJson(const trace::Totals &totals, const trace::StoreStatus &store, const metrics::Metrics &metrics);
std::string pageJson(const trace::Page &page);
std::string headJson(const trace::Head &head);
std::string recordJson(const trace::Record &record);
std::string explanationJson(const Explanation &explanation);
std::string simulationJson(const SimulationReport &report);
/// "after-failure", "after-delay", "at-once", "when-poor".
std::string_view startName(routing::Start start);

} // namespace pm::admin
