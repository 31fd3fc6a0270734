// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/simulation_report.h"

namespace pm {

/// Fills targets, moves and sums of `report` from its requests.
void sumUp(SimulationReport &report);

} // namespace pm
