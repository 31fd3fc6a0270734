// SPDX-License-Identifier: GPL-3.0-or-later
// Stored requests through other routers: what is left out, at whose price, in whose time.
#include "pipeline/simulate.h"

#include "pipeline/explain.h"
#include "pipeline/simulation_query.h"
#include "pipeline/stored_request.h"
#include "support/snapshots.h"
#include "support/trace_records.h"
#include "trace/trace_store.h"

#include <QTemporaryDir>
#include <QTest>

using namespace pm;
using namespace std::chrono_literals;
using pm::test::kNoon;
using pm::test::snapshotOf;
using test::q;

namespace {

constexpr const char *kCheap = "routers:\n"
                               "  production: {route: {strategy: priority, children: [openai/gpt-4o]}}\n";

trace::Record asked(std::int64_t at, const std::string &text = "hello")
{
    trace::Record record = test::recordAt(at, text);
    record.head.provider = "anthropic";
    record.head.model = "claude-haiku-4-5-20251001";
    record.detail.plan = {{"openai/gpt-5", "no key", true},
                          {"anthropic/claude-haiku-4-5-20251001", "next in order", false}};
    record.detail.requestBody.bytes = QByteArray::fromStdString(
        test::json("{'model':'any','messages':[{'role':'user','content':'" + text + "'}]}"));
    record.detail.requestBody.fullSize = record.detail.requestBody.bytes.size();
    return record;
}

/// A trace file with these records.
struct Kept
{
    QTemporaryDir folder;
    std::string path = folder.path().toStdString() + "/traces.db";

    explicit Kept(std::vector<trace::Record> records)
    {
        trace::Store store({.path = path, .maxAge = std::chrono::hours(24 * 36'500)});
        for (trace::Record &record : records)
            store.add(std::move(record));
        if (!store.flush(5s))
            qFatal("the store does not write");
    }
    Result<SimulationReport> run(const char *config, SimulationQuery query = {},
                                 const std::function<bool()> &isCancelled = {})
    {
        const auto store = trace::Query::open(path);
        return simulate(store.value(), query,
                        snapshotForSimulation(*snapshotOf(config, {"openai", "anthropic"}), {}), isCancelled);
    }
};

} // namespace

class TestSimulate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pricesAreTheNewTargets()
    {
        Kept kept({asked(kNoon)});
        const auto report = kept.run(kCheap);
        QVERIFY(report);
        QCOMPARE(report->requests.size(), std::size_t(1));
        const SimulatedRequest &row = report->requests[0];
        QCOMPARE(q(row.before.target + " -> " + row.after.target),
                 q("anthropic/claude-haiku-4-5-20251001 -> openai/gpt-4o"));
        QVERIFY(row.isChanged());
        QCOMPARE(row.before.costMicroUsd, std::optional<std::int64_t>(350));
        QCOMPARE(row.after.costMicroUsd,
                 std::optional<std::int64_t>(450)); // 100 at $2.5 and 20 at $10 for a million
        QCOMPARE(row.before.latencyUs, std::optional<std::int64_t>(1'200'000));
        QVERIFY(!row.after.latencyUs); // never seen
    }

    void whatHasNoCachePriceIsPlainInput()
    {
        trace::Record record = asked(kNoon);
        record.head.usage.cacheRead = 1000;
        record.head.usage.cacheWrite5m = 100;
        Kept kept({std::move(record)});
        const auto report = kept.run(kCheap);
        QCOMPARE(report->requests[0].after.costMicroUsd,
                 std::optional<std::int64_t>(3200)); // 1200 at $2.5, 20 at $10
    }

    void someAreLeftOut()
    {
        std::vector<trace::Record> records;
        for (int i = 0; i < 6; ++i)
            records.push_back(asked(kNoon + i));
        records[0].detail.requestBody = {};
        records[1].detail.requestBody.fullSize += 10;
        records[2].head.endpoint = "pass-through";
        records[3].detail.routeLine = "mirror of 01ABC";
        records[4].head.state = trace::State::Refused;
        records[4].head.errorKind = "unauthorized";
        records[5].detail.requestBody.bytes = "[1, 2]";
        records[5].detail.requestBody.fullSize = 6;
        records.push_back(asked(kNoon + 7));
        Kept kept(std::move(records));
        const auto report = kept.run(kCheap);
        QVERIFY(report);
        QCOMPARE(report->requests.size(), std::size_t(1));
        QStringList reasons;
        for (const auto &[reason, count] : report->skipped)
            reasons << q(reason) + q(" x") + QString::number(count);
        QCOMPARE(reasons.join(q(" | ")),
                 q("a mirror's copy of another x1 | body cut (traces.max-body) x1 | body not kept x1 | "
                   "not routed, or passed through as it is x1 | not understood (bad_request) x1 | "
                   "turned away before it was routed x1"));
    }

    void requestsGoTheWayTheyWent()
    {
        trace::Record record = asked(kNoon);
        QCOMPARE(q(requestAgain(record).path), q("/router/production/v1/chat/completions"));
        record.head.router = "ai";
        record.head.path = "/v1/messages?beta=true";
        const http::Request again = requestAgain(record);
        QCOMPARE(q(again.target), q("/ai/v1/messages?beta=true"));
        QCOMPARE(q(again.path + " " + again.query), q("/ai/v1/messages beta=true"));
        record.head.path = "/router/other/v1/messages";
        QCOMPARE(q(requestAgain(record).path), q("/router/other/v1/messages"));
    }

    void aRouterThatIsGoneServesNobody()
    {
        trace::Record record = asked(kNoon);
        record.head.router = "gone";
        Kept kept({std::move(record)});
        const auto report = kept.run(kCheap);
        QCOMPARE(q(report->requests[0].after.target), QString());
        QVERIFY2(report->requests[0].after.reason.starts_with("there is no router \"gone\""),
                 report->requests[0].after.reason.c_str());
    }

    void daysAreThoseOfTheRequests()
    {
        constexpr const char *kDays =
            "routers:\n"
            "  production:\n"
            "    route:\n"
            "      strategy: conditional\n"
            "      rules: [{when: {time.date: {in: ['2026-03-01', '2026-03-02']}}, use: openai/gpt-5}]\n"
            "      default: openai/gpt-4o\n";
        constexpr std::int64_t kDay = 86'400'000'000;
        Kept kept({asked(kNoon), asked(kNoon + 4 * kDay)});
        const auto report = kept.run(kDays);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(q(report->requests[0].after.target), q("openai/gpt-5"));
        QCOMPARE(q(report->requests[1].after.target), q("openai/gpt-4o"));
    }

    void theRunningGatewaySeesNothingOfIt()
    {
        Kept kept({asked(kNoon), asked(kNoon + 1), asked(kNoon + 2)});
        const auto running = snapshotOf("routers: {production: {route: {strategy: round-robin, children: "
                                        "[openai/gpt-4o, openai/gpt-5]}}}\n",
                                        {"openai"});
        const auto first = [&] {
            Rng rng{1};
            const http::Request request = requestAgain(asked(kNoon));
            const auto explained = explain({request, running, {}, "", rng, SystemTime(), SteadyTime(9h), nullptr, false});
            return q(explained->choices[0].choice.target->label());
        };
        QCOMPARE(first(), q("openai/gpt-4o"));
        const auto store = trace::Query::open(kept.path);
        const auto report = simulate(store.value(), {}, snapshotForSimulation(*running, {}), {});
        QCOMPARE(report->requests.size(), std::size_t(3));
        QCOMPARE(first(), q("openai/gpt-4o")); // no turn was taken
        for (const char *model : {"gpt-4o", "gpt-5"})
            QCOMPARE(running->stats->get("openai", model)->requestsLastMinute(std::chrono::steady_clock::now()), 0);
    }

    void conversationsStayInASimulationToo()
    {
        std::vector<trace::Record> records;
        for (int i = 0; i < 30; ++i)
            records.push_back(asked(kNoon + i * 1'000'000));
        Kept kept(std::move(records));
        const auto report = kept.run("routers: {production: {route: {strategy: sticky, children: [{strategy: weighted, "
                                     "children: [openai/gpt-4o, openai/gpt-5]}]}}}\n");
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        for (const SimulatedRequest &row : report->requests)
            QCOMPARE(q(row.after.target), q(report->requests[0].after.target));
    }

    void whatHappened()
    {
        std::vector<trace::Record> records(5, asked(kNoon));
        for (std::size_t i = 0; i < records.size(); ++i)
            records[i] = asked(kNoon + static_cast<std::int64_t>(i) * 1'000'000);
        trace::Attempt attempt;
        records[0].detail.attempts = {attempt};
        attempt.errorKind = "cancelled"; // that was the client
        records[1].detail.attempts = {attempt};
        records[1].head.state = trace::State::Cancelled;
        attempt.errorKind = "upstream_error";
        records[2].detail.attempts = {attempt, trace::Attempt()};
        records[3].head.stream = true;
        records[3].head.firstContentUs = 300'000;
        records[4].head.state = trace::State::Failed;
        records[4].head.status = 502;
        Kept kept(std::move(records));
        const auto report = kept.run(kCheap);
        QString failed;
        QString times;
        for (const SimulatedRequest &row : report->requests) {
            failed += row.before.hasFirstFailed ? q("f") : q("-");
            times += QString::number(row.before.latencyUs.value_or(-1)) + q(" ");
        }
        QCOMPARE(failed, q("--f--"));
        QCOMPARE(times, q("1200000 -1 1200000 300000 -1 "));
    }

    void theSameRunTwiceSaysTheSame()
    {
        std::vector<trace::Record> records;
        for (int i = 0; i < 40; ++i)
            records.push_back(asked(kNoon + i * 1'000'000));
        Kept kept(std::move(records));
        constexpr const char *kDrawn =
            "routers: {production: {route: {strategy: weighted, children: [openai/gpt-4o, openai/gpt-5]}}}\n";
        const auto places = [&] {
            QString text;
            const auto report = kept.run(kDrawn);
            for (const SimulatedRequest &row : report->requests)
                text += row.after.isByChance ? q(row.after.target).right(1) : q("?");
            return text;
        };
        const QString first = places();
        QCOMPARE(first.size(), 40);
        QVERIFY(first.contains(q("o")) && first.contains(q("5")) && !first.contains(q("?")));
        QCOMPARE(places(), first);
    }

    void allowancesFillInTheRequestsTime()
    {
        std::vector<trace::Record> records;
        for (int i = 0; i < 6; ++i)
            records.push_back(asked(kNoon + i * 1'000'000));
        records.push_back(asked(kNoon + 120'000'000)); // two minutes later all is free again
        Kept kept(std::move(records));
        const auto report = kept.run("routers: {production: {route: {strategy: usage, children: [{target: "
                                     "openai/gpt-4o, rpm: 3}, {target: openai/gpt-5, rpm: 2}]}}}\n");
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QString counts;
        for (const SimulationReport::Share &share : report->targets)
            counts += q(share.target) + q(" ") + QString::number(share.after) + q("; ");
        QCOMPARE(counts, q("openai/gpt-4o 4; openai/gpt-5 2;  1; anthropic/claude-haiku-4-5-20251001 0; "));
    }

    void answersFillAllowancesToo()
    {
        Kept kept({asked(kNoon), asked(kNoon + 1'000'000)}); // 100 tokens each, and 20 of the answer
        const auto report = kept.run("routers: {production: {route: {strategy: usage, children: [{target: "
                                     "openai/gpt-4o, tpm: 115}]}}}\n");
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QStringList targets;
        for (const SimulatedRequest &request : report->requests)
            targets << q(request.after.target);
        targets.sort();
        QCOMPARE(targets.join(q("|")), q("|openai/gpt-4o")); // nothing is left for the second
    }

    void sumsAreOfWhatIsKnownOnBothSides()
    {
        std::vector<trace::Record> records{asked(kNoon), asked(kNoon + 1), asked(kNoon + 2)};
        records[1].head.costMicroUsd.reset();
        Kept kept(std::move(records));
        const auto report = kept.run(kCheap);
        QCOMPARE(report->sums.priced, 2);
        QCOMPARE(report->sums.costBefore, std::int64_t(700));
        QCOMPARE(report->sums.costAfter, std::int64_t(900));
        QCOMPARE(report->sums.changed, 3);
        QCOMPARE(report->sums.timed, 0);
        QCOMPARE(report->moves.size(), std::size_t(1));
        QCOMPARE(report->moves[0].count, 3);
    }

    void queriesHaveBounds()
    {
        Kept kept({asked(kNoon), asked(kNoon + 1'000'000)});
        SimulationQuery newest;
        newest.last = 1;
        QCOMPARE(kept.run(kCheap, newest)->requests.size(), std::size_t(1));
        QVERIFY(!kept.run(kCheap, newest)->hasMore); // so many were asked for
        SimulationQuery range;
        range.until = kNoon;
        const auto report = kept.run(kCheap, range);
        QCOMPARE(report->requests.size(), std::size_t(1));
        QCOMPARE(report->requests[0].startedAt, kNoon);
        newest.last = SimulationQuery::kMost + 1;
        QCOMPARE(kept.run(kCheap, newest).error().kind, ErrorKind::BadRequest);
        SimulationQuery other;
        other.router = "produktion";
        QCOMPARE(kept.run(kCheap, other).error().kind, ErrorKind::NotFound);
        SimulationQuery turned;
        turned.since = kNoon + 2;
        turned.until = kNoon + 1;
        QCOMPARE(kept.run(kCheap, turned).error().kind, ErrorKind::BadRequest);
        int asks = 0;
        const auto cancelled = kept.run(kCheap, {}, [&asks] { return ++asks == 2; });
        QCOMPARE(cancelled.error().kind, ErrorKind::Cancelled);
    }

    void ordersAreRead()
    {
        const SystemTime now{std::chrono::microseconds(kNoon)};
        const auto order = readSimulationOrder(test::json("{'router':'r','since':'24h','config':''}"), now);
        QVERIFY(order);
        QCOMPARE(order->query.since, kNoon - 86'400'000'000);
        QVERIFY(order->configText && order->configText->empty());
        QCOMPARE(parseMoment("2026-03-01T12:00:00Z", now).value(), kNoon);
        QVERIFY(!readSimulationOrder("", now)->configText);
        for (const char *bad :
             {"[]", "{'last':0}", "{'last':5001}", "{'last':'9'}", "{'last':9,'since':'1h'}", "{'since':7}",
              "{'until':'soon'}", "{'routr':'x'}"}) {
            const auto refused = readSimulationOrder(test::json(bad), now);
            QVERIFY2(!refused && refused.error().kind == ErrorKind::BadRequest, bad);
        }
    }
};

QTEST_GUILESS_MAIN(TestSimulate)
#include "tst_simulate.moc"
