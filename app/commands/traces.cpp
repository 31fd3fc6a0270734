// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command_support.h"
#include "commands/commands.h"

#include "admin/admin_json.h"
#include "base/local_time.h"
#include "pipeline/understood.h"
#include "trace/trace_query.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <thread>

namespace pm::app {

namespace {

struct Arguments
{
    std::string id;
    std::string text;
    int limit = 30;
    bool json = false;
};

Result<trace::Query> openStore(const Options &options)
{
    return trace::Query::open(options.gateway.dataDir + "/traces.db");
}

std::string clockTime(std::int64_t micros)
{
    return formatTime("%m-%d %H:%M:%S", localTime(static_cast<std::time_t>(micros / 1'000'000)));
}

std::string figure(const std::optional<std::int64_t> &count)
{
    return count ? std::to_string(*count) : "–";
}

std::string money(const std::optional<std::int64_t> &micros)
{
    if (!micros)
        return "–";
    char text[32];
    std::snprintf(text, sizeof text, "$%.4f", static_cast<double>(*micros) / 1e6);
    return text;
}

std::string millis(std::int64_t micros)
{
    return micros < 0 ? "–" : std::to_string((micros + 500) / 1000) + " ms";
}

void printHead(const trace::Head &head)
{
    const std::string route = head.provider.empty() ? head.path : head.provider + "/" + head.model;
    std::printf("%s  %s  %-9s %3d  %-10s %-40s %8s %7s %9s %9s %9s\n", head.id.c_str(), clockTime(head.startedAt).c_str(),
                std::string(trace::stateName(head.state)).c_str(), head.status, head.router.c_str(),
                route.substr(0, 40).c_str(), figure(head.usage.totalInput()).c_str(), figure(head.usage.output).c_str(),
                money(head.costMicroUsd).c_str(), millis(head.firstContentUs).c_str(), millis(head.totalUs).c_str());
}

void printTitles()
{
    std::printf("%-26s  %-14s  %-9s %3s  %-10s %-40s %8s %7s %9s %9s %9s\n", "ID", "TIME", "STATE", "", "ROUTER", "ROUTE",
                "IN", "OUT", "COST", "FIRST", "TOTAL");
}

int list(const Options &options, const Arguments &arguments)
{
    auto query = openStore(options);
    if (!query)
        return failed(query.error());
    trace::Filter filter;
    filter.text = arguments.text;
    const auto page = query->list(filter, {}, arguments.limit);
    if (!page)
        return failed(page.error());
    if (arguments.json) {
        std::printf("%s\n", admin::pageJson(*page).c_str());
        return 0;
    }
    printTitles();
    for (auto head = page->heads.rbegin(); head != page->heads.rend(); ++head)
        printHead(*head);
    if (page->heads.empty())
        std::fprintf(stderr, "%s\n", arguments.text.empty() ? "no traces yet" : "nothing matches");
    return 0;
}

void printBodies(const trace::Record &record)
{
    const auto body = [](const char *title, const trace::Body &stored, const trace::HeaderList &headers) {
        if (stored.fullSize > 0)
            std::printf("\n%s (%lld bytes%s)\n%s\n", title, static_cast<long long>(stored.fullSize),
                        stored.isTruncated() ? ", cut" : "", readableBody(stored, headers).c_str());
    };
    const auto understood = [](const char *title, const Understood &common) {
        const std::string problem = common.problem.empty() ? "" : " (" + common.problem + ")";
        if (!common.json.empty() || !common.format.empty())
            std::printf("\n%s%s\n%s\n", title, problem.c_str(), common.json.c_str());
    };
    const trace::Detail &detail = record.detail;
    body("REQUEST", detail.requestBody, detail.requestHeaders);
    understood("REQUEST, AS UNDERSTOOD", understoodRequest(record));
    body("SENT ON", detail.upstreamRequestBody, detail.upstreamRequestHeaders);
    body("PROVIDER'S ANSWER", detail.upstreamResponseBody, detail.upstreamResponseHeaders);
    understood("PROVIDER'S ANSWER, AS UNDERSTOOD", understoodAnswer(record));
    body("ANSWER", detail.responseBody, detail.responseHeaders);
}

int show(const Options &options, const Arguments &arguments)
{
    auto query = openStore(options);
    if (!query)
        return failed(query.error());
    const auto record = query->get(arguments.id);
    if (!record)
        return failed(record.error());
    if (arguments.json) {
        std::printf("%s\n", admin::recordJson(*record).c_str());
        return 0;
    }
    const trace::Detail &detail = record->detail;
    printTitles();
    printHead(record->head);
    if (!record->head.errorMessage.empty())
        std::printf("\nerror   %s: %s\n", record->head.errorKind.c_str(), record->head.errorMessage.c_str());
    std::printf("\nroute   %s\n", detail.routeLine.c_str());
    for (const trace::PlanEntry &entry : detail.plan)
        std::printf("  %s %s: %s\n", entry.excluded ? "-" : "+", entry.target.c_str(), entry.reason.c_str());
    for (const trace::Attempt &attempt : detail.attempts) {
        std::printf("attempt %s/%s at %s: status %d, first byte %s, total %s, %s %s\n", attempt.provider.c_str(),
                    attempt.model.c_str(), millis(attempt.startedUs).c_str(), attempt.status,
                    millis(attempt.firstByteUs).c_str(), millis(attempt.totalUs).c_str(), attempt.outcome.c_str(),
                    attempt.errorMessage.c_str());
    }
    for (const PlacedLoss &loss : placedLosses(*record)) {
        const std::string place = loss.places.empty() ? std::string() : " at " + loss.places.front().pointer;
        const std::size_t others = loss.places.empty() ? 0 : loss.places.size() - 1;
        const std::string more = others > 0 ? " and " + std::to_string(others) + " more" : "";
        std::printf("lost    %s%s%s\n", loss.text.c_str(), place.c_str(), more.c_str());
    }
    printBodies(*record);
    return 0;
}

int tail(const Options &options, const Arguments &arguments)
{
    auto query = openStore(options);
    if (!query)
        return failed(query.error());
    std::string last;
    if (const auto page = query->list({}, {}, 1); page && !page->heads.empty())
        last = page->heads.front().id;
    if (!arguments.json)
        printTitles();
    for (;;) {
        const auto heads = query->listAfter(last, 1000);
        if (!heads)
            return failed(heads.error());
        for (const trace::Head &head : *heads) {
            if (arguments.json)
                std::printf("%s\n", admin::headJson(head).c_str());
            else
                printHead(head);
            last = head.id;
        }
        if (std::fflush(stdout) != 0)
            return 0; // the reader of our pipe is gone
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
}

} // namespace

void addTraces(CLI::App &cli, Options &options)
{
    CLI::App *traces = cli.add_subcommand("traces", "the trace store");
    traces->require_subcommand(1);
    addGatewayOptions(*traces, options);
    const auto add = [&](const char *name, const char *help, int (*run)(const Options &, const Arguments &)) {
        auto arguments = std::make_shared<Arguments>();
        CLI::App *command = traces->add_subcommand(name, help);
        command->add_flag("--json", arguments->json, "as JSON");
        setAction(*command, options, [&options, arguments, run] { return run(options, *arguments); });
        return std::pair(command, arguments);
    };
    const auto [listCommand, listArguments] = add("list", "the newest requests", list);
    listCommand->add_option("--limit", listArguments->limit, "how many")->check(CLI::Range(1, 100000));
    const auto [showCommand, showArguments] = add("show", "one request, whole", show);
    showCommand->add_option("ID", showArguments->id, "id, or its first or last six characters")->required();
    add("tail", "requests as they end", tail);
    const auto [searchCommand, searchArguments] = add("search", "requests whose prompt has these words", list);
    searchCommand->add_option("TEXT", searchArguments->text, "words")->required();
    searchCommand->add_option("--limit", searchArguments->limit, "how many")->check(CLI::Range(1, 100000));
}

} // namespace pm::app
