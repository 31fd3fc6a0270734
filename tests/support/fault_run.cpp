// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fault_run.h"

#include "support/fault_places.h"
#include "support/fault_wire.h"
#include "support/formats_page.h"
#include "support/gateway_fixture.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace pm::test {

namespace {

using namespace std::chrono_literals;
using Time = std::chrono::steady_clock::time_point;

constexpr std::size_t kAtOnce = 16;

std::vector<Cell> allCells()
{
    std::vector<Cell> cells;
    const auto add = [&](const Fault &fault, DialectId client, DialectId upstream, bool stream) {
        if (!(stream ? fault.streamed : fault.whole))
            return;
        for (const bool hasSecond : {false, true}) {
            Cell cell;
            cell.fault = &fault;
            cell.client = client;
            cell.upstream = upstream;
            cell.stream = stream;
            cell.hasSecond = hasSecond;
            cell.model = "cell-" + std::to_string(1000 + cells.size());
            cells.push_back(std::move(cell));
        }
    };
    for (const Fault &fault : faults()) {
        for (const DialectId client : clientFormats()) {
            add(fault, client, DialectId::OpenAiChat, false);
            add(fault, client, DialectId::OpenAiChat, true);
        }
        for (const DialectId own : {DialectId::AnthropicMessages, DialectId::Gemini}) {
            if (!fault.isOpenAiOnly)
                add(fault, own, own, true);
        }
    }
    return cells;
}

/// One provider for each fault, format and kind of answer: "f3-gem-s". Routers are called the same, with a
/// second target "f3-gem-s2": they have 12 characters at most.
std::string providerOf(const Cell &cell)
{
    return "f" + std::to_string(cell.fault - faults().data()) + "-" +
           std::string(dialect(cell.upstream).name().substr(0, 3)) + (cell.stream ? "-s" : "-w");
}

std::string healthyOf(const Cell &cell)
{
    return cell.stream ? "healthy-stream" : "healthy-whole";
}

std::string routerOf(const Cell &cell)
{
    return providerOf(cell) + (cell.hasSecond ? "2" : "");
}

std::string providerText(const std::string &name, DialectId format, const std::string &address,
                         const std::string &models)
{
    return "  " + name + ": {format: " + std::string(dialect(format).name()) + ", base-url: '" + address +
           "/" + name + "', api-key: env:PM_TEST_FAULT_KEY, models: [" + models +
           "], price: {input: 1000, output: 1000}}\n";
}

/// What shows at a timeout gets a short one; all else a long one, so that a busy machine changes nothing.
std::string routerText(const Cell &cell)
{
    const std::string patience = cell.fault->isSlow ? "1s" : "60s";
    return "  " + routerOf(cell) + ":\n    load-balance: {chat: {strategy: priority, providers: [" +
           providerOf(cell) + (cell.hasSecond ? ", " + healthyOf(cell) : "") +
           "]}}\n    retries: {min-delay: 1ms, max-retries: 1}\n    timeouts: {connect: 60s, first-token: " +
           patience + ", idle: " + patience + ", total: 120s}\n";
}

std::string configOf(const std::vector<Cell> &cells, const FaultPlaces &places, const std::string &server)
{
    std::map<std::string, std::string> models; // provider -> list
    std::map<std::string, const Cell *> providers, routers;
    for (const Cell &cell : cells) {
        providers.emplace(providerOf(cell), &cell);
        routers.emplace(routerOf(cell), &cell);
        models[providerOf(cell)] += cell.model + ",";
        if (cell.hasSecond)
            models[healthyOf(cell)] += cell.model + ",";
    }
    for (auto &[provider, list] : models)
        list.pop_back();
    std::string text = "providers:\n";
    for (const auto &[name, cell] : providers)
        text += providerText(name, cell->upstream, places.address(cell->fault->place, server), models[name]);
    for (const char *name : {"healthy-stream", "healthy-whole"})
        text += providerText(name, DialectId::OpenAiChat, server, models[name]);
    text += "routers:\n";
    for (const auto &[name, cell] : routers)
        text += routerText(*cell);
    return text;
}

/// Under the path at which a provider of the cell's format is asked.
void play(FakeUpstream &upstream, const std::string &provider, DialectId format, const Cell &cell,
          Scenario scenario)
{
    TargetTraits target;
    target.model = cell.model;
    std::string path = "/" + provider + dialect(format).path(Operation::Chat, target, cell.stream);
    path.resize(std::min(path.find('?'), path.size()));
    scenario.closeAfter = true; // on a connection used before, one that closes at once would be asked twice
    upstream.on(std::move(path), std::move(scenario));
}

void playAll(FakeUpstream &upstream, const std::vector<Cell> &cells)
{
    for (const Cell &cell : cells) {
        const Wire wire = wireOf(cell.upstream);
        if (cell.fault->play)
            play(upstream, providerOf(cell), cell.upstream, cell, cell.fault->play(wire, cell.stream));
        play(upstream, healthyOf(cell), DialectId::OpenAiChat, cell,
             cell.stream ? openAiStream({std::string(kSecondWord)}) : openAiReply(kSecondWord));
    }
}

void askAll(GatewayFixture &fixture, std::vector<Cell> &cells)
{
    struct Asked
    {
        Cell *cell;
        std::future<Reply> reply;
        Time since;
    };
    std::vector<Asked> running;
    std::size_t next = 0;
    while (next < cells.size() || !running.empty()) {
        while (next < cells.size() && running.size() < kAtOnce) {
            Cell &cell = cells[next++];
            Call call = questionOf(cell.client, routerOf(cell), cell.model, cell.stream);
            call.url = fixture.url(call.url);
            call.timeout = 120s;
            running.push_back({&cell, performAsync(std::move(call)), std::chrono::steady_clock::now()});
        }
        QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        std::erase_if(running, [](Asked &asked) {
            if (asked.reply.wait_for(0ms) != std::future_status::ready)
                return false;
            asked.cell->reply = asked.reply.get();
            asked.cell->took = std::chrono::duration_cast<std::chrono::milliseconds>(
                std::chrono::steady_clock::now() - asked.since);
            return true;
        });
        if (!running.empty())
            (void)running.front().reply.wait_for(1ms);
    }
}

void countRequests(const FakeUpstream &upstream, std::vector<Cell> &cells)
{
    std::map<std::string, Cell *> byModel;
    for (Cell &cell : cells)
        byModel[cell.model] = &cell;
    for (const SeenRequest &request : upstream.requests()) {
        const std::string &where =
            request.path.find("cell-") != std::string::npos ? request.path : request.body;
        const std::size_t at = where.find("cell-");
        const auto found = byModel.find(where.substr(std::min(at, where.size()), 9));
        if (found == byModel.end())
            continue;
        ++(request.path.starts_with("/healthy-") ? found->second->secondAsked : found->second->firstAsked);
    }
}

void readTraces(GatewayFixture &fixture, std::vector<Cell> &cells)
{
    std::map<std::string, std::string> ids; // model -> trace
    for (const trace::Head &head : fixture.traces(cells.size()))
        ids[head.requestedModel] = head.id;
    const auto query = trace::Query::open(fixture.gateway().tracePath());
    for (Cell &cell : cells) {
        if (!query || !ids.count(cell.model))
            continue;
        if (auto record = query->get(ids[cell.model]))
            cell.record = std::move(*record);
    }
}

} // namespace

std::string Cell::label() const
{
    return std::string(fault->name) + ", " + std::string(titleOf(dialect(client))) + " client, " +
           std::string(titleOf(dialect(upstream))) + " provider, " + (stream ? "stream" : "whole") +
           (hasSecond ? ", two targets" : ", one target");
}

std::vector<Cell> runFaults(std::string &problem)
{
    std::vector<Cell> cells = allCells();
    FaultPlaces places;
    FakeUpstream upstream;
    qputenv("PM_TEST_FAULT_KEY", "a-key");
    GatewayFixture fixture(configOf(cells, places, upstream.url()));
    problem = !places.problem().empty() ? places.problem() : fixture.startError();
    if (!problem.empty())
        return cells;
    playAll(upstream, cells);
    askAll(fixture, cells);
    countRequests(upstream, cells);
    readTraces(fixture, cells);
    for (Cell &cell : cells)
        cell.seen = seenBy(cell.client, cell.reply, cell.stream);
    return cells;
}

} // namespace pm::test
