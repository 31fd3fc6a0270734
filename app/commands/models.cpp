// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command_support.h"
#include "commands/commands.h"

#include <CLI/CLI.hpp>
#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

namespace pm::app {

namespace {

std::string price(const std::optional<double> &usd)
{
    if (!usd)
        return "–";
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", *usd);
    return text;
}

std::string tokens(std::int64_t count)
{
    return count > 0 ? std::to_string(count) : "–";
}

void print(const std::vector<ModelInfo> &models)
{
    std::printf("%-52s %10s %10s %9s %9s %9s  %s\n", "MODEL", "CONTEXT", "OUTPUT", "IN $/M", "OUT $/M", "CACHED", "CAN");
    for (const ModelInfo &model : models) {
        std::string can;
        can += model.tools ? "tools " : "";
        can += model.images ? "images " : "";
        can += model.reasoning ? "reasoning" : "";
        std::printf("%-52s %10s %10s %9s %9s %9s  %s\n", (model.provider + "/" + model.id).c_str(),
                    tokens(model.context).c_str(), tokens(model.maxOutput).c_str(), price(model.inputPrice).c_str(),
                    price(model.outputPrice).c_str(), price(model.cacheReadPrice).c_str(), can.c_str());
    }
}

int list(const Options &options, const std::string &provider)
{
    Gateway gateway(options.gateway);
    if (auto loaded = gateway.load(); !loaded)
        return failed(loaded.error());
    if (!provider.empty()) {
        const auto models = gateway.models(provider);
        if (models.empty()) {
            std::fprintf(stderr, "no model is known of \"%s\"\n", provider.c_str());
            return 1;
        }
        print(models);
        return 0;
    }
    gateway.whenKeysRead([&gateway] {
        print(gateway.models());
        QTimer::singleShot(0, [] { QCoreApplication::quit(); });
    });
    return QCoreApplication::exec();
}

} // namespace

void addModels(CLI::App &cli, Options &options)
{
    auto provider = std::make_shared<std::string>();
    CLI::App *models = cli.add_subcommand("models", "what can be asked for, with price and context");
    addGatewayOptions(*models, options);
    models->add_option("--provider", *provider, "all models of one provider, with or without a key");
    setAction(*models, options, [&options, provider] { return list(options, *provider); });
}

} // namespace pm::app
