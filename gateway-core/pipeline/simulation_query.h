// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "pipeline/simulation_report.h"

#include <optional>
#include <string>
#include <string_view>

namespace pm {

/// A moment as people write it: "2026-11-27", "2026-11-27T09:30" (local unless it ends with Z or an offset),
/// or how long ago: "90m", "24h", "7d". Unix microseconds. Error: BadRequest with the forms.
Result<std::int64_t> parseMoment(std::string_view text, SystemTime now);

struct SimulationOrder
{
    SimulationQuery query;
    std::optional<std::string> configText; ///< unset: the running configuration
};

/// {"router", "config", "last" | "since", "until"}, all optional. Error: BadRequest with the field in
/// `param`.
Result<SimulationOrder> readSimulationOrder(std::string_view json, SystemTime now);

} // namespace pm
