// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/latency_series.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace pm::ui;

class TestLatencySeries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void percentilesAreCloseToTheExactOnes_data();
    void percentilesAreCloseToTheExactOnes();
    void nothingCountedIsUnknown();
    void outliersCountInTheEdgeBuckets();
    void columnsHoldTheirSeconds();
    void secondsOutsideTheWindowAreLeftOut();
    void providersBeyondTheLimitAreOther();
};

void TestLatencySeries::percentilesAreCloseToTheExactOnes_data()
{
    QTest::addColumn<double>("median");
    QTest::addColumn<double>("spread");
    QTest::newRow("narrow around 400 ms") << 400'000.0 << 0.1;
    QTest::newRow("wide around 400 ms") << 400'000.0 << 0.9;
    QTest::newRow("slow, around 8 s") << 8'000'000.0 << 0.4;
    QTest::newRow("local, around 40 ms") << 40'000.0 << 0.3;
    QTest::newRow("built in, around 0.6 ms") << 600.0 << 0.3;
}

void TestLatencySeries::percentilesAreCloseToTheExactOnes()
{
    QFETCH(double, median);
    QFETCH(double, spread);
    std::mt19937 rng(4);
    std::lognormal_distribution<> draw(std::log(median), spread);
    std::vector<double> all;
    LatencyHistogram histogram;
    for (int i = 0; i < 20'000; ++i) {
        all.push_back(std::clamp(draw(rng), 100.0, 90'000'000.0));
        histogram.add(std::int64_t(all.back()));
    }
    std::sort(all.begin(), all.end());
    for (const double share : {0.5, 0.95, 0.99}) {
        const double exact = all[std::size_t(share * double(all.size() - 1))];
        const double seen = histogram.percentile(share);
        QVERIFY2(std::abs(seen / exact - 1) < 0.08,
                 qPrintable(QStringLiteral("p%1: %2 against %3").arg(share * 100).arg(seen).arg(exact)));
    }
}

void TestLatencySeries::nothingCountedIsUnknown()
{
    QCOMPARE(LatencyHistogram().percentile(0.5), -1.0);
    LatencySeries series;
    series.add(1'000, -1); // an answer without a first token
    QCOMPARE(series.whole(1'000).total, 0u);
}

void TestLatencySeries::outliersCountInTheEdgeBuckets()
{
    QCOMPARE(LatencyHistogram::bucketOf(0), 0);
    QCOMPARE(LatencyHistogram::bucketOf(100), 0);
    QCOMPARE(LatencyHistogram::bucketOf(3'600'000'000), LatencyHistogram::kBuckets - 1);
    for (int bucket = 0; bucket < LatencyHistogram::kBuckets; ++bucket)
        QCOMPARE(LatencyHistogram::bucketOf(std::int64_t(LatencyHistogram::lowerEdge(bucket) * 1.02) + 1),
                 bucket);
}

void TestLatencySeries::columnsHoldTheirSeconds()
{
    LatencySeries series;
    series.add(10'000, 500'000);
    series.add(10'000 - 9, 500'000);
    series.add(10'000 - 10, 500'000);
    series.add(10'000 - 899, 500'000);
    const auto columns = series.columns(10'000, 10);
    QCOMPARE(columns.size(), 90u);
    QCOMPARE(columns[89].total, 2u);
    QCOMPARE(columns[88].total, 1u);
    QCOMPARE(columns[0].total, 1u);
    QCOMPARE(series.whole(10'000).total, 4u);
    QCOMPARE(series.whole(10'001).total, 3u); // the window has moved on
}

void TestLatencySeries::secondsOutsideTheWindowAreLeftOut()
{
    LatencySeries series;
    series.add(10'000, 500'000);
    series.add(10'000 - 900, 500'000);
    QCOMPARE(series.whole(10'000).total, 1u);
    series.add(10'900, 700'000); // takes the slot of second 10'000
    QCOMPARE(series.whole(10'900).total, 1u);
    series.add(10'000, 500'000); // late, its slot belongs to a newer second
    QCOMPARE(series.whole(10'900).total, 1u);
}

void TestLatencySeries::providersBeyondTheLimitAreOther()
{
    TargetSeries series;
    for (int i = 0; i < 20; ++i)
        series.add(5'000, "p" + std::to_string(i));
    series.add(5'000, "p1");
    QCOMPARE(series.providers().size(), TargetSeries::kMostProviders + 1);
    QCOMPARE(series.providers().back(), std::string("other"));
    const auto columns = series.columns(5'000, 15);
    QCOMPARE(columns[1].back(), 2.0);
    QCOMPARE(columns.back().back(), 8.0);
}

QTEST_MAIN(TestLatencySeries)
#include "tst_latency_series.moc"
