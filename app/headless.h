// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "options.h"

namespace pm::app {

/// Serves until SIGTERM or SIGINT. Prints "listening on URL" on stdout when it accepts. Returns the exit code.
int runHeadless(const Options &options);

/// The curl line that shows a new user a streamed answer.
std::string curlLine(const std::string &baseUrl);

} // namespace pm::app
