// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

// How figures are written in the reasons of a plan. Short, with their unit, plain ASCII: they go into a
// header too.
namespace pm::routing {

/// "0.4 ms", "410 ms", "12.3 s".
std::string latencyText(std::chrono::microseconds latency);
/// Whole seconds, rounded up: "12 s".
std::string secondsText(std::chrono::milliseconds time);
/// "900", "32k", "1.1M"; rounded down for what there is, up for what is needed, so that "32k < 33k" is never
/// "33k < 33k".
std::string tokensHave(std::int64_t tokens);
std::string tokensNeeded(std::int64_t tokens);
/// At most three decimals, none that are zero: "0.7", "1", "0.333".
std::string shareText(double share);

} // namespace pm::routing
