// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/simulate.h"

#include "base/text.h"
#include "pipeline/explain.h"
#include "pipeline/simulation_sums.h"
#include "pipeline/stored_request.h"

#include <algorithm>

namespace pm {

namespace {

using std::chrono::microseconds;

constexpr std::uint64_t kSeed = 20261127; ///< any: the same run twice says the same

/// Of a stored answer. A stream that never began has no time to its first content.
std::optional<std::int64_t> latencyOf(const trace::Head &head)
{
    const std::int64_t micros = head.stream ? head.firstContentUs : head.totalUs;
    const bool isAnswered = head.state == trace::State::Done && head.status < 400;
    return isAnswered && micros >= 0 ? std::optional(micros) : std::nullopt;
}

std::string labelOf(const std::string &provider, const std::string &model)
{
    return model.empty() ? provider : provider + "/" + model;
}

SimulatedRequest::Happened happened(const trace::Record &record)
{
    const trace::Head &head = record.head;
    const auto &plan = record.detail.plan;
    const auto first =
        std::find_if(plan.begin(), plan.end(), [](const trace::PlanEntry &entry) { return !entry.excluded; });
    SimulatedRequest::Happened before;
    before.target = first == plan.end() ? std::string() : first->target;
    before.served = head.provider.empty() ? std::string() : labelOf(head.provider, head.model);
    before.status = head.status;
    before.costMicroUsd = head.costMicroUsd;
    before.latencyUs = latencyOf(head);
    before.errorKind = head.errorKind;
    if (!record.detail.attempts.empty()) {
        const std::string &kind = record.detail.attempts.front().errorKind;
        before.hasFirstFailed =
            !kind.empty() && kind != traits(ErrorKind::Cancelled).label; // that was the client
    }
    return before;
}

/// Cache counts are of the provider that was asked. Where the other one has no price for writing to a cache,
/// or reading from it, those tokens are plain input there.
std::optional<std::int64_t> costAt(Usage usage, const routing::Target &target, const Snapshot &snapshot)
{
    const ProviderRuntime *provider = snapshot.findProvider(target.provider);
    if (!provider || !usage.isKnown())
        return std::nullopt;
    const auto cost = [&] {
        return costOf(usage, snapshot.findModel(target.provider, target.model), provider->provider.price);
    };
    const auto asInput = [&usage](std::optional<std::int64_t> &tokens) {
        if (usage.uncachedInput)
            *usage.uncachedInput += tokens.value_or(0);
        tokens.reset();
    };
    auto total = cost();
    if (!total) {
        asInput(usage.cacheWrite5m);
        asInput(usage.cacheWrite1h);
        total = cost();
    }
    if (!total) {
        asInput(usage.cacheRead);
        total = cost();
    }
    return total;
}

/// One run over the records. Lives for the call.
class Run
{
public:
    explicit Run(SnapshotPtr snapshot)
        : m_snapshot(std::move(snapshot))
    {
    }

    void add(const trace::Record &record);
    void skip(std::string reason) { ++m_report.skipped[std::move(reason)]; }
    SimulationReport take();

private:
    SteadyTime timeOf(const trace::Head &head);
    SimulatedRequest::Expected expected(const Explanation &explanation, const trace::Head &head,
                                        SteadyTime now) const;

    SnapshotPtr m_snapshot;
    RouteCache m_cache;
    Rng m_rng{kSeed};
    SteadyTime m_base = std::chrono::steady_clock::now();
    std::int64_t m_firstAt = -1;
    SimulationReport m_report;
};

/// As far from now as the record is from the first one: what nodes remember for minutes is remembered for
/// minutes here.
SteadyTime Run::timeOf(const trace::Head &head)
{
    if (m_firstAt < 0)
        m_firstAt = head.startedAt;
    return m_base + microseconds(std::max<std::int64_t>(0, head.startedAt - m_firstAt));
}

SimulatedRequest::Expected Run::expected(const Explanation &explanation, const trace::Head &head,
                                         SteadyTime now) const
{
    SimulatedRequest::Expected after;
    if (explanation.choices.empty()) {
        const auto &excluded = explanation.excluded;
        after.reason =
            excluded.empty() ? explanation.line : excluded.front().target + ": " + excluded.front().reason;
        return after;
    }
    const auto &[choice, figures] = explanation.choices.front();
    after.target = choice.target->label();
    after.reason = choice.reason.text();
    after.costMicroUsd = costAt(head.usage, *choice.target, *m_snapshot);
    after.errorRate = figures.errorRate;
    after.isByChance = choice.isByChance;
    after.isByFigures = choice.isByFigures;
    if (figures.latency)
        after.latencyUs = figures.latency->count();
    // It is taken to answer, as fast as expected: allowances fill, conversations stay, estimates do not grow
    // old.
    const std::int64_t tokens = explanation.facts.inputTokensEstimate;
    choice.target->stats->requestSent(tokens, now);
    choice.target->stats->tokensUsed(
        std::max<std::int64_t>(0, head.usage.totalInput().value_or(tokens) - tokens) +
            head.usage.output.value_or(0),
        now);
    if (figures.latency)
        choice.target->stats->recordLatency(routing::sizeClassOf(tokens), explanation.facts.stream,
                                            *figures.latency, now);
    for (const routing::Memory &memory : choice.memories)
        memory.state->remember(memory.conversation, memory.mark, now);
    return after;
}

void Run::add(const trace::Record &record)
{
    if (std::string why = whyNotAgain(record); !why.empty())
        return skip(std::move(why));
    const trace::Head &head = record.head;
    const http::Request request = requestAgain(record);
    const SteadyTime now = timeOf(head);
    const SystemTime wall{std::chrono::duration_cast<SystemTime::duration>(microseconds(head.startedAt))};
    const auto explanation = explain({request, m_snapshot, {}, head.app, m_rng, wall, now, &m_cache, true});
    SimulatedRequest row{head.id,     head.startedAt,   head.router, head.requestedModel,
                         head.stream, happened(record), {}};
    if (explanation) {
        row.after = expected(*explanation, head, now);
    } else {
        const ErrorKind kind = explanation.error().kind;
        const bool isRouting = kind == ErrorKind::ModelNotFound || kind == ErrorKind::NotFound;
        if (!isRouting)
            return skip("not understood (" + std::string(traits(kind).label) + ")");
        row.after.reason = explanation.error().message;
    }
    m_report.requests.push_back(std::move(row));
}

SimulationReport Run::take()
{
    sumUp(m_report);
    return std::move(m_report);
}

Result<void> checkQuery(const SimulationQuery &query, const Snapshot &snapshot)
{
    if (!query.isRange() && (query.last < 1 || query.last > SimulationQuery::kMost))
        return fail(ErrorKind::BadRequest, "last must be 1 to " + std::to_string(SimulationQuery::kMost));
    if (query.until != 0 && query.until < query.since)
        return fail(ErrorKind::BadRequest, "until is before since");
    if (!query.router.empty() && query.router != "ai" && !snapshot.findRouter(query.router)) {
        return fail(ErrorKind::NotFound,
                    "there is no router \"" + query.router.substr(0, 50) +
                        "\"; there are: " + joinNames(nearest(query.router, snapshot.routerNames())));
    }
    return {};
}

} // namespace

SnapshotPtr snapshotForSimulation(const Snapshot &snapshot, std::vector<trace::TargetRow> figures)
{
    auto own = std::make_shared<Snapshot>(snapshot);
    own->stats = std::make_shared<StatsRegistry>();
    own->stats->restore(std::move(figures));
    own->nodeStates = std::make_shared<routing::NodeStates>();
    return own;
}

Result<SimulationReport> simulate(const trace::Query &store, const SimulationQuery &query,
                                  const SnapshotPtr &snapshot, const std::function<bool()> &isCancelled)
{
    if (auto checked = checkQuery(query, *snapshot); !checked)
        return tl::unexpected(checked.error());
    trace::Filter filter;
    filter.router = query.router;
    filter.since = query.since;
    filter.until = query.until;
    const auto page = store.list(filter, {}, query.isRange() ? SimulationQuery::kMost : query.last);
    if (!page)
        return tl::unexpected(page.error());
    Run run(snapshot);
    for (auto head = page->heads.rbegin(); head != page->heads.rend(); ++head) {
        if (isCancelled && isCancelled())
            return fail(ErrorKind::Cancelled, "the simulation was cancelled");
        if (std::string why = whyNotAgain(*head); !why.empty()) {
            run.skip(std::move(why));
            continue;
        }
        const auto record = store.get(head->id);
        if (record)
            run.add(*record);
        else
            run.skip("gone from the store meanwhile");
    }
    SimulationReport report = run.take();
    report.hasMore = page->hasMore && query.isRange();
    return report;
}

} // namespace pm
