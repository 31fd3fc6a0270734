// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"

#include "commands/commands.h"
#include "config/config_file.h"
#include "runtime/state_file.h"

#include <CLI/CLI.hpp>
#include <QProcessEnvironment>

namespace pm::app {

void addGatewayOptions(CLI::App &command, Options &options)
{
    command.add_option("--config", options.gateway.configPath, "configuration file (default: ~/.config/pointsman/config.yaml)");
    command.add_option("--data-dir", options.gateway.dataDir, "where traces and state are kept (default: ~/.local/state/pointsman)");
}

void addCommands(CLI::App &cli, Options &options)
{
    cli.set_version_flag("--version", std::string("pointsman ") + PM_VERSION);
    cli.require_subcommand(0, 1);
    addGatewayOptions(cli, options);
    cli.add_flag("--hidden", options.hidden, "start in the tray; ignored where there is no tray");
    addServe(cli, options);
    addCheck(cli, options);
    addKeys(cli, options);
    addClientKeys(cli, options);
    addRouters(cli, options);
    addTraces(cli, options);
    addModels(cli, options);
    addImport(cli, options);
    addSimulate(cli, options);
    addTrain(cli, options);
    addCache(cli, options);
}

void applyDefaults(Options &options)
{
    GatewayOptions &gateway = options.gateway;
    if (gateway.configPath.empty())
        gateway.configPath = config::defaultConfigPath();
    if (gateway.dataDir.empty())
        gateway.dataDir = defaultDataDir();
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys())
        gateway.environment[name.toStdString()] = environment.value(name).toStdString();
}

} // namespace pm::app
