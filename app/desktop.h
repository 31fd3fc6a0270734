// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "options.h"

namespace pm::app {

/// The desktop application: gateway, window and tray icon in one process, one for each user. A second start
/// shows the first one's window and ends with 0. Prints "listening on URL" on stdout when the gateway
/// accepts; when it cannot, the window says why. Ends with Quit, with the window where there is no tray, with
/// SIGTERM and SIGINT.
int runDesktop(int argc, char **argv, const Options &options);

} // namespace pm::app
