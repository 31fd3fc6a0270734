// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command_support.h"
#include "commands/commands.h"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace pm::app {

namespace {

int list(const Options &options)
{
    Gateway gateway(options.gateway);
    if (auto loaded = gateway.load(); !loaded)
        return failed(loaded.error());
    const auto routers = gateway.routers();
    if (routers.empty())
        std::printf("no router is configured; the model decides (write provider/model)\n");
    for (const RouterStatus &router : routers) {
        std::printf("%s %-12s %-12s", router.isActive ? "*" : " ", router.name.c_str(), router.strategy.c_str());
        for (const RouterStatus::Target &target : router.list)
            std::printf(" %s", target.label.c_str());
        std::printf("\n");
    }
    return 0;
}

int use(const Options &options, const std::string &name)
{
    Gateway gateway(options.gateway);
    auto result = gateway.load();
    // "none" hands the choice back to the model; no router can be called so without being in the list.
    if (result)
        result = gateway.setActiveRouter(name == "none" && !gateway.config().findRouter(name) ? std::string() : name);
    if (!result)
        return failed(result.error());
    std::printf("/v1 paths use %s now\n", name == "none" ? "the model's provider" : ("router " + name).c_str());
    return 0;
}

} // namespace

void addRouters(CLI::App &cli, Options &options)
{
    CLI::App *routers = cli.add_subcommand("routers", "the routers; * marks the active one");
    routers->require_subcommand(0, 1);
    addGatewayOptions(*routers, options);
    routers->callback([&options, routers] {
        options.needsGui = false;
        if (routers->get_subcommands().empty())
            options.run = [&options] { return list(options); };
    });
    auto name = std::make_shared<std::string>();
    CLI::App *useCommand = routers->add_subcommand("use", "choose the router of /v1 paths; \"none\": the model decides");
    useCommand->add_option("NAME", *name, "router")->required();
    setAction(*useCommand, options, [&options, name] { return use(options, *name); });
}

} // namespace pm::app
