// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/routing/target_timeline.h"

#include <QTest>

using namespace pm;
using namespace pm::routing;
using namespace pm::routing::test;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

class TestTargetHealth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startsUnknownThenHealthy()
    {
        Timeline t;
        QVERIFY(t.health() == Health::Unknown);
        QVERIFY(t.acquire());
        t.succeed();
        QVERIFY(t.health() == Health::Healthy);
    }

    void timeAloneHealsNothing()
    {
        Timeline t;
        t.fail();
        t.pass(std::chrono::hours(9));
        QVERIFY(t.health() == Health::Failing);
        QVERIFY2(!t.state().lastSuccess, "it has never answered");
        QCOMPARE(t.state().requests, 0);
        t.succeed();
        QVERIFY(t.health() == Health::Healthy);
        t.pass(std::chrono::hours(9));
        QVERIFY(t.health() == Health::Healthy);
        t.fail();
        t.pass(10min);
        QVERIFY(t.health() == Health::Failing);
        QVERIFY(t.state().lastSuccess && *t.state().lastSuccess < *t.state().lastFailure);
    }

    void aRestSaysNothingOfHealth()
    {
        Timeline t;
        t.stats.rest(20s, t.now);
        t.pass(20s);
        QVERIFY(t.health() == Health::Unknown);
        t.fail(ErrorKind::UpstreamRejected);
        QVERIFY2(t.health() == Health::Unknown, "the caller's mistake is no verdict");
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
        QVERIFY(t.health() == Health::Failing);
        QVERIFY2(t.acquire(), "it is tried like any other");
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
        QVERIFY2(t.health() == Health::Healthy, "9 requests are too few, and the last was well");
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
        QVERIFY2(t.health() == Health::Failing, "what is a minute old no longer counts");
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
};

QTEST_GUILESS_MAIN(TestTargetHealth)
#include "tst_target_health.moc"
