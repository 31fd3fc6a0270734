// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pm::test {

/// What is wrong with a stream in the Gemini format, by the rules that its clients rely on: events with data alone, or
/// one JSON array; each a whole response with one candidate and at least one part; calls with a name, an object for
/// arguments and ids that differ; the finishReason once, with the last response; nothing after it or after an error.
/// Empty when nothing is.
std::string geminiStreamFault(std::string_view stream, bool isArray);

} // namespace pm::test
