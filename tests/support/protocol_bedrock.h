// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pm::test {

/// Checks a ConverseStream as Amazon's SDKs read it: messageStart first; block indices rise by one and each block is
/// stopped once; tool input only for a block that was started as a tool; messageStop when all are stopped; metadata
/// last; nothing after an exception. Returns what is broken, empty when nothing is.
std::string bedrockBreach(std::string_view bytes);

} // namespace pm::test
