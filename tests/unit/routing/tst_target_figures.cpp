// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/routing/target_timeline.h"

#include <QTest>

#include <cmath>
#include <thread>
#include <vector>

using namespace pm;
using namespace pm::routing;
using namespace pm::routing::test;
using namespace std::chrono_literals;
using std::chrono::microseconds;

namespace {

constexpr auto kSmall = SizeClass::Small;
constexpr auto kMedium = SizeClass::Medium;
constexpr auto kLarge = SizeClass::Large;

} // namespace

class TestTargetFigures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsKnownAtFirst()
    {
        Timeline t;
        QVERIFY(!t.stats.errorRate() && !t.stats.tokensPerSecond(kSmall) && !t.stats.streamEnd(kSmall));
        QVERIFY(!t.stats.lastSeen() && !t.stats.firstContentQuantile(kSmall, 0.95));
        QCOMPARE(t.stats.requestsLastMinute(t.now), std::int64_t(0));
        QCOMPARE(t.stats.errors(ErrorKind::Overloaded), std::uint64_t(0));
    }

    // Errors

    void errorRate_data()
    {
        QTest::addColumn<qint64>("everyMs");
        QTest::addColumn<int>("good"); // verdicts before the bad ones
        QTest::addColumn<int>("bad");
        QTest::addColumn<int>("again"); // good ones after them
        QTest::addColumn<double>("rate");
        // One in a minute: 5 verdicts are 5 minutes.
        QTest::newRow("rare, one failure") << qint64(60'000) << 1000 << 1 << 0 << 0.129;
        QTest::newRow("rare, five failures") << qint64(60'000) << 1000 << 5 << 0 << 0.5;
        QTest::newRow("rare, five and then five answers") << qint64(60'000) << 1000 << 5 << 5 << 0.25;
        // One in an hour: still five verdicts.
        QTest::newRow("hourly, five failures") << qint64(3'600'000) << 1000 << 5 << 0 << 0.5;
        // A thousand a second: one failure is nothing, five minutes of them are half.
        QTest::newRow("dense, one failure") << qint64(1) << 1'000'000 << 1 << 0 << 0.0000025;
        QTest::newRow("dense, five minutes") << qint64(1) << 3'000'000 << 300'000 << 0 << 0.5;
        QTest::newRow("dense, and five after") << qint64(1) << 3'000'000 << 300'000 << 300'000 << 0.25;
    }
    void errorRate()
    {
        QFETCH(qint64, everyMs);
        QFETCH(int, good);
        QFETCH(int, bad);
        QFETCH(int, again);
        QFETCH(double, rate);
        Timeline t;
        const auto pass = [&](int count, bool isGood) {
            for (int i = 0; i < count; ++i) {
                t.pass(milliseconds(everyMs));
                isGood ? t.succeed() : t.fail();
            }
        };
        pass(good, true);
        pass(bad, false);
        pass(again, true);
        const double found = *t.stats.errorRate();
        QVERIFY2(std::abs(found - rate) < 0.02 * rate + 0.0000005,
                 qPrintable(QString::number(found, 'g', 8)));
        t.pass(48h);
        QCOMPARE(*t.stats.errorRate(), found);
    }

    void whatCountsAsError_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("counts");
        const auto row = [](ErrorKind kind, bool counts) {
            QTest::newRow(std::string(traits(kind).label).c_str()) << int(kind) << counts;
        };
        row(ErrorKind::UpstreamError, true);
        row(ErrorKind::ConnectFailed, true);
        row(ErrorKind::RateLimited, true);
        row(ErrorKind::QuotaExhausted, true);
        row(ErrorKind::UpstreamRejected, false);
        row(ErrorKind::ContextLength, false);
        row(ErrorKind::ContentFilter, false);
        row(ErrorKind::NotSupported, false);
    }
    void whatCountsAsError()
    {
        QFETCH(int, kind);
        QFETCH(bool, counts);
        Timeline t;
        t.succeed();
        t.fail(ErrorKind(kind));
        t.fail(ErrorKind(kind));
        QCOMPARE(*t.stats.errorRate() > 0, counts);
        QCOMPARE(t.stats.lastFailure().has_value(), counts);
        QCOMPARE(t.stats.errors(ErrorKind(kind)), std::uint64_t(2)); // all kinds are counted one by one
    }

    void failuresAreNeverFast()
    {
        Timeline t;
        t.record(900ms);
        t.stats.recordOutput(kSmall, 100, 2s, t.now);
        const double millis = t.millis();
        for (int i = 0; i < 50; ++i) {
            t.pass(1min);
            t.fail();
        }
        QCOMPARE(t.millis(), millis);
        QCOMPARE(*t.stats.tokensPerSecond(kSmall), 50.0);
        QVERIFY(!t.stats.firstContentQuantile(kSmall, 0.5)); // one sample: the failures are none
    }

    void lastSeen()
    {
        Timeline t;
        t.succeed();
        const SteadyTime good = t.now;
        t.pass(10s);
        t.fail();
        QVERIFY(t.stats.lastSuccess() == good && t.stats.lastFailure() == t.now);
        QVERIFY(t.stats.lastSeen() == t.now);
    }

    // Speed

    void tokensPerSecond()
    {
        Timeline t;
        t.stats.recordOutput(kMedium, 200, 4s, t.now);
        QCOMPARE(*t.stats.tokensPerSecond(kMedium), 50.0);
        QCOMPARE(*t.stats.tokensPerSecond(kSmall), 50.0); // stands in
        t.stats.recordOutput(kSmall, 100, 1s, t.now);
        QCOMPARE(*t.stats.tokensPerSecond(kSmall), 100.0);
        t.stats.recordOutput(kSmall, 5, 1ms, t.now); // too few to say anything
        t.stats.recordOutput(kSmall, 500, 0s, t.now);
        QCOMPARE(*t.stats.tokensPerSecond(kSmall), 100.0);
    }

    void tokensPerSecondGoTowardsTheLast()
    {
        Timeline t;
        t.stats.recordOutput(kSmall, 100, 1s, t.now);
        t.pass(10min);
        QCOMPARE(*t.stats.tokensPerSecond(kSmall), 100.0); // not towards nothing
        t.stats.recordOutput(kSmall, 20, 1s, t.now);
        const double kept = std::exp(-1.0);
        QVERIFY(std::abs(*t.stats.tokensPerSecond(kSmall) - (100 * kept + 20) / (kept + 1)) < 0.01);
    }

    void streamsHaveTwoTimes()
    {
        Timeline t;
        t.record(300ms, kLarge);
        t.stats.recordStreamEnd(kLarge, 9s, t.now);
        QCOMPARE(t.millis(kLarge), 300.0);
        QCOMPARE(t.stats.streamEnd(kLarge)->count(), microseconds(9s).count());
        QCOMPARE(t.stats.streamEnd(kSmall)->count(), microseconds(9s).count());
        QCOMPARE(t.millis(kLarge, false), -1.0);
    }

    void firstContentByClass()
    {
        Timeline t;
        for (int i = 0; i < 20; ++i) {
            t.record(400ms, kSmall);
            t.record(400ms, kMedium, false); // no stream: nobody waits for its first content
        }
        QVERIFY(t.stats.firstContentQuantile(kSmall, 0.95));
        QVERIFY(!t.stats.firstContentQuantile(kMedium, 0.95));
    }

    void lastMinute()
    {
        Timeline t;
        t.stats.requestSent(1000, t.now);
        t.pass(30s);
        t.stats.requestSent(500, t.now);
        t.stats.tokensUsed(70, t.now);
        QCOMPARE(t.stats.requestsLastMinute(t.now), std::int64_t(2));
        QCOMPARE(t.stats.tokensLastMinute(t.now), std::int64_t(1570));
        t.pass(30s);
        QCOMPARE(t.stats.requestsLastMinute(t.now), std::int64_t(1));
        QCOMPARE(t.stats.tokensLastMinute(t.now), std::int64_t(570));
    }

    // Kept across restarts

    void comesBack()
    {
        Timeline before;
        for (int i = 0; i < 30; ++i) {
            before.pass(1s);
            before.record(700ms);
            before.record(1200ms, kLarge, false);
            before.stats.recordStreamEnd(kSmall, 5s, before.now);
            before.stats.recordOutput(kSmall, 120, 2s, before.now);
            before.succeed();
        }
        before.open();
        QCOMPARE(int(before.health()), int(Health::Open));
        const SystemTime wall(10000h);
        const auto text = before.stats.figures(before.now, wall).toJson();

        // Another steady clock, a wall clock that went on for an hour.
        Timeline after;
        after.now = SteadyTime(10s);
        const auto figures = TargetFigures::fromJson(text);
        QVERIFY2(figures, text.c_str());
        after.stats.restore(*figures, after.now, wall + 1h);
        QCOMPARE(after.millis(), 700.0);
        QCOMPARE(after.millis(kLarge, false), 1200.0);
        QCOMPARE(after.stats.streamEnd(kSmall)->count(), microseconds(5s).count());
        QCOMPARE(*after.stats.tokensPerSecond(kSmall), 60.0);
        QVERIFY(std::abs(*after.stats.errorRate() - *before.stats.errorRate()) < 1e-9);
        QVERIFY(after.stats.firstContentQuantile(kSmall, 0.95) ==
                before.stats.firstContentQuantile(kSmall, 0.95));
        QVERIFY(after.stats.lastSuccess() == after.now - 1h);
        QVERIFY(after.stats.lastFailure() == after.now - 1h);
        QVERIFY(after.stats.latencySeenAt(kSmall, true) == after.now - 1h);
        QCOMPARE(int(after.health()), int(Health::Unknown)); // the circuit is this run's own
        QVERIFY(after.acquire());
        // The time between the runs passes for the estimate as idle time does.
        after.record(100ms);
        QVERIFY(std::abs(after.millis() - (100 + 600 * std::exp(-6.0))) < 0.01);
    }

    void unseenStaysUnseen()
    {
        Timeline t;
        const auto figures = TargetFigures::fromJson(t.stats.figures(t.now, SystemTime(1h)).toJson());
        QVERIFY(figures);
        TargetStats other("other");
        other.restore(*figures, t.now, SystemTime(1h));
        QVERIFY(!other.latency(kSmall, true) && !other.errorRate() && !other.lastSeen());
    }

    void clockSetBackIsNow()
    {
        Timeline t;
        t.succeed();
        const TargetFigures figures = t.stats.figures(t.now, SystemTime(100h));
        TargetStats other("other");
        other.restore(figures, t.now, SystemTime(1h));
        QVERIFY(other.lastSuccess() == t.now);
    }

    void refusesWhatCannotBe_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isRead");
        QTest::newRow("not JSON") << QByteArray("nope") << false;
        QTest::newRow("no version") << QByteArray("{}") << false;
        QTest::newRow("another version") << QByteArray("{\"v\":2}") << false;
        QTest::newRow("negative") << QByteArray(R"({"v":1,"ok":-5,"small":{"first":[-1,2],"tps":[1,-1,0]}})")
                                  << true;
        QTest::newRow("too few") << QByteArray(R"({"v":1,"errors":[1],"small":{"first":[],"whole":[1]}})")
                                 << true;
        QTest::newRow("more failures than verdicts") << QByteArray(R"({"v":1,"errors":[5,1,0]})") << true;
        QTest::newRow("text") << QByteArray(R"({"v":1,"small":{"first":["a","b"],"firsts":"x"}})") << true;
        QTest::newRow("no such bucket")
            << QByteArray(R"({"v":1,"small":{"firsts":[64,100,1e300,100,5]}})") << true;
    }
    void refusesWhatCannotBe()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, isRead);
        const auto figures = TargetFigures::fromJson({text.constData(), std::size_t(text.size())});
        QCOMPARE(figures.has_value(), isRead);
        if (!figures)
            return;
        Timeline t;
        t.stats.restore(*figures, t.now, SystemTime(1h));
        QVERIFY(!t.stats.latency(kSmall, true) && !t.stats.latency(kSmall, false) &&
                !t.stats.tokensPerSecond(kSmall));
        QVERIFY(!t.stats.errorRate() && !t.stats.firstContentQuantile(kSmall, 0.5) && !t.stats.lastSeen());
    }

    // For the thread sanitizer, and for counts that must not get lost.
    void survivesSixtyFourThreads()
    {
        TargetStats stats("shared");
        const config::CircuitBreaker settings;
        constexpr int kThreads = 64;
        constexpr int kRounds = 400;
        const auto work = [&](int number) {
            SteadyTime now(1h);
            for (int i = 0; i < kRounds; ++i) {
                now += 100us;
                stats.requestSent(3, now);
                stats.recordLatency(kSmall, true, microseconds(1000 + number), now);
                stats.recordStreamEnd(kSmall, 2s, now);
                stats.recordOutput(kSmall, 40, 1s, now);
                stats.tokensUsed(2, now);
                if (i % 4 == 0)
                    stats.recordFailure(ErrorKind::Overloaded, "529", settings, now);
                else
                    stats.recordSuccess(settings, now);
                const auto rate = stats.errorRate();
                if (!rate || *rate < 0 || *rate > 1)
                    qFatal("error rate out of bounds");
                (void)stats.firstContentQuantile(kSmall, 0.95);
                (void)stats.tokensPerSecond(kSmall);
                (void)stats.figures(now, SystemTime(2h)).toJson();
            }
        };
        std::vector<std::thread> threads;
        for (int number = 0; number < kThreads; ++number)
            threads.emplace_back(work, number);
        for (std::thread &thread : threads)
            thread.join();
        const SteadyTime end(1h + 40ms);
        QCOMPARE(stats.requestsLastMinute(end), std::int64_t(kThreads * kRounds));
        QCOMPARE(stats.tokensLastMinute(end), std::int64_t(kThreads * kRounds * 5));
        QCOMPARE(stats.errors(ErrorKind::Overloaded), std::uint64_t(kThreads * kRounds / 4));
        QVERIFY(std::abs(*stats.errorRate() - 0.25) < 0.02);
        QVERIFY(std::abs(*stats.tokensPerSecond(kSmall) - 40) < 0.01);
        QVERIFY(stats.lastSeen() == end);
    }
};

QTEST_GUILESS_MAIN(TestTargetFigures)
#include "tst_target_figures.moc"
