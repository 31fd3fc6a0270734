// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/ranking.h"
#include "unit/routing/strategy_world.h"

#include <QTest>

using namespace pm;
using namespace pm::routing;
using namespace pm::routing::test;
using namespace std::chrono_literals;

class TestStrategies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void names_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("key");
        for (const char *name : {"latency", "balanced-latency", "provider-latency", "model-latency"})
            QTest::newRow(name) << q(name) << q("latency");
        for (const char *name : {"weighted", "provider-weighted", "model-weighted"})
            QTest::newRow(name) << q(name) << q("weighted");
        for (const char *name : {"priority", "failover", "fallback"})
            QTest::newRow(name) << q(name) << q("priority");
        QTest::newRow("unknown") << q("magic") << QString();
        QTest::newRow("empty") << QString() << QString();
    }
    void names()
    {
        QFETCH(QString, name);
        QFETCH(QString, key);
        const Strategy *strategy = findStrategy(name.toStdString());
        QCOMPARE(strategy ? q(strategy->key()) : QString(), key);
        const auto all = strategyNames();
        QCOMPARE(std::find(all.begin(), all.end(), name.toStdString()) != all.end(), !key.isEmpty());
        if (strategy)
            QVERIFY(!strategy->sense().empty());
    }

    // Weighted

    void weightedShares()
    {
        World w("weighted");
        w.add("a", 0.7);
        w.add("b", 0.2);
        w.add("c", 0.1);
        auto shares = w.shares();
        QVERIFY2(isNear(shares["a"], 0.7), std::to_string(shares["a"]).c_str());
        QVERIFY2(isNear(shares["b"], 0.2), std::to_string(shares["b"]).c_str());
        QVERIFY2(isNear(shares["c"], 0.1), std::to_string(shares["c"]).c_str());
    }

    void weightedSecondPlaceIsDrawnToo()
    {
        World w("weighted");
        w.add("a", 0.6);
        w.add("b", 0.3);
        w.add("c", 0.1);
        std::map<std::string, double> rounds;
        std::map<std::string, double> second;
        for (int i = 0; i < 20'000; ++i) {
            const Plan plan = w.choose();
            QCOMPARE(plan.choices.size(), std::size_t(3));
            const std::string first = plan.choices[0].target->provider;
            ++rounds[first];
            second[first] += plan.choices[1].target->provider == (first == "b" ? "a" : "b") ? 1 : 0;
        }
        const auto share = [&](const char *first) { return second[first] / rounds[first]; };
        QVERIFY2(isNear(share("a"), 0.75), std::to_string(share("a")).c_str());
        QVERIFY2(isNear(share("b"), 6 / 7.0), std::to_string(share("b")).c_str());
        QVERIFY2(isNear(share("c"), 1 / 3.0), std::to_string(share("c")).c_str());
    }

    void weightedRenormalisesOverWhatIsLeft()
    {
        World w("weighted");
        w.add("a", 0.5)->hasKey = false;
        w.add("b", 0.4);
        w.add("c", 0.1);
        auto shares = w.shares();
        QVERIFY2(isNear(shares["b"], 0.8), std::to_string(shares["b"]).c_str());
        QCOMPARE(shares.count("a"), std::size_t(0));
        const QString text = textOf(w.choose());
        QVERIFY2(text.contains(q("b: weight 0.4 of 0.5")) && text.contains(q("c: weight 0.1 of 0.5")),
                 qPrintable(text));
    }

    void weightedReasons()
    {
        World w("weighted");
        w.add("a", 0.7);
        w.add("b", 0.3);
        w.rng = Rng(3);
        const Plan plan = w.choose();
        QVERIFY(textOf(plan) == q("a: weight 0.7 of 1 | b: weight 0.3 of 1") ||
                textOf(plan) == q("b: weight 0.3 of 1 | a: weight 0.7 of 1"));
        QVERIFY(q(plan.line()).contains(q(" of 1), then ")));
    }

    void zeroWeightIsOnlyForWhenOthersFail()
    {
        World w("weighted");
        w.add("a", 0);
        w.add("b", 3);
        w.add("c", 0);
        for (int i = 0; i < 200; ++i)
            QCOMPARE(textOf(w.choose()), q("b: weight 3 of 3 | a: weight 0 of 3 | c: weight 0 of 3"));
    }

    void weightsOfNothingAreNotDrawn()
    {
        QCOMPARE(drawn({0, 0}, 0.7), std::size_t(0));
        QCOMPARE(drawn({}, 0.7), std::size_t(0));
        QCOMPARE(drawn({0, 2, -1, 2, 0}, 0.499), std::size_t(1));
        QCOMPARE(drawn({0, 2, -1, 2, 0}, 0.5), std::size_t(3));
        QCOMPARE(drawn({1, 0}, 1.0), std::size_t(0)); // what rounding leaves
    }

    void weightedSubtrees()
    {
        World w("weighted");
        const auto a = w.add("a", 0.5);
        const auto b = w.add("b", 0.5);
        Node pair;
        pair.strategy = "priority";
        pair.weight = 3;
        pair.children = {w.root.children[0]};
        Node other = w.root.children[1];
        other.weight = 1;
        w.root.children = {pair, other};
        auto shares = w.shares();
        QVERIFY2(isNear(shares["a"], 0.75), std::to_string(shares["a"]).c_str());
    }

    // Latency
};

QTEST_GUILESS_MAIN(TestStrategies)
#include "tst_strategies.moc"
