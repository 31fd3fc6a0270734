// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_json.h"
#include "support/gateway_fixture.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;
using routing::SizeClass;

namespace {

const config::CircuitBreaker kBreaker;

void answer(routing::TargetStats &stats, SteadyTime now)
{
    stats.recordLatency(SizeClass::Small, true, 250ms, now);
    stats.recordStreamEnd(SizeClass::Small, 4s, now);
    stats.recordOutput(SizeClass::Small, 100, 4s, now);
    stats.recordSuccess(kBreaker, now);
}

} // namespace

class TestStatsRegistry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesWhatChanged()
    {
        const SteadyTime now(5h);
        const SystemTime wall(10'000h);
        StatsRegistry stats;
        const auto gpt = stats.get("openai", "gpt-5");
        stats.get("openai", "never-used");
        QVERIFY(stats.takeChanged(now, wall).empty());
        answer(*gpt, now);
        const auto rows = stats.takeChanged(now + 3s, wall);
        QCOMPARE(rows.size(), std::size_t(1));
        QCOMPARE(rows[0].label, std::string("openai/gpt-5"));
        QCOMPARE(rows[0].seenAt, unixMicros(wall - 3s));
        QVERIFY(stats.takeChanged(now + 30s, wall).empty());
        gpt->recordFailure(ErrorKind::Overloaded, "529", kBreaker, now + 31s);
        QCOMPARE(stats.takeChanged(now + 60s, wall).size(), std::size_t(1));
    }

    void handsOnWhatWasKept()
    {
        const auto now = std::chrono::steady_clock::now();
        StatsRegistry before;
        answer(*before.get("openai", "gpt-5"), now);
        StatsRegistry after;
        auto rows = before.takeChanged(now, std::chrono::system_clock::now());
        rows.push_back({"openai/broken", 1, "not JSON"});
        after.restore(std::move(rows));
        QVERIFY(after.all().empty()); // until somebody asks
        const auto stats = after.get("openai", "gpt-5");
        QVERIFY(stats->latency(SizeClass::Small, true) == std::optional<std::chrono::microseconds>(250ms));
        QCOMPARE(*stats->tokensPerSecond(SizeClass::Small), 25.0);
        QVERIFY(!after.get("openai", "broken")->lastSeen());
        QVERIFY(
            after.takeChanged(now, std::chrono::system_clock::now()).empty()); // it is in the store already
        QCOMPARE(after.all().size(), std::size_t(2));
    }

    void asJson()
    {
        const auto snapshot = snapshotOf("", {"openai"});
        snapshot->catalogue = std::make_shared<const Catalogue>(Catalogue::loadBuiltIn().value());
        const SteadyTime now(5h);
        const SystemTime wall(10'000h);
        const auto stats = snapshot->stats->get("openai", "gpt-5");
        answer(*stats, now - 1min);
        stats->recordFailure(ErrorKind::RateLimited, "429", kBreaker, now);
        stats->requestStarted();
        stats->requestSent(70, now);
        const std::string text = admin::targetsJson(*snapshot, now, wall);
        const auto at = [&](const std::string &path) { return jsonAt(text, "targets.0." + path); };
        QCOMPARE(at("target"), std::string("openai/gpt-5"));
        QCOMPARE(at("in_flight"), std::string("1"));
        QCOMPARE(at("requests_last_minute"), std::string("1"));
        QCOMPARE(at("tokens_last_minute"), std::string("70"));
        QVERIFY(std::stod(at("error_rate")) > 0.5 && std::stod(at("error_rate")) < 0.6);
        QCOMPARE(at("errors"), std::string("{\"rate_limited\":1}"));
        QCOMPARE(at("last_success_us"), std::to_string(unixMicros(wall - 1min)));
        QCOMPARE(at("last_failure_us"), std::to_string(unixMicros(wall)));
        QCOMPARE(std::stod(at("sizes.small.first_content_ms")), 250.0);
        QCOMPARE(std::stod(at("sizes.small.stream_end_ms")), 4000.0);
        QCOMPARE(std::stod(at("sizes.small.tokens_per_second")), 25.0);
        QCOMPARE(at("sizes.small.latency_ms"), std::string("null"));
        QCOMPARE(at("sizes.small.first_content_p95_ms"), std::string("null"));
        QCOMPARE(at("sizes.large.tokens_per_second"), std::string("null")); // no stand-in in a list
        QVERIFY(std::stoi(at("quality")) > 50);
        QVERIFY(at("quality_source").starts_with("by hand, after OpenAI's tier"));
    }
};

QTEST_GUILESS_MAIN(TestStatsRegistry)
#include "tst_stats_registry.moc"
