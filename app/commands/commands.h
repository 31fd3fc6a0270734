// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "options.h"

// One function and one file a command; a new command is one row here and one in addCommands.
namespace pm::app {

void addServe(CLI::App &cli, Options &options);
void addCheck(CLI::App &cli, Options &options);
void addKeys(CLI::App &cli, Options &options);
void addClientKeys(CLI::App &cli, Options &options);
void addRouters(CLI::App &cli, Options &options);
void addTraces(CLI::App &cli, Options &options);
void addModels(CLI::App &cli, Options &options);
void addImport(CLI::App &cli, Options &options);
void addSimulate(CLI::App &cli, Options &options);
void addTrain(CLI::App &cli, Options &options);
void addCache(CLI::App &cli, Options &options);

} // namespace pm::app
