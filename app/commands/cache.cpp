// SPDX-License-Identifier: GPL-3.0-or-later
// What the running gateway's cache holds, and what is to go from it: asked of its admin API.
#include "commands/command_support.h"
#include "commands/commands.h"

#include "base/json.h"

#include <CLI/CLI.hpp>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QUrlQuery>

#include <cstdio>

namespace pm::app {

namespace {

struct CacheCommand
{
    std::string url; ///< of the gateway; empty: as the configuration says
    std::string keyVariable = "POINTSMAN_CLIENT_KEY";
    std::string router, model, age, key;
    bool json = false;
};

QUrl adminUrl(const CacheCommand &command, Gateway &gateway)
{
    std::string base = command.url;
    if (base.empty()) {
        const config::Server &server = gateway.config().server;
        const bool isV6 = server.address.find(':') != std::string::npos;
        const std::string host = isV6 ? "[" + server.address + "]" : server.address;
        base = "http://" + (server.address == "0.0.0.0" ? "127.0.0.1" : host) + ":" + std::to_string(server.port);
    }
    QUrl url(QString::fromStdString(base + "/api/v1/admin/cache"));
    QUrlQuery query;
    const std::pair<const char *, const std::string *> fields[] = {
        {"router", &command.router}, {"model", &command.model}, {"older-than", &command.age}, {"key", &command.key}};
    for (const auto &[name, value] : fields) {
        if (!value->empty())
            query.addQueryItem(QLatin1String(name), QString::fromUtf8(QUrl::toPercentEncoding(QString::fromStdString(*value))));
    }
    url.setQuery(query);
    return url;
}

void show(const std::string &text)
{
    const auto document = json::Document::parse(text);
    if (!document)
        return;
    const json::Element root = document->root();
    const auto line = [](json::Element of, std::string_view name) {
        const auto number = [&](const char *key) { return json::findInt(of, key).value_or(0); };
        std::printf("%-12.*s %8lld entries %11lld bytes %8lld hits %8lld misses %5.1f %%  saved $%.4f and %.1f s\n",
                    int(name.size()), name.data(), static_cast<long long>(number("entries")),
                    static_cast<long long>(number("bytes")), static_cast<long long>(number("hits") + number("semantic_hits")),
                    static_cast<long long>(number("misses") + number("refreshes")),
                    100 * json::findDouble(of, "hit_rate").value_or(0), json::findDouble(of, "saved_usd").value_or(0),
                    json::findDouble(of, "saved_seconds").value_or(0));
    };
    line(root, json::findString(root, "store").value_or(""));
    if (const auto problem = json::findString(root, "problem"))
        std::printf("  %.*s\n", int(problem->size()), problem->data());
    if (const auto routers = json::findArray(root, "routers")) {
        for (const json::Element router : *routers)
            line(router, json::findString(router, "router").value_or(""));
    }
}

int ask(const Options &options, const CacheCommand &command, bool purges)
{
    Gateway gateway(options.gateway);
    if (auto loaded = gateway.load(); !loaded && command.url.empty())
        return failed(loaded.error());
    QNetworkAccessManager network;
    QNetworkRequest request(adminUrl(command, gateway));
    if (const QByteArray key = qgetenv(command.keyVariable.c_str()); !key.isEmpty())
        request.setRawHeader("authorization", "Bearer " + key);
    return await([&](std::function<void(int)> finish) {
        QNetworkReply *reply = purges ? network.deleteResource(request) : network.get(request);
        QObject::connect(reply, &QNetworkReply::finished, reply, [&, reply, finish] {
            const std::string body = reply->readAll().toStdString();
            reply->deleteLater();
            if (reply->error() != QNetworkReply::NoError) {
                const std::string why = body.empty() ? reply->errorString().toStdString() : body;
                return finish(failed({ErrorKind::ConnectFailed, request.url().host().toStdString() + ":"
                                                                    + std::to_string(request.url().port()) + ": " + why}));
            }
            if (command.json)
                std::printf("%s\n", body.c_str());
            else if (!purges)
                show(body);
            else if (const auto document = json::Document::parse(body))
                std::printf("%lld removed\n", static_cast<long long>(json::findInt(document->root(), "removed").value_or(0)));
            finish(0);
        });
    });
}

void addWhere(CLI::App &command, CacheCommand &into)
{
    command.add_option("--url", into.url, "the gateway's address; as the configuration says when not given");
    command.add_option("--key-variable", into.keyVariable, "environment variable with a client key, where keys are asked for");
    command.add_flag("--json", into.json, "as JSON");
}

} // namespace

void addCache(CLI::App &cli, Options &options)
{
    CLI::App *cache = cli.add_subcommand("cache", "answers that the running gateway keeps");
    cache->require_subcommand(1);
    addGatewayOptions(*cache, options);
    auto command = std::make_shared<CacheCommand>();
    CLI::App *shown = cache->add_subcommand("show", "entries, bytes, hits, misses, and what hits saved, by router");
    addWhere(*shown, *command);
    setAction(*shown, options, [&options, command] { return ask(options, *command, false); });
    CLI::App *purge = cache->add_subcommand("purge", "removes entries; all of them when nothing else is said");
    addWhere(*purge, *command);
    purge->add_option("--router", command->router, "of this router");
    purge->add_option("--model", command->model, "asked for, or that answered");
    purge->add_option("--older-than", command->age, "kept for longer: 1h, 7d");
    purge->add_option("--key", command->key, "whose key begins so (x-pointsman-cache-key)");
    setAction(*purge, options, [&options, command] { return ask(options, *command, true); });
}

} // namespace pm::app
