// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/explain.h"
#include "pipeline/simulation_report.h"

#include <string>

// What the command line prints of requests that were not sent. Plain text, lines end with \n.
namespace pm::admin {

/// The totals, where requests move, and the first 20 that change.
std::string simulationText(const SimulationReport &report);
std::string explanationText(const Explanation &explanation);

} // namespace pm::admin
