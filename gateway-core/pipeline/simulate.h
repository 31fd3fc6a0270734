// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "pipeline/simulation_report.h"
#include "pipeline/snapshot.h"
#include "trace/trace_query.h"

#include <functional>

// Stored requests run through routers without sending anything. Plain functions, any thread but the window's
// and the workers': a run reads thousands of records.
namespace pm {

/// `snapshot` with statistics and node states of its own: a simulation reads what is known of the targets,
/// counts its own requests, and changes nothing for those that are served. Circuits are closed and nothing is
/// in flight. `figures` is what is known of the targets, as StatsRegistry::rows or the store gives it.
SnapshotPtr snapshotForSimulation(const Snapshot &snapshot, std::vector<trace::TargetRow> figures);

/// Runs the requests of `query` through the routers of `snapshot`, the oldest first, each at the time at
/// which it came and through the router it went through then. Draws are those of a fixed seed. What
/// conditions ask of starred header fields or of client keys cannot be answered: traces do not hold them.
/// `isCancelled` is asked before each request; may be empty. Errors: Storage, Cancelled; BadRequest for a
/// query out of bounds; NotFound for a router that `snapshot` has not.
Result<SimulationReport> simulate(const trace::Query &store, const SimulationQuery &query,
                                  const SnapshotPtr &snapshot, const std::function<bool()> &isCancelled);

} // namespace pm
