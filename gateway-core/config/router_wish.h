// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/wish.h"

namespace pm::config {

/// The wish for a whole router. `present` is its block in the text, with canonical names, or null;
/// `inherited` holds where the router says nothing about retries.
Wish routerWish(const Router &router, const yaml::Node *present, const Retries &inherited);

} // namespace pm::config
