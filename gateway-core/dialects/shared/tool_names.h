// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pm {

/// The name under which a tool of a longer name is offered: most providers take at most 64 characters. The same name
/// always gives the same, so whoever translates an answer back rebuilds the map from the request's tools.
std::string shortToolName(std::string_view name);

} // namespace pm
