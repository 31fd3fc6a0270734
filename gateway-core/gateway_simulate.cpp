// SPDX-License-Identifier: GPL-3.0-or-later
// What the facade says of requests that are not sent: where one would go, and where stored ones would have
// gone.
#include "gateway_private.h"

#include "pipeline/explain.h"
#include "runtime/thread_call.h"
#include "trace/target_rows.h"

namespace pm {

std::string Gateway::Private::traceFile() const
{
    return options.store && !options.dataDir.empty() ? options.dataDir + "/traces.db" : std::string();
}

Result<Simulator::Job> Gateway::Private::simulationJob(const SimulationQuery &query,
                                                       const std::optional<std::string> &newText)
{
    if (!catalogue)
        return fail(ErrorKind::Config, "no configuration is loaded");
    if (traceFile().empty())
        return fail(ErrorKind::NotFound, "this gateway keeps no traces (--no-store)");
    Simulator::Job job{snapshots.get(), query, traceFile(),
                       stats->rows(clock.steadyNow(), clock.systemNow())};
    if (newText) {
        config::Loaded loaded = q->check(*newText);
        if (!loaded.isUsable())
            return fail(configError(loaded.problems, {}));
        job.snapshot = snapshotOf(loaded.config, *newText);
    }
    return job;
}

std::uint64_t Gateway::simulate(const SimulationQuery &query, const std::optional<std::string> &configText,
                                std::function<void(Result<SimulationReport>)> done)
{
    if (!d->simulator)
        d->simulator = std::make_shared<Simulator>();
    // What comes too late for this gateway's life or service is dropped: who asked may be gone with it.
    const auto deliver = [this, alive = std::weak_ptr(d->simulator),
                          done = std::move(done)](Result<SimulationReport> report) {
        postTo(this, [alive, done, report = std::move(report)] {
            if (!alive.expired())
                done(report);
        });
    };
    auto job = d->simulationJob(query, configText);
    auto started = job ? d->simulator->start(std::move(*job), deliver) : tl::unexpected(job.error());
    if (started)
        return *started;
    deliver(tl::unexpected(started.error()));
    return 0;
}

void Gateway::cancelSimulation(std::uint64_t number)
{
    if (d->simulator)
        d->simulator->cancel(number);
}

Result<Explanation> Gateway::explain(const http::Request &request) const
{
    SnapshotPtr snapshot = d->snapshots.get();
    if (!snapshot)
        return fail(ErrorKind::Config, "no configuration is loaded");
    if (!d->store && !d->traceFile().empty()) // without a store open, what it has of targets is not known yet
        snapshot = snapshotForSimulation(*snapshot, trace::readTargetRows(d->traceFile()));
    Rng rng = makeRng();
    return pm::explain(
        {request, snapshot, {}, appOf(request.headers), rng, d->clock.systemNow(), d->clock.steadyNow()});
}

} // namespace pm
