// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "options.h"

#include <functional>

// What the commands share.
namespace pm::app {

/// Makes `run` what happens when `command` was given; no display is touched. Its result is the exit code.
void setAction(CLI::App &command, Options &options, std::function<int()> run);

/// Prints the error's message on standard error. Returns the exit code, 1.
int failed(const Error &error);

/// Runs the event loop until `start`'s callback gives the exit code.
int await(const std::function<void(std::function<void(int)>)> &start);

} // namespace pm::app
