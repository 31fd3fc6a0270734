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
using std::chrono::milliseconds;

class TestTargetStats : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sizeClasses_data()
    {
        QTest::addColumn<qint64>("tokens");
        QTest::addColumn<int>("size");
        QTest::newRow("nothing") << qint64(0) << int(SizeClass::Small);
        QTest::newRow("below 2k") << qint64(1999) << int(SizeClass::Small);
        QTest::newRow("2k") << qint64(2000) << int(SizeClass::Medium);
        QTest::newRow("below 20k") << qint64(19'999) << int(SizeClass::Medium);
        QTest::newRow("20k") << qint64(20'000) << int(SizeClass::Large);
    }
    void sizeClasses()
    {
        QFETCH(qint64, tokens);
        QFETCH(int, size);
        QCOMPARE(int(sizeClassOf(tokens)), size);
    }

    // Latency

    void latencyIsUnknownAtFirst()
    {
        Timeline t;
        QCOMPARE(t.millis(), -1.0);
        QVERIFY(!t.stats.latencySeenAt(SizeClass::Small, true));
    }

    void peakReplacesAtOnce()
    {
        Timeline t;
        t.record(400ms);
        t.record(900ms);
        QCOMPARE(t.millis(), 900.0);
    }

    void lowerSampleBlendsInByIdleTime()
    {
        Timeline t;
        t.record(1000ms);
        t.pass(600s);
        t.record(400ms);
        QVERIFY(std::abs(t.millis() - (400 + 600 * std::exp(-1.0))) < 0.01);
    }

    void idleTimeChangesNothing()
    {
        Timeline t;
        t.record(1000ms);
        t.pass(24h);
        QCOMPARE(t.millis(), 1000.0);
        QVERIFY(t.stats.latencySeenAt(SizeClass::Small, true) == t.now - 24h);
    }

    void clockGoingBackIsNoTime()
    {
        Timeline t;
        t.record(1000ms);
        t.pass(-5s);
        t.record(100ms);
        QCOMPARE(t.millis(), 1000.0);
    }

    void classesAreKeptApartAndStandInForEachOther()
    {
        Timeline t;
        t.record(9000ms, SizeClass::Large);
        QCOMPARE(t.millis(SizeClass::Small), 9000.0);
        QVERIFY(!t.stats.latencySeenAt(SizeClass::Small, true));
        t.record(300ms, SizeClass::Small);
        QCOMPARE(t.millis(SizeClass::Small), 300.0);
        QCOMPARE(t.millis(SizeClass::Medium), 300.0);
        QCOMPARE(t.millis(SizeClass::Large), 9000.0);
        QCOMPARE(t.millis(SizeClass::Small, false), -1.0);
    }

    void inFlight()
    {
        Timeline t;
        t.stats.requestStarted();
        t.stats.requestStarted();
        t.stats.requestEnded();
        QCOMPARE(t.stats.inFlight(), 1);
    }

    // Breaker

    void survivesFourThreads()
    {
        TargetStats stats("shared");
        const config::CircuitBreaker settings;
        constexpr int kRounds = 20'000;
        const auto work = [&](unsigned seed) {
            SteadyTime now(std::chrono::hours(1));
            for (int i = 0; i < kRounds; ++i) {
                now += 1ms;
                const unsigned pick = seed * 2654435761U + unsigned(i);
                stats.requestStarted();
                if (stats.tryAcquire(settings, now) || stats.tryAcquireDespiteOpen(settings, now)) {
                    if (pick % 3 == 0)
                        stats.recordFailure(ErrorKind::ConnectFailed, "refused", settings, now);
                    else
                        stats.recordSuccess(settings, now);
                }
                if (pick % 1009 == 0)
                    stats.rest(2ms, now);
                stats.recordLatency(static_cast<SizeClass>(pick % 3), pick % 2 == 0,
                                    microseconds(pick % 1000), now);
                (void)stats.latency(SizeClass::Small, true);
                (void)stats.latencySeenAt(SizeClass::Small, true);
                (void)stats.health(settings, now);
                stats.requestEnded();
            }
        };
        std::vector<std::thread> threads;
        for (unsigned seed = 1; seed <= 4; ++seed)
            threads.emplace_back(work, seed);
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(stats.inFlight(), 0);
        const auto latency = stats.latency(SizeClass::Medium, false);
        QVERIFY(latency && latency->count() >= 0 && latency->count() < 1000);
    }
};

QTEST_GUILESS_MAIN(TestTargetStats)
#include "tst_target_stats.moc"
