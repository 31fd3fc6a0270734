// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/decaying.h"
#include "routing/latency_histogram.h"

#include <QTest>

#include <cmath>

using namespace pm;
using namespace pm::routing;
using namespace std::chrono_literals;
using std::chrono::microseconds;

namespace {

constexpr SteadyTime kStart{5h};

double millisOf(std::optional<microseconds> time)
{
    return time ? double(time->count()) / 1000 : -1;
}

} // namespace

class TestDecaying : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lastTimeNeverGoesBack()
    {
        LastTime last;
        QVERIFY(!last.get());
        QCOMPARE(last.moveTo(kStart), 0.0);
        QCOMPARE(last.moveTo(kStart + 2s), 2.0);
        QCOMPARE(last.moveTo(kStart + 1s), 0.0);
        QVERIFY(last.get() == kStart + 2s);
        QCOMPARE(last.moveTo(kStart + 3s), 1.0);
    }

    // The same change of what is measured, at the speed of a desktop and of a server: after one e-fold the
    // old value holds 1/e, whatever the number of samples.
    void meanFollowsTimeAndNotTheNumberOfSamples_data()
    {
        QTest::addColumn<qint64>("perMinute");
        QTest::newRow("one in a minute") << qint64(1);
        QTest::newRow("one in a second") << qint64(60);
        QTest::newRow("10000 in a second") << qint64(600'000);
    }
    void meanFollowsTimeAndNotTheNumberOfSamples()
    {
        QFETCH(qint64, perMinute);
        constexpr double kFold = 120; // seconds
        DecayedMean mean(kFold);
        SteadyTime now = kStart;
        const auto feed = [&](double value, int minutes) {
            for (qint64 i = 0; i < minutes * perMinute; ++i)
                mean.add(value, now += std::chrono::nanoseconds(60'000'000'000 / perMinute));
        };
        feed(100, 30);
        QVERIFY(std::abs(*mean.mean() - 100) < 1e-6);
        feed(0, 2);
        QVERIFY2(std::abs(*mean.mean() - 100 / std::exp(1.0)) < 0.1,
                 qPrintable(QString::number(*mean.mean())));
    }

    void samplesOfOneMomentCountAlike()
    {
        DecayedMean mean(100);
        SteadyTime now = kStart;
        // Bursts of ten, the last of each a failure: the time passes with the first.
        for (int burst = 0; burst < 2000; ++burst) {
            now += 10ms;
            for (int i = 0; i < 10; ++i)
                mean.add(i == 9 ? 1 : 0, now);
        }
        QVERIFY(std::abs(*mean.mean() - 0.1) < 0.001);
    }

    void meanStaysWhileNothingComes()
    {
        DecayedMean mean(600);
        QVERIFY(!mean.mean());
        mean.add(80, kStart);
        mean.add(40, kStart);
        QCOMPARE(*mean.mean(), 60.0);
        mean.add(10, kStart + 24h * 365 * 10); // and then the newest is all that counts
        QVERIFY(std::abs(*mean.mean() - 10) < 1e-6);
    }

    void rareSamplesKeepSomeMemory()
    {
        DecayedMean mean(100, 0.8);
        SteadyTime now = kStart;
        for (int i = 0; i < 100; ++i)
            mean.add(0, now += 24h);
        mean.add(1, now += 24h);
        QVERIFY(std::abs(*mean.mean() - 0.2) < 0.001);
    }

    // Rolling minute

    void minuteHoldsSixtySeconds()
    {
        RollingMinute minute;
        QCOMPARE(minute.sum(kStart), std::int64_t(0));
        minute.add(5, kStart);
        minute.add(7, kStart + 30s);
        minute.add(-3, kStart + 30s);
        QCOMPARE(minute.sum(kStart + 59s), std::int64_t(12));
        QCOMPARE(minute.sum(kStart + 60s), std::int64_t(7));
        QCOMPARE(minute.sum(kStart + 90s), std::int64_t(0));
        minute.add(1, kStart + 24h); // the same place of the ring as before
        QCOMPARE(minute.sum(kStart + 24h), std::int64_t(1));
    }

    void minuteAtTenThousandASecond()
    {
        RollingMinute minute;
        SteadyTime now = kStart;
        for (int i = 0; i < 90 * 10'000; ++i)
            minute.add(2'000'000'000,
                       now += 100us); // 2e9 tokens a request: no second overflows into its number
        const std::int64_t sum = minute.sum(now);
        QVERIFY(sum > 59 * 68'000'000'000 && sum < 60 * 69'000'000'000);
        RollingMinute counted;
        now = kStart;
        for (int i = 0; i < 90 * 10'000; ++i)
            counted.add(1, now += 100us);
        QVERIFY(counted.sum(now) > 590'000 && counted.sum(now) <= 600'000);
    }

    void lateCallerCountsIntoTheNewerSecond()
    {
        RollingMinute minute;
        minute.add(1, kStart + 60s);
        minute.add(1, kStart);
        QCOMPARE(minute.sum(kStart + 60s), std::int64_t(2));
    }

    void aSumThatWasAskedForGoesOn()
    {
        RollingMinute minute;
        minute.add(1, kStart);
        QCOMPARE(minute.sum(kStart + 1s), std::int64_t(1));
        minute.add(2, kStart); // late: into a second that was summed up already
        QCOMPARE(minute.sum(kStart + 1s), std::int64_t(3));
        minute.add(4, kStart + 1s);
        QCOMPARE(minute.sum(kStart + 1s), std::int64_t(7));
        QCOMPARE(minute.sum(kStart + 60s), std::int64_t(4));
        QCOMPARE(minute.sum(kStart + 1s), std::int64_t(7)); // a reader that is late
        QCOMPARE(minute.sum(kStart + 61s), std::int64_t(0));
    }

    // Histogram

    void nothingBelowTwentySamples()
    {
        LatencyHistogram histogram;
        for (int i = 0; i < 19; ++i)
            histogram.record(100ms, kStart);
        QVERIFY(!histogram.quantile(0.95));
        histogram.record(100ms, kStart);
        QVERIFY(histogram.quantile(0.95));
    }

    void quantiles_data()
    {
        QTest::addColumn<double>("q");
        QTest::addColumn<double>("millis");
        QTest::newRow("the fastest") << 0.0 << 100.0;
        QTest::newRow("half") << 0.5 << 550.0;
        QTest::newRow("90 of 100") << 0.9 << 910.0;
        QTest::newRow("95 of 100") << 0.95 << 955.0;
        QTest::newRow("all") << 1.0 << 1000.0;
        QTest::newRow("more than all") << 7.0 << 1000.0;
    }
    void quantiles()
    {
        QFETCH(double, q);
        QFETCH(double, millis);
        LatencyHistogram histogram;
        for (int i = 0; i < 100; ++i)
            histogram.record(microseconds(100'000 + i * 9'000), kStart);
        const double found = millisOf(histogram.quantile(q));
        QVERIFY2(found > millis / 1.27 && found < millis * 1.27, qPrintable(QString::number(found)));
    }

    void extremesHaveTheirBuckets()
    {
        LatencyHistogram histogram;
        for (int i = 0; i < 10; ++i) {
            histogram.record(0us, kStart);
            histogram.record(24h, kStart);
        }
        QVERIFY(millisOf(histogram.quantile(0.1)) <= 1);
        QVERIFY(millisOf(histogram.quantile(0.9)) > 1'000'000);
    }

    // What was slow an hour ago no longer speaks, at either speed.
    void histogramForgets_data()
    {
        QTest::addColumn<qint64>("samples");
        QTest::addColumn<qint64>("every"); // microseconds
        QTest::newRow("1000 in a second") << qint64(40 * 60 * 1000) << qint64(1000);
        QTest::newRow("one in a minute") << qint64(2'000) << qint64(60'000'000);
    }
    void histogramForgets()
    {
        QFETCH(qint64, samples);
        QFETCH(qint64, every);
        LatencyHistogram histogram;
        SteadyTime now = kStart;
        const auto feed = [&](microseconds latency, qint64 count) {
            for (qint64 i = 0; i < count; ++i)
                histogram.record(latency, now += microseconds(every));
        };
        feed(8s, samples / 4);
        QVERIFY(millisOf(histogram.quantile(0.95)) > 6000);
        feed(200ms, samples);
        QVERIFY2(millisOf(histogram.quantile(0.95)) < 300,
                 qPrintable(QString::number(millisOf(histogram.quantile(0.95)))));
    }

    void countsComeBack()
    {
        LatencyHistogram histogram;
        for (int i = 0; i < 50; ++i)
            histogram.record(300ms, kStart);
        LatencyHistogram other;
        other.restore(histogram.counts(), kStart);
        QCOMPARE(millisOf(other.quantile(0.95)), millisOf(histogram.quantile(0.95)));
        for (int i = 0; i < 206; ++i)
            other.record(300ms, kStart); // its total came too: full now, and halved
        std::uint32_t total = 0;
        for (const std::uint32_t count : other.counts())
            total += count;
        QCOMPARE(total, LatencyHistogram::kFull / 2);
    }
};

QTEST_GUILESS_MAIN(TestDecaying)
#include "tst_decaying.moc"
