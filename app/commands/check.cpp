// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command_support.h"
#include "commands/commands.h"
#include "config/config_file.h"
#include "config/config_keys.h"
#include "config/config_yaml.h"
#include "policy/client_keys.h"
#include "runtime/snapshot_builder.h"

#include <CLI/CLI.hpp>
#include <QFile>

#include <algorithm>
#include <cstdio>

namespace pm::app {

namespace {

int check(const std::string &path, const config::Environment &environment, const std::string &dataDir)
{
    if (!QFile::exists(QString::fromStdString(path))) {
        std::fprintf(stderr, "%s: there is no such file\n", path.c_str());
        return 1;
    }
    const auto text = config::readConfigFile(path);
    if (!text)
        return failed(text.error());
    config::KnownNames known = knownNames();
    const auto made = policy::ClientKeyFile(dataDir).read();
    known.hasClientKeys = !made || !made->empty();
    const config::Loaded loaded = config::load(*text, known, environment);
    std::fputs(config::formatProblems(path, loaded.problems).c_str(), stdout);
    if (loaded.isUsable())
        std::printf("%s: %zu routers, %zu providers configured, no errors\n", path.c_str(), loaded.config.routers.size(),
                    loaded.config.providers.size());
    return loaded.isUsable() ? 0 : 1;
}

} // namespace

void addCheck(CLI::App &cli, Options &options)
{
    auto path = std::make_shared<std::string>();
    CLI::App *command = cli.add_subcommand("check", "check a configuration file: file:line:col: text, exit 1 on errors");
    command->add_option("FILE", *path, "the file");
    auto reference = std::make_shared<bool>(false);
    command->add_flag("--reference", *reference, "print every key with its meaning, type and default, as Markdown");
    setAction(*command, options, [&options, path, reference] {
        if (*reference) {
            std::fputs(config::referencePage().c_str(), stdout);
            return 0;
        }
        return check(path->empty() ? options.gateway.configPath : *path, options.gateway.environment,
                     options.gateway.dataDir);
    });
}

} // namespace pm::app
