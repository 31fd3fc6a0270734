// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/plan.h"

namespace pm::routing {

/// Why this target cannot take the request, whatever its health: a capability, the key, being switched off.
/// Empty when it can. What is unknown never excludes.
std::string unableReason(const Target &target, const RequestNeeds &needs);

/// Why it should not be tried now. Empty when it may. Reads only: a half-open test is claimed when the target
/// is tried.
std::string unhealthyReason(const TargetStats::HealthState &state);

} // namespace pm::routing
