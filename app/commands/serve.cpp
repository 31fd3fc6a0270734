// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command_support.h"
#include "commands/commands.h"
#include "headless.h"

#include <CLI/CLI.hpp>

namespace pm::app {

void addServe(CLI::App &cli, Options &options)
{
    CLI::App *serve = cli.add_subcommand("serve", "serve without a window; SIGTERM drains, SIGHUP reloads");
    addGatewayOptions(*serve, options);
    serve->add_option("--address", options.gateway.address, "address to listen on (default: server.address)");
    serve->add_option("--port", options.gateway.port, "port; 0 picks a free one (default: server.port)")
        ->check(CLI::Range(0, 65535));
    serve->add_option("--workers", options.gateway.workers, "worker threads (default: half the cores)")
        ->check(CLI::Range(1, 256));
    serve->add_flag("!--no-store", options.gateway.store, "keep no traces");
    serve->add_flag("!--no-keychain", options.gateway.keychain, "do not ask the OS keychain for keys");
    serve->add_flag("!--no-discovery", options.gateway.discover, "do not look for local model servers");
    serve->add_option("--log", options.logFormat, "log lines as text or json")->check(CLI::IsMember({"text", "json"}));
    setAction(*serve, options, [&options] { return runHeadless(options); });
}

} // namespace pm::app
