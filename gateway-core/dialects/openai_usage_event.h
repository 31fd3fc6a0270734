// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace pm {

/// Is this whole event of an OpenAI chat stream the usage-only one (empty choices), which we asked the provider for and
/// the client did not?
bool isUsageOnlyEvent(std::string_view event);

} // namespace pm
