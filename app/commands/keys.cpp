// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command_support.h"
#include "commands/commands.h"

#include "base/text.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <iostream>

namespace pm::app {

namespace {

/// A gateway that is not started: it reads configuration and keys, and serves nobody.
struct Offline
{
    explicit Offline(GatewayOptions options) : gateway(withoutServing(std::move(options))) {}
    static GatewayOptions withoutServing(GatewayOptions options)
    {
        options.store = false;
        options.discover = false;
        options.secretDeadline = std::chrono::seconds(30); // a person may have to unlock the keyring
        return options;
    }
    Gateway gateway;
};

int report(const Result<void> &result, const std::string &done)
{
    if (!result)
        return failed(result.error());
    std::printf("%s\n", done.c_str());
    return 0;
}

Result<void> known(Gateway &gateway, const std::string &provider)
{
    std::vector<std::string> names;
    for (const ProviderStatus &status : gateway.providers())
        names.push_back(status.name);
    if (std::find(names.begin(), names.end(), provider) != names.end() || provider.starts_with("client/"))
        return {};
    return fail(ErrorKind::NotFound, "there is no provider \"" + provider
                                         + "\"; there are: " + joinNames(nearest(provider, names), 12));
}

int list(const Options &options)
{
    Offline offline(options.gateway);
    if (auto loaded = offline.gateway.load(); !loaded)
        return failed(loaded.error());
    return await([&](auto finish) {
        offline.gateway.whenKeysRead([&offline, finish] {
            std::printf("%-14s %-11s %-10s %s\n", "PROVIDER", "KEY", "", "SOURCE");
            for (const ProviderStatus &status : offline.gateway.providers()) {
                if (status.isDemo || status.isLocal)
                    continue;
                const std::string state(keyStateName(status.key));
                std::printf("%-14s %-11s %-10s %s\n", status.name.c_str(), state.c_str(), status.keyMasked.c_str(),
                            (status.keyProblem.empty() ? status.keySource : status.keyProblem).c_str());
            }
            finish(0);
        });
    });
}

int set(const Options &options, const std::string &provider)
{
    Offline offline(options.gateway);
    if (auto loaded = offline.gateway.load(); !loaded)
        return failed(loaded.error());
    if (auto found = known(offline.gateway, provider); !found)
        return failed(found.error());
    std::string line;
    std::getline(std::cin, line);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
        line.pop_back();
    if (line.empty()) {
        std::fprintf(stderr, "no key on standard input: printf %%s \"$KEY\" | pointsman keys set %s\n", provider.c_str());
        return 1;
    }
    const Secret key(std::move(line));
    return await([&](auto finish) {
        offline.gateway.setKey(provider, key, [finish, provider](const Result<void> &result) {
            finish(report(result, "key for " + provider + " is in the keychain"));
        });
    });
}

int remove(const Options &options, const std::string &provider)
{
    Offline offline(options.gateway);
    if (auto loaded = offline.gateway.load(); !loaded)
        return failed(loaded.error());
    return await([&](auto finish) {
        offline.gateway.deleteKey(provider, [finish, provider](const Result<void> &result) {
            finish(report(result, "no key for " + provider + " is in the keychain now"));
        });
    });
}

int test(const Options &options, const std::string &provider)
{
    Offline offline(options.gateway);
    if (auto loaded = offline.gateway.load(); !loaded)
        return failed(loaded.error());
    return await([&](auto finish) {
        offline.gateway.whenKeysRead([&offline, finish, provider] {
            offline.gateway.testKey(provider, [finish, provider](const Result<std::string> &result) {
                finish(report(result ? Result<void>() : tl::unexpected(result.error()),
                              result ? provider + ": " + *result : std::string()));
            });
        });
    });
}

} // namespace

void addKeys(CLI::App &cli, Options &options)
{
    CLI::App *keys = cli.add_subcommand("keys", "provider keys in the OS keychain");
    keys->require_subcommand(1);
    addGatewayOptions(*keys, options);
    CLI::App *listCommand = keys->add_subcommand("list", "which provider has a key, and from where");
    setAction(*listCommand, options, [&options] { return list(options); });
    const auto add = [&](const char *name, const char *help, int (*run)(const Options &, const std::string &)) {
        auto provider = std::make_shared<std::string>();
        CLI::App *command = keys->add_subcommand(name, help);
        command->add_option("PROVIDER", *provider, "provider, or client/NAME for a client key")->required();
        setAction(*command, options, [&options, provider, run] { return run(options, *provider); });
    };
    add("set", "store a key, read from standard input", set);
    add("delete", "delete a key", remove);
    add("test", "ask the provider for its models with the stored key", test);
}

} // namespace pm::app
