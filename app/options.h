// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"

#include <functional>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace pm::app {

/// The command line, read. Each command registers itself and sets `run`.
struct Options
{
    GatewayOptions gateway;
    std::string logFormat = "text";
    bool hidden = false;          ///< start in the tray, where there is one
    std::function<int()> run;     ///< the command; empty: the desktop application
    bool needsGui = true;         ///< false: no display is touched
};

/// Adds every command to `cli`. Its help texts are the reference.
void addCommands(CLI::App &cli, Options &options);

/// Options that several commands share: --config, --data-dir.
void addGatewayOptions(CLI::App &command, Options &options);

/// Fills paths from the environment where the command line said nothing.
void applyDefaults(Options &options);

} // namespace pm::app
