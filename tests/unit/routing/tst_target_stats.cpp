// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/target_stats.h"

#include <QTest>

#include <cmath>
#include <thread>
#include <vector>

using namespace pm;
using namespace pm::routing;
using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

/// A clock that stands still until it is moved.
struct Timeline
{
    SteadyTime now{std::chrono::hours(5)};
    config::CircuitBreaker settings;
    TargetStats stats{"openai/gpt-5"};

    void pass(milliseconds time) { now += time; }
    void succeed() { stats.recordSuccess(settings, now); }
    void fail(ErrorKind kind = ErrorKind::UpstreamError)
    {
        stats.recordFailure(kind, "answered 500", settings, now);
    }
    bool acquire() { return stats.tryAcquire(settings, now); }
    bool acquireDespite() { return stats.tryAcquireDespiteOpen(settings, now); }
    TargetStats::HealthState state() const { return stats.health(settings, now); }
    Health health() const { return state().health; }
    void open()
    {
        for (int i = 0; i < settings.failures; ++i)
            fail();
    }
    void record(milliseconds latency, SizeClass size = SizeClass::Small, bool stream = true)
    {
        stats.recordLatency(size, stream, latency, now);
    }
    double millis(SizeClass size = SizeClass::Small, bool stream = true) const
    {
        const auto latency = stats.latency(size, stream);
        return latency ? double(latency->count()) / 1000 : -1;
    }
};

} // namespace

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

    void startsUnknownThenHealthy()
    {
        Timeline t;
        QVERIFY(t.health() == Health::Unknown);
        QVERIFY(t.acquire());
        t.succeed();
        QVERIFY(t.health() == Health::Healthy);
    }

    void opensAfterFailuresInARow()
    {
        Timeline t;
        for (int i = 0; i < 3; ++i)
            t.fail();
        QVERIFY(t.acquire());
        t.succeed(); // breaks the row
        for (int i = 0; i < 3; ++i)
            t.fail();
        QVERIFY(t.health() == Health::Healthy);
        t.fail();
        QVERIFY(t.health() == Health::Open);
        QVERIFY(!t.acquire());
        QCOMPARE(t.state().remaining.count(), 30'000LL);
        QCOMPARE(t.state().failuresInRow, 4);
        QVERIFY(t.state().lastError == "answered 500");
        QVERIFY(t.state().lastErrorAt > 1'600'000'000'000'000LL);
    }

    void opensAtTheRatioOfEnoughRequests()
    {
        Timeline t;
        // Three failures, two successes, over and over: 60 %, never four in a row.
        int requests = 0;
        for (const bool fails : {true, true, true, false, false, true, true, true, false}) {
            fails ? t.fail() : t.succeed();
            ++requests;
        }
        QVERIFY2(t.health() == Health::Healthy, "9 requests are too few");
        t.fail(); // 7 of 10
        QCOMPARE(requests, 9);
        QVERIFY(t.health() == Health::Open);
    }

    void windowSlides()
    {
        Timeline t;
        for (const bool fails : {true, true, true, false, true, true, true, false, true})
            fails ? t.fail() : t.succeed();
        QCOMPARE(t.state().failures, 7);
        t.pass(59s);
        QCOMPARE(t.state().requests, 9);
        t.pass(1s);
        QCOMPARE(t.state().requests, 0);
        t.succeed();
        t.fail();
        QVERIFY2(t.health() == Health::Healthy, "what is a minute old no longer counts");
        QCOMPARE(t.state().requests, 2);
    }

    void desktopTrafficOpensToo()
    {
        Timeline t;
        for (int i = 0; i < 4; ++i) {
            t.fail();
            t.pass(10min);
        }
        t.pass(-10min);
        QVERIFY2(t.health() == Health::Open, "a failure every ten minutes is still a row");
    }

    void kindsThatCount_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("counts");
        const auto row = [](const char *what, ErrorKind kind, bool counts) {
            QTest::newRow(what) << int(kind) << counts;
        };
        row("connect", ErrorKind::ConnectFailed, true);
        row("timeout", ErrorKind::UpstreamTimeout, true);
        row("5xx", ErrorKind::UpstreamError, true);
        row("overloaded", ErrorKind::Overloaded, true);
        row("401 and 403", ErrorKind::UpstreamAuth, true);
        row("broken stream", ErrorKind::UpstreamBroken, true);
        row("429", ErrorKind::RateLimited, false);
        row("quota", ErrorKind::QuotaExhausted, false);
        row("400", ErrorKind::UpstreamRejected, false);
        row("context", ErrorKind::ContextLength, false);
        row("client gone", ErrorKind::Cancelled, false);
        row("model not found", ErrorKind::ModelNotFound, false);
    }
    void kindsThatCount()
    {
        QFETCH(int, kind);
        QFETCH(bool, counts);
        Timeline t;
        for (int i = 0; i < 50; ++i)
            t.fail(static_cast<ErrorKind>(kind));
        QCOMPARE(t.health() == Health::Open, counts);
    }

    void halfOpenLetsOneTestAtATime()
    {
        Timeline t;
        t.open();
        t.pass(29'999ms);
        QVERIFY(!t.acquire());
        t.pass(1ms);
        QVERIFY(t.health() == Health::HalfOpen);
        QCOMPARE(t.state().remaining.count(), 0LL);
        QVERIFY(t.acquire());
        QVERIFY(!t.acquire());
        QCOMPARE(t.state().remaining.count(), 60'000LL);
        t.succeed();
        QVERIFY2(t.health() == Health::HalfOpen, "one of two successes");
        QVERIFY(t.acquire());
        t.succeed();
        QVERIFY(t.health() == Health::Healthy);
        QVERIFY(t.acquire() && t.acquire());
        QCOMPARE(t.state().failures, 0);
    }

    void failedTestOpensAgain()
    {
        Timeline t;
        t.open();
        t.pass(30s);
        QVERIFY(t.acquire());
        t.fail();
        QVERIFY(t.health() == Health::Open);
        QCOMPARE(t.state().remaining.count(), 30'000LL);
        QVERIFY(!t.acquire());
    }

    void testerThatNeverReportsLosesItsPlace()
    {
        Timeline t;
        t.open();
        t.pass(30s);
        QVERIFY(t.acquire());
        t.pass(59'999ms);
        QVERIFY(!t.acquire());
        t.pass(1ms);
        QVERIFY(t.acquire());
    }

    void clientErrorFreesTheTesterWithoutAVerdict()
    {
        Timeline t;
        t.open();
        t.pass(30s);
        QVERIFY(t.acquire());
        t.fail(ErrorKind::UpstreamRejected);
        QVERIFY(t.health() == Health::HalfOpen);
        QVERIFY(t.acquire());
    }

    void restsAfter429()
    {
        Timeline t;
        t.stats.rest(20s, t.now);
        QVERIFY(t.health() == Health::Resting);
        QCOMPARE(t.state().remaining.count(), 20'000LL);
        QVERIFY(!t.acquire());
        QVERIFY2(!t.acquireDespite(), "it asked for rest");
        t.stats.rest(5s, t.now); // a shorter one does not shorten it
        t.pass(19'999ms);
        QVERIFY(!t.acquire());
        t.pass(1ms);
        QVERIFY(t.acquire());
        t.stats.rest(std::chrono::hours(1000), t.now);
        QCOMPARE(t.state().remaining.count(), 3'600'000LL);
    }

    void leastBadOncePerCooldown()
    {
        Timeline t;
        t.open();
        QVERIFY(t.state().mayTryAnyway);
        QVERIFY(t.acquireDespite());
        QVERIFY(!t.state().mayTryAnyway);
        QVERIFY(!t.acquireDespite());
        t.fail();
        QVERIFY2(!t.acquireDespite(), "its failure gives no second attempt");
        QCOMPARE(t.state().remaining.count(), 30'000LL);
        t.pass(30s);
        QVERIFY2(t.acquireDespite(), "now it is the ordinary test");
        QVERIFY(!t.acquire());
        QVERIFY2(t.acquireDespite(), "and one in spite of the running test");
        QVERIFY(!t.acquireDespite());
    }

    void successInSpiteOfOpenIsATest()
    {
        Timeline t;
        t.open();
        QVERIFY(t.acquireDespite());
        t.succeed();
        QVERIFY(t.health() == Health::HalfOpen);
        t.succeed();
        QVERIFY(t.health() == Health::Healthy);
    }

    void longMessagesAreCut()
    {
        Timeline t;
        t.stats.recordFailure(ErrorKind::UpstreamError, std::string(5000, 'x'), t.settings, t.now);
        QCOMPARE(t.state().lastError.size(), std::size_t(300));
    }

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
