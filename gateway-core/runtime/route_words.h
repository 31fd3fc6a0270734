// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/route_words.h"

namespace pm {

/// From the tables of strategies, request classes and checks; made once. Any thread.
const config::RouteWords &routeWords();

} // namespace pm
