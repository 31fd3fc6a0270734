// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command_support.h"
#include "commands/commands.h"
#include "policy/budget_span.h"
#include "policy/budgets.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <ctime>

namespace pm::app {

namespace {

/// What `create` is told of the key.
struct Wanted
{
    std::string name;
    std::vector<std::string> routers, models, budgets, limits, metadata;
    std::string expires;
};

/// A gateway that is not started: it knows the routers and the file of keys.
GatewayOptions withoutServing(GatewayOptions options)
{
    options.store = false;
    options.discover = false;
    return options;
}

Result<policy::ClientKey> keyOf(const Wanted &wanted)
{
    policy::ClientKey key;
    key.name = wanted.name;
    key.routers = wanted.routers;
    key.models = wanted.models;
    for (const std::string &text : wanted.budgets) {
        const auto budget = policy::parseBudget(text);
        if (!budget)
            return tl::unexpected(budget.error());
        key.budgets.push_back(*budget);
    }
    for (const std::string &text : wanted.limits) {
        const auto limit = policy::parseLimit(text);
        if (!limit)
            return tl::unexpected(limit.error());
        key.limits.push_back(*limit);
    }
    for (const std::string &text : wanted.metadata) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0)
            return fail(ErrorKind::BadRequest, "metadata is NAME=VALUE: " + text);
        key.metadata[text.substr(0, equals)] = text.substr(equals + 1);
    }
    if (!wanted.expires.empty()) {
        const auto at = policy::parseExpiry(wanted.expires, std::time(nullptr));
        if (!at)
            return tl::unexpected(at.error());
        key.expiresAt = *at;
    }
    return key;
}

int create(const Options &options, const Wanted &wanted)
{
    const auto key = keyOf(wanted);
    if (!key)
        return failed(key.error());
    Gateway gateway(withoutServing(options.gateway));
    if (const auto loaded = gateway.load(); !loaded)
        return failed(loaded.error());
    const auto secret = gateway.createClientKey(*key);
    if (!secret)
        return failed(secret.error());
    // Alone on standard output, so that it can be piped to where it belongs.
    std::printf("%s\n", std::string(secret->reveal()).c_str());
    std::fprintf(stderr, "client key \"%s\" is made. It is shown this once; only a hash of it is kept.\n", wanted.name.c_str());
    return 0;
}

int revoke(const Options &options, const std::string &name)
{
    Gateway gateway(withoutServing(options.gateway));
    if (const auto loaded = gateway.load(); !loaded)
        return failed(loaded.error());
    if (const auto revoked = gateway.revokeClientKey(name); !revoked)
        return failed(revoked.error());
    std::printf("client key \"%s\" is revoked\n", name.c_str());
    return 0;
}

std::string stateOf(const policy::ClientKey &key, std::int64_t now)
{
    if (key.revokedAt != 0)
        return "revoked";
    return key.expiresAt != 0 && now >= key.expiresAt ? "expired" : "active";
}

std::string joined(const std::vector<std::string> &texts)
{
    std::string list;
    for (const std::string &text : texts)
        list += (list.empty() ? "" : ",") + text;
    return list.empty() ? "all" : list;
}

int list(const Options &options)
{
    Gateway gateway(withoutServing(options.gateway));
    if (const auto loaded = gateway.load(); !loaded)
        return failed(loaded.error());
    const std::int64_t now = std::time(nullptr);
    const auto day = [](std::int64_t at) { return at == 0 ? std::string("never") : policy::localText(at).substr(0, 10); };
    std::printf("%-20s %-9s %-10s %-10s %-10s %-16s %-20s %s\n", "NAME", "KEY", "STATE", "EXPIRES", "USED", "ROUTERS", "MODELS",
                "BUDGETS");
    for (const policy::ClientKey &key : gateway.clientKeys()) {
        std::string budgets;
        for (const config::Budget &budget : key.budgets) {
            budgets += (budgets.empty() ? "" : ",") + policy::usdText(budget.microUsd) + "/"
                       + std::string(policy::perName(budget.per));
        }
        std::printf("%-20s %-9s %-10s %-10s %-10s %-16s %-20s %s\n", key.name.c_str(), key.shown.c_str(),
                    stateOf(key, now).c_str(), day(key.expiresAt).c_str(),
                    day(key.usedAt).c_str(), joined(key.routers).c_str(), joined(key.models).c_str(),
                    budgets.c_str());
    }
    return 0;
}

} // namespace

void addClientKeys(CLI::App &cli, Options &options)
{
    CLI::App *keys = cli.add_subcommand("client-keys", "keys that this gateway makes for those who call it");
    keys->require_subcommand(1);
    addGatewayOptions(*keys, options);
    setAction(*keys->add_subcommand("list", "the keys, without their secrets"), options, [&options] { return list(options); });
    auto wanted = std::make_shared<Wanted>();
    CLI::App *createCommand = keys->add_subcommand("create", "make a key; its secret is printed this once");
    createCommand->add_option("NAME", wanted->name, "in traces and refusals")->required();
    createCommand->add_option("--router", wanted->routers, "router that it may use; several times; none: all");
    createCommand->add_option("--model", wanted->models, "model that it may ask for, * at the end for any rest; several times");
    createCommand->add_option("--budget", wanted->budgets, "20/month (hour, day, week, month, total); several times");
    createCommand->add_option("--limit", wanted->limits, "100/1m, 200k-tokens/1h, 5usd/1d; several times");
    createCommand->add_option("--expires", wanted->expires, "30d, 2026-12-31");
    createCommand->add_option("--metadata", wanted->metadata, "NAME=VALUE for requests that do not say otherwise; several times");
    setAction(*createCommand, options, [&options, wanted] { return create(options, *wanted); });
    auto name = std::make_shared<std::string>();
    CLI::App *revokeCommand = keys->add_subcommand("revoke", "refuse a key from now on");
    revokeCommand->add_option("NAME", *name, "its name")->required();
    setAction(*revokeCommand, options, [&options, name] { return revoke(options, *name); });
}

} // namespace pm::app
