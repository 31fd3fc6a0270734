// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "routing/plan.h"

#include <optional>
#include <string>

// What a request is likely to cost, before it is sent. Plain functions, any thread.
namespace pm::routing {

/// Tokens of answer that are reckoned with where the request asks for more or does not say: most answers are short, and
/// clients ask for the most there is.
constexpr double kExpectedOutput = 500;

/// USD for the request at that target. `isCached`: the prompt is in the provider's cache. Nothing: the price is unknown.
std::optional<double> expectedCost(const Target &target, const RequestNeeds &needs, double expectedOutput, bool isCached);
/// "$0.0021", "$0" and so on; at most three figures.
std::string costText(double usd);

} // namespace pm::routing
