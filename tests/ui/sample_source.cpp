// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_source.h"

#include "format.h"
#include "sample_money.h"

#include <QCoreApplication>
#include <QTimer>

#include <algorithm>
#include <set>

namespace pm::ui::sample {

void Store::add(trace::Record record)
{
    const std::lock_guard lock(m_mutex);
    const auto place =
        std::upper_bound(m_records.begin(), m_records.end(), record.head.id,
                         [](const std::string &id, const trace::Record &r) { return id < r.head.id; });
    m_records.insert(place, std::move(record));
}

bool matches(const trace::Filter &filter, const trace::Head &head)
{
    const auto is = [](const std::string &wanted, const std::string &value) {
        return wanted.empty() || wanted == value;
    };
    using Status = trace::Filter::Status;
    const bool failed =
        head.state == trace::State::Failed || (head.state == trace::State::Done && head.status >= 400);
    const bool fits = filter.status == Status::Any || (filter.status == Status::Failed && failed) ||
                      (filter.status == Status::Ok && head.state == trace::State::Done && !failed) ||
                      (filter.status == Status::Cancelled && head.state == trace::State::Cancelled) ||
                      (filter.status == Status::Refused && head.state == trace::State::Refused);
    return fits && is(filter.router, head.router) && is(filter.provider, head.provider) &&
           is(filter.model, head.model) && is(filter.app, head.app) && head.startedAt >= filter.since &&
           (filter.until == 0 || head.startedAt < filter.until);
}

trace::Page Store::list(const trace::Filter &filter, const std::string &beforeId, int limit) const
{
    const std::lock_guard lock(m_mutex);
    trace::Page page;
    for (auto record = m_records.rbegin(); record != m_records.rend(); ++record) {
        const trace::Head &head = record->head;
        if (!beforeId.empty() && head.id >= beforeId)
            continue;
        const bool textFits = filter.text.empty() ||
                              head.promptStart.find(filter.text) != std::string::npos ||
                              head.id.starts_with(filter.text);
        if (!textFits || !matches(filter, head))
            continue;
        if (int(page.heads.size()) == limit) {
            page.hasMore = true;
            break;
        }
        page.heads.push_back(head);
    }
    return page;
}

Result<trace::Record> Store::get(const std::string &id) const
{
    const std::lock_guard lock(m_mutex);
    for (const trace::Record &record : m_records) {
        if (record.head.id == id)
            return record;
    }
    return fail(ErrorKind::NotFound, "no trace " + id);
}

trace::Totals Store::totals(std::int64_t since) const
{
    const std::lock_guard lock(m_mutex);
    trace::Totals totals;
    for (const trace::Record &record : m_records) {
        const trace::Head &head = record.head;
        if (head.startedAt < since)
            continue;
        const bool failed = head.state == trace::State::Failed || head.status >= 400;
        ++totals.requests;
        totals.errors += failed;
        totals.absorbed += !failed && head.attempts > 1;
        totals.inputTokens += head.usage.totalInput().value_or(0);
        totals.outputTokens += head.usage.output.value_or(0);
        totals.costMicroUsd += head.costMicroUsd.value_or(0);
    }
    return totals;
}

std::vector<std::string> Store::distinct(const std::string &field) const
{
    const std::lock_guard lock(m_mutex);
    std::set<std::string> values;
    for (const trace::Record &record : m_records) {
        const trace::Head &head = record.head;
        values.insert(field == "router"     ? head.router
                      : field == "provider" ? head.provider
                      : field == "model"    ? head.model
                                            : head.app);
    }
    return {values.begin(), values.end()};
}

std::int64_t Store::count() const
{
    const std::lock_guard lock(m_mutex);
    return std::int64_t(m_records.size());
}

std::vector<trace::Head> Store::heads() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<trace::Head> heads;
    for (const trace::Record &record : m_records)
        heads.push_back(record.head);
    return heads;
}

namespace {

class Reader final : public TraceReader
{
public:
    explicit Reader(std::shared_ptr<Store> store)
        : m_store(std::move(store))
    {
    }
    Result<trace::Page> list(const trace::Filter &filter, const std::string &beforeId, int limit) override
    {
        return m_store->list(filter, beforeId, limit);
    }
    Result<trace::Record> get(const std::string &id) override { return m_store->get(id); }
    Result<trace::Totals> totals(std::int64_t since) override { return m_store->totals(since); }
    Result<std::vector<std::string>> distinct(const std::string &field) override
    {
        return m_store->distinct(field);
    }
    Result<std::vector<trace::SpendRow>> spend(const trace::SpendQuery &query) override
    {
        if (m_store->count() == 0)
            return std::vector<trace::SpendRow>();
        return sample::spend(query, nowMicros());
    }

private:
    std::shared_ptr<Store> m_store;
};

/// A third of the requests would move from the dear target to the cheap one.
SimulationReport simulation(const SimulationQuery &query)
{
    SimulationReport report;
    const std::string dear = "anthropic/claude-sonnet-4-5";
    const std::string cheap = "openai/gpt-5-mini";
    const std::int64_t now = 1'764'268'800'000'000;
    for (int i = 0; i < query.last; ++i) {
        SimulatedRequest request;
        request.id = "01KB" + std::to_string(100000 + i);
        request.startedAt = now + i * 41'000'000LL;
        request.router = query.router;
        request.model = "claude-sonnet-4-5";
        request.before = {dear, dear, 200, 18'400 + i * 13, 612'000, {}, false};
        const bool moves = i % 3 == 0;
        request.after = {moves ? cheap : dear, moves ? "rule 1: class background; cheapest, $0.0011" : "no rule fits: default",
                         moves ? 1'100 + i : 18'400 + i * 13, moves ? 390'000 : 605'000, 0.004, false, false};
        report.sums.changed += moves ? 1 : 0;
        report.sums.costBefore += *request.before.costMicroUsd;
        report.sums.costAfter += *request.after.costMicroUsd;
        report.sums.latencyBefore += *request.before.latencyUs;
        report.sums.latencyAfter += *request.after.latencyUs;
        report.sums.errorsAfter += 0.004;
        report.requests.push_back(std::move(request));
    }
    const int count = query.last;
    report.sums.priced = report.sums.timed = report.sums.rated = count;
    report.sums.errorsBefore = count * 0.015;
    report.targets = {{dear, count, count - report.sums.changed}, {cheap, 0, report.sums.changed}};
    report.skipped = {{"its body was not kept", 7}};
    return report;
}

} // namespace

Source makeSource(std::shared_ptr<Store> store, std::shared_ptr<std::vector<trace::Head>> feed)
{
    auto state = std::make_shared<GatewayStatus>(status());
    if (store->count() == 0)
        state->store.records = 0;
    Source source;
    source.status = [state] { return *state; };
    source.ownKey = [] { return Secret("the window's own"); };
    source.providers = [] { return providers(); };
    source.routers = [state] {
        auto list = routers();
        for (RouterStatus &router : list)
            router.isActive = router.name == state->activeRouter;
        return list;
    };
    source.configProblems = [] { return std::vector<config::Problem>(); };
    source.takeFeed = [feed] { return std::exchange(*feed, {}); };
    source.matches = matches;
    source.openTraces = [store]() -> Result<std::unique_ptr<TraceReader>> {
        return std::make_unique<Reader>(store);
    };
    SourceChanges *changes = source.changes.get();
    source.setActiveRouter = [state, changes](const std::string &name) -> Result<void> {
        const auto list = routers();
        const bool known = name.empty() || std::any_of(list.begin(), list.end(),
                                                       [&](const auto &r) { return r.name == name; });
        if (!known)
            return fail(ErrorKind::NotFound, "no router " + name);
        state->activeRouter = name;
        Q_EMIT changes->status();
        return {};
    };
    source.setPaused = [state, changes](bool paused) {
        state->isPaused = paused;
        Q_EMIT changes->status();
    };
    source.simulate = [](const SimulationQuery &query, const std::string &, std::function<void(Result<SimulationReport>)> done) {
        QTimer::singleShot(0, QCoreApplication::instance(), [query, done = std::move(done)] { done(simulation(query)); });
        return std::uint64_t(1);
    };
    source.cancelSimulation = [](std::uint64_t) {};
    store->count() == 0 ? addNoMoney(source) : addMoney(source);
    return source;
}

} // namespace pm::ui::sample
