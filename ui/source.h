// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"
#include "trace/spend_query.h"

#include <QObject>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pm::ui {

/// Reads stored traces; made and used on one thread, never the GUI's. The seam between the window and
/// trace::Query, so that widgets are tested with data made up in a test.
class TraceReader
{
public:
    virtual ~TraceReader() = default;
    virtual Result<trace::Page> list(const trace::Filter &filter, const std::string &beforeId, int limit) = 0;
    virtual Result<trace::Record> get(const std::string &id) = 0;
    virtual Result<trace::Totals> totals(std::int64_t sinceMicros) = 0;
    virtual Result<std::vector<std::string>> distinct(const std::string &field) = 0;
    virtual Result<std::vector<trace::SpendRow>> spend(const trace::SpendQuery &query) = 0; ///< as trace::readSpend
};

/// Tells when something that Source gives has changed. GUI thread.
class SourceChanges : public QObject
{
    Q_OBJECT

Q_SIGNALS:
    void status();
    void config();
    void configProblems();
    void providers();
    void budgetWarned(const QString &name, const QString &text); ///< as Gateway::budgetWarned
    void clientKeys();
};

/// What the window asks of the gateway, as callables; gateway_source.h fills it from the facade. All are
/// called on the GUI thread but openTraces, which the store worker calls on its own. Every member is set.
struct Source
{
    std::function<GatewayStatus()> status;
    std::function<Secret()> ownKey; ///< sent as Gateway::ownKeyHeader(), where client keys are asked for
    std::function<std::vector<ProviderStatus>()> providers;
    std::function<std::vector<RouterStatus>()> routers;
    std::function<std::vector<config::Problem>()> configProblems; ///< of the file as it was read last
    std::function<std::vector<trace::Head>()> takeFeed;
    std::function<bool(const trace::Filter &, const trace::Head &)> matches;
    std::function<Result<std::unique_ptr<TraceReader>>()> openTraces;
    std::function<Result<void>(const std::string &)> setActiveRouter;
    std::function<void(bool)> setPaused;
    /// As Gateway::simulate; `done` comes on the GUI thread.
    std::function<std::uint64_t(const SimulationQuery &, const std::string &configText,
                                std::function<void(Result<SimulationReport>)> done)>
        simulate;
    std::function<void(std::uint64_t)> cancelSimulation;
    std::function<std::vector<policy::BudgetState>()> budgets;
    std::function<std::vector<policy::ClientKey>()> clientKeys; ///< those that the gateway made
    std::function<std::vector<config::Server::ClientKey>()> configuredKeys;
    std::function<Result<Secret>(const policy::ClientKey &)> createClientKey; ///< as Gateway::createClientKey
    std::function<Result<void>(const std::string &)> revokeClientKey;
    std::shared_ptr<SourceChanges> changes = std::make_shared<SourceChanges>();
};

/// Whether `filter` asks for anything at all.
bool hasCondition(const trace::Filter &filter);

} // namespace pm::ui
