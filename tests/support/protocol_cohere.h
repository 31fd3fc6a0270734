// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pm::test {

/// Checks a v2/chat stream: message-start first, message-end last and once; what is started is ended before the next
/// starts, deltas only inside. Returns what is broken, empty when nothing is.
std::string cohereBreach(std::string_view bytes);

} // namespace pm::test
