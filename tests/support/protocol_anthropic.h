// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pm::test {

/// What is wrong with a whole event stream of the Messages format as a strict client sees it, or empty: names are types;
/// message_start first; blocks counted from 0 and one open at a time; pieces of the kind of their block, a thought's
/// signature behind its words; a call's pieces make an object; message_delta with the reason and counts once when all
/// are closed, message_stop last, or an error and nothing after it. A ping may come at any time.
std::string anthropicBreach(std::string_view stream);

} // namespace pm::test
