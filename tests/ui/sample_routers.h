// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"

namespace pm::ui::sample {

/// A configuration with routers of several kinds: production (rules over a tree), experiment, allowances,
/// careful.
std::string routersText();
/// The same with a router in which most kinds of things are wrong, and one of long names.
std::string troubledRoutersText();
/// What is seen of them, their targets in several states of health.
std::vector<RouterStatus> routersInForce();

} // namespace pm::ui::sample
