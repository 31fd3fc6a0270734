// SPDX-License-Identifier: GPL-3.0-or-later
#include "headless.h"

#include "base/log.h"
#include "unix_signals.h"

#include <QCoreApplication>

#include <csignal>
#include <cstdio>

namespace pm::app {

std::string curlLine(const std::string &baseUrl)
{
    return "curl -N " + baseUrl
           + "/v1/chat/completions -H 'content-type: application/json' "
             "-d '{\"model\":\"demo\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello, Pointsman\"}]}'";
}

int runHeadless(const Options &options)
{
    log::configure(options.logFormat == "json" ? log::Format::Json : log::Format::Text, log::Level::Info);
    Gateway gateway(options.gateway);
    if (const auto started = gateway.start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().message.c_str());
        return 1;
    }
    for (const config::Problem &problem : gateway.configProblems())
        log::warning(problem.message, {{"line", std::to_string(problem.line)}});
    const std::string url = gateway.status().baseUrl;
    std::printf("listening on %s\n", url.c_str());
    std::printf("try it: %s\n", curlLine(url).c_str());
    std::fflush(stdout);

    UnixSignals signals({SIGTERM, SIGINT, SIGHUP});
    QObject::connect(&signals, &UnixSignals::received, &gateway, [&gateway](int number) {
        if (number != SIGHUP)
            return QCoreApplication::quit();
        if (const auto reloaded = gateway.reload(); !reloaded)
            log::error("configuration not applied, the running one stays\n" + reloaded.error().message);
        else
            log::info("configuration reloaded");
    });
    QCoreApplication::exec();
    log::info("draining");
    gateway.stop(std::chrono::seconds(30));
    return 0;
}

} // namespace pm::app
