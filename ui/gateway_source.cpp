// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway_source.h"

namespace pm::ui {

namespace {

class QueryReader final : public TraceReader
{
public:
    QueryReader(trace::Query query, std::string path)
        : m_query(std::move(query))
        , m_path(std::move(path))
    {
    }
    Result<trace::Page> list(const trace::Filter &filter, const std::string &beforeId, int limit) override
    {
        return m_query.list(filter, beforeId, limit);
    }
    Result<trace::Record> get(const std::string &id) override { return m_query.get(id); }
    Result<trace::Totals> totals(std::int64_t sinceMicros) override { return m_query.totals(sinceMicros); }
    Result<std::vector<std::string>> distinct(const std::string &field) override
    {
        return m_query.distinct(field);
    }
    Result<std::vector<trace::SpendRow>> spend(const trace::SpendQuery &query) override
    {
        return trace::readSpend(m_path, query);
    }

private:
    trace::Query m_query;
    std::string m_path;
};

void connectMoney(Source &source, Gateway &gateway)
{
    source.budgets = [&gateway] { return gateway.budgets(); };
    source.clientKeys = [&gateway] { return gateway.clientKeys(); };
    source.configuredKeys = [&gateway] { return gateway.config().server.clientKeys; };
    source.createClientKey = [&gateway](const policy::ClientKey &wanted) { return gateway.createClientKey(wanted); };
    source.revokeClientKey = [&gateway](const std::string &name) { return gateway.revokeClientKey(name); };
    QObject::connect(&gateway, &Gateway::clientKeysChanged, source.changes.get(), &SourceChanges::clientKeys);
}

} // namespace

Source sourceOf(Gateway &gateway)
{
    Source source;
    source.status = [&gateway] { return gateway.status(); };
    source.ownKey = [&gateway] { return gateway.ownKey(); };
    source.providers = [&gateway] { return gateway.providers(); };
    source.routers = [&gateway] { return gateway.routers(); };
    source.configProblems = [&gateway] { return gateway.configProblems(); };
    source.takeFeed = [&gateway] { return gateway.takeFeed(); };
    source.matches = [](const trace::Filter &filter, const trace::Head &head) {
        return filter.matches(head);
    };
    source.openTraces = [path = gateway.tracePath()]() -> Result<std::unique_ptr<TraceReader>> {
        if (path.empty())
            return fail(ErrorKind::Storage, "traces are not kept in this run");
        auto query = trace::Query::open(path);
        if (!query)
            return fail(query.error());
        return std::make_unique<QueryReader>(std::move(*query), path);
    };
    source.setActiveRouter = [&gateway](const std::string &name) { return gateway.setActiveRouter(name); };
    source.setPaused = [&gateway](bool paused) { gateway.setPaused(paused); };
    source.simulate = [&gateway](const SimulationQuery &query, const std::string &text,
                                 std::function<void(Result<SimulationReport>)> done) {
        return gateway.simulate(query, text, std::move(done));
    };
    source.cancelSimulation = [&gateway](std::uint64_t number) { gateway.cancelSimulation(number); };
    connectMoney(source, gateway);
    SourceChanges *changes = source.changes.get();
    QObject::connect(&gateway, &Gateway::statusChanged, changes, &SourceChanges::status);
    QObject::connect(&gateway, &Gateway::configChanged, changes, &SourceChanges::config);
    QObject::connect(&gateway, &Gateway::configProblemsChanged, changes, &SourceChanges::configProblems);
    QObject::connect(&gateway, &Gateway::providersChanged, changes, &SourceChanges::providers);
    QObject::connect(&gateway, &Gateway::budgetWarned, changes, &SourceChanges::budgetWarned);
    return source;
}

} // namespace pm::ui
