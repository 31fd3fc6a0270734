// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command_support.h"
#include "commands/commands.h"

#include "admin/admin_json.h"
#include "admin/routing_text.h"
#include "pipeline/simulation_query.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>

namespace pm::app {

namespace {

struct Arguments
{
    SimulationQuery query;
    std::string since;
    std::string until;
    bool json = false;
};

Result<SimulationQuery> queryOf(const Arguments &arguments)
{
    SimulationQuery query = arguments.query;
    const SystemTime now = std::chrono::system_clock::now();
    for (const auto &[text, moment] :
         {std::pair(&arguments.since, &query.since), std::pair(&arguments.until, &query.until)}) {
        if (text->empty())
            continue;
        const auto parsed = parseMoment(*text, now);
        if (!parsed)
            return tl::unexpected(parsed.error());
        *moment = *parsed;
    }
    return query;
}

int simulate(const Options &options, const Arguments &arguments)
{
    const auto query = queryOf(arguments);
    if (!query)
        return failed(query.error());
    GatewayOptions quiet = options.gateway;
    quiet.discover = false;
    Gateway gateway(std::move(quiet));
    if (auto loaded = gateway.load(); !loaded)
        return failed(loaded.error());
    return await([&](std::function<void(int)> finish) {
        gateway.whenKeysRead([&, finish] {
            gateway.simulate(*query, std::nullopt, [&, finish](const Result<SimulationReport> &report) {
                if (!report)
                    return finish(failed(report.error()));
                const std::string text =
                    arguments.json ? admin::simulationJson(*report) + "\n" : admin::simulationText(*report);
                std::fputs(text.c_str(), stdout);
                finish(0);
            });
        });
    });
}

} // namespace

void addSimulate(CLI::App &cli, Options &options)
{
    auto arguments = std::make_shared<Arguments>();
    CLI::App *command =
        cli.add_subcommand("simulate", "run stored requests through the routers of a configuration, without "
                                       "sending them: where each would go");
    addGatewayOptions(*command, options);
    command->add_option("--router", arguments->query.router, "only requests that went through it");
    CLI::Option *last =
        command->add_option("--last", arguments->query.last, "so many of the newest requests (200)")
            ->check(CLI::Range(1, SimulationQuery::kMost));
    CLI::Option *since = command->add_option("--since", arguments->since,
                                             "from then on: 24h (ago), 2026-11-27, 2026-11-27T09:30");
    CLI::Option *until = command->add_option("--until", arguments->until, "up to then");
    last->excludes(since)->excludes(until);
    command->add_flag("--json", arguments->json, "as JSON, with every request");
    setAction(*command, options, [&options, arguments] { return simulate(options, *arguments); });
}

} // namespace pm::app
