// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command_support.h"
#include "commands/commands.h"

#include "admin/admin_json.h"
#include "admin/routing_text.h"

#include <CLI/CLI.hpp>
#include <QFile>

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

/// The client's request body: a file's, or what comes on standard input.
Result<std::string> readBody(const std::string &path)
{
    QFile file;
    const bool isOpen = path == "-" ? file.open(stdin, QIODevice::ReadOnly)
                                    : (file.setFileName(QString::fromStdString(path)), file.open(QIODevice::ReadOnly));
    if (!isOpen)
        return fail(ErrorKind::Storage, path + ": " + file.errorString().toStdString());
    return file.readAll().toStdString();
}

struct Question
{
    std::string router;
    std::string file = "-";
    std::string path = "v1/chat/completions";
    bool json = false;
};

int explain(const Options &options, const Question &question)
{
    const auto body = readBody(question.file);
    if (!body)
        return failed(body.error());
    GatewayOptions quiet = options.gateway;
    quiet.discover = false;
    Gateway gateway(std::move(quiet));
    if (auto loaded = gateway.load(); !loaded)
        return failed(loaded.error());
    http::Request request;
    request.method = "POST";
    request.path = request.target = "/router/" + question.router + "/" + question.path;
    request.body = QByteArray::fromStdString(*body);
    return await([&](std::function<void(int)> finish) {
        gateway.whenKeysRead([&, finish] {
            const auto explanation = gateway.explain(request);
            if (!explanation)
                return finish(failed(explanation.error()));
            const std::string text =
                question.json ? admin::explanationJson(*explanation) + "\n" : admin::explanationText(*explanation);
            std::fputs(text.c_str(), stdout);
            finish(0);
        });
    });
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
    auto question = std::make_shared<Question>();
    CLI::App *explainCommand = routers->add_subcommand("explain", "where a router would send a request, and why; nothing is sent");
    explainCommand->add_option("NAME", question->router, "router")->required();
    explainCommand->add_option("--file", question->file, "the request's body; \"-\", standard input, when not given");
    explainCommand->add_option("--path", question->path, "the API path that it would be sent to: v1/chat/completions, v1/messages, …");
    explainCommand->add_flag("--json", question->json, "as JSON");
    setAction(*explainCommand, options, [&options, question] { return explain(options, *question); });
}

} // namespace pm::app
