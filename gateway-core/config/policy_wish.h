// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/wish.h"

namespace pm::config {

/// What a router's policies are to say, in the forms that the text has: its short forms of limits, its single budget.
/// `present` is the router's block, or null.
void addPolicies(Wish &router, const Policies &policies, const yaml::Node *present);

} // namespace pm::config
