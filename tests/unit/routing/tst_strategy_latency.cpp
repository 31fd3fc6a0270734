// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/routing/strategy_world.h"

#include <QTest>

using namespace pm;
using namespace pm::routing;
using namespace pm::routing::test;
using namespace std::chrono_literals;

class TestStrategyLatency : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void latencyPicksTheFastOne()
    {
        World w("latency");
        w.add("slow");
        w.add("fast");
        w.seen("slow", 900ms);
        w.seen("fast", 300ms);
        QVERIFY(w.shares()["fast"] > 0.99);
        QCOMPARE(textOf(w.choose()), q("fast: lowest latency 300 ms | slow: next, 900 ms"));
        QCOMPARE(q(w.choose().line()), q("latency: fast (300 ms), then slow"));
    }

    void latencyOfSixSpreadsTheLoad()
    {
        World w("latency");
        const char *names[] = {"a", "b", "c", "d", "e", "f"};
        for (int i = 0; i < 6; ++i) {
            w.add(names[i]);
            w.seen(names[i], milliseconds(100 * (i + 1)));
        }
        auto shares = w.shares();
        // Two of six at random: the i-th fastest wins (6-i) of 15 draws.
        for (int i = 0; i < 6; ++i)
            QVERIFY2(isNear(shares[names[i]], (5 - i) / 15.0), names[i]);
    }

    void latencyReasonsWithLoad()
    {
        World w("latency");
        w.add("a");
        w.add("b");
        w.seen("a", 410ms);
        w.seen("b", 655ms);
        w.stats["b"]->requestStarted();
        QCOMPARE(textOf(w.choose()), q("a: lowest latency 410 ms | b: next, 655 ms x 1 in flight"));
        for (int i = 0; i < 5; ++i)
            w.stats["a"]->requestStarted();
        QCOMPARE(textOf(w.choose()),
                 q("b: least loaded, 655 ms x 1 in flight | a: next, 410 ms x 5 in flight"));
    }

    void latencyTies()
    {
        World w("latency");
        w.add("a");
        w.add("b");
        w.seen("a", 12'340ms);
        w.seen("b", 12'340ms);
        for (int i = 0; i < 50; ++i)
            QCOMPARE(textOf(w.choose()), q("a: same latency 12.3 s, first in order | b: next, 12.3 s"));
    }

    void othersFollowByTheirLoad()
    {
        World w("latency");
        for (const char *name : {"a", "b", "c", "d"})
            w.add(name);
        w.seen("a", 400ms);
        w.seen("b", 300ms);
        w.seen("c", 200ms);
        w.seen("d", 100ms);
        for (int i = 0; i < 50; ++i) {
            QStringList order;
            for (const Choice &choice : w.choose().choices)
                order << q(choice.target->provider);
            QString others = order.mid(1).join(QString());
            QCOMPARE(others, QString(q("dcba")).remove(order[0]));
        }
    }

    void latencyTiesOfDrawsGoToTheEarlierOne()
    {
        World w("latency");
        for (const char *name : {"a", "b", "c"}) {
            w.add(name);
            w.seen(name, 100ms);
        }
        auto shares = w.shares();
        QVERIFY2(isNear(shares["a"], 2 / 3.0) && isNear(shares["b"], 1 / 3.0), std::to_string(shares["a"]).c_str());
    }

    void streamsAndWholeAnswersAreComparedApart()
    {
        World w("latency");
        w.add("a");
        w.add("b");
        w.seen("a", 100ms);
        w.seen("b", 200ms);
        w.needs.stream = false;
        w.seen("a", 9'000ms);
        w.seen("b", 4'000ms);
        QCOMPARE(w.first(), std::string("b"));
        w.needs.stream = true;
        QCOMPARE(w.first(), std::string("a"));
    }

    void latencyOfThreeSaysWhenItWasNotTheLowest()
    {
        World w("latency");
        for (const char *name : {"a", "b", "c"})
            w.add(name);
        w.seen("a", 100ms);
        w.seen("b", 200ms);
        w.seen("c", 300ms);
        bool sawSecond = false;
        for (int i = 0; i < 200; ++i) {
            const Plan plan = w.choose();
            if (plan.choices[0].target->provider == "a") {
                QCOMPARE(textOf(plan), q("a: lowest latency 100 ms | b: next, 200 ms | c: next, 300 ms"));
            } else {
                QCOMPARE(textOf(plan), q("b: faster of two, 200 ms | a: next, 100 ms | c: next, 300 ms"));
                sawSecond = true;
            }
        }
        QVERIFY(sawSecond);
    }

    void unseenIsExploredFirst()
    {
        World w("latency");
        w.add("known");
        w.add("new");
        w.seen("known", 50ms);
        QCOMPARE(textOf(w.choose()), q("new: not seen yet: explored | known: next, 50 ms"));
        // While the first look is under way the others are not sent after it.
        w.stats["new"]->requestStarted();
        QCOMPARE(w.first(), std::string("known"));
        w.stats["new"]->requestEnded();
        w.seen("new", 80ms);
        QCOMPARE(textOf(w.choose()), q("known: lowest latency 50 ms | new: next, 80 ms"));
    }

    void unseenThatFailsIsNotExploredAgainAndAgain()
    {
        World w("latency");
        w.add("known");
        w.add("broken");
        w.seen("known", 50ms);
        w.stats["broken"]->recordFailure(ErrorKind::ConnectFailed, "refused", w.breaker, w.now);
        QCOMPARE(textOf(w.choose()),
                 q("known: same latency 50 ms, first in order | broken: next, not seen yet"));
    }

    void nothingSeenKeepsTheOrder()
    {
        World w("latency");
        w.add("a");
        w.add("b");
        QCOMPARE(textOf(w.choose()), q("a: not seen yet: explored | b: next, not seen yet"));
        w.stats["a"]->requestStarted();
        w.stats["b"]->requestStarted();
        QCOMPARE(textOf(w.choose()), q("a: not seen yet | b: next, not seen yet x 1 in flight"));
    }

    void idleNightsDoNotMakeTheSlowOneFast()
    {
        World w("latency");
        w.add("slow");
        w.add("fast");
        w.seen("slow", 900ms);
        w.seen("fast", 300ms);
        w.now += 12h;
        auto shares = w.shares();
        QVERIFY2(shares["fast"] > 0.9, std::to_string(shares["fast"]).c_str());
        QVERIFY2(shares["slow"] > 0.01, "but it is looked at again now and then");
        QString again;
        for (int i = 0; i < 200 && again.isEmpty(); ++i) {
            const QString text = textOf(w.choose());
            if (text.startsWith(q("slow")))
                again = text;
        }
        QCOMPARE(again, q("slow: not seen lately: explored again, was 900 ms | fast: next, 300 ms"));
    }

    void aPeakIsOvercome()
    {
        // The better target once took 30 s. With a request a minute it must come back, not stay aside for
        // ever.
        World w("latency");
        w.add("good");
        w.add("other");
        w.seen("good", 200ms);
        w.seen("other", 800ms);
        w.seen("good", 30'000ms);
        int minutes = 0;
        int lastHourGood = 0;
        for (; minutes < 24 * 60; ++minutes) {
            w.now += 1min;
            const std::string picked = w.first();
            w.seen(picked.c_str(), picked == "good" ? 200ms : 800ms);
            lastHourGood += minutes >= 23 * 60 && picked == "good" ? 1 : 0;
        }
        QVERIFY2(lastHourGood > 50, std::to_string(lastHourGood).c_str());
    }

    void sizesAreComparedApart()
    {
        World w("latency");
        w.add("a");
        w.add("b");
        w.seen("a", 100ms, SizeClass::Small);
        w.seen("a", 9'000ms, SizeClass::Large);
        w.seen("b", 200ms, SizeClass::Small);
        w.seen("b", 4'000ms, SizeClass::Large);
        QCOMPARE(w.first(), std::string("a"));
        w.needs.inputTokens = 50'000;
        QCOMPARE(w.first(), std::string("b"));
    }

    void convergesOnTheFasterUnderTraffic()
    {
        World w("latency");
        w.add("a");
        w.add("b");
        std::map<std::string, int> picks;
        for (int i = 0; i < 2'000; ++i) {
            w.now += 20ms;
            const std::string picked = w.first();
            ++picks[picked];
            const int jitter = int(w.rng() % 100);
            w.seen(picked.c_str(), picked == "a" ? milliseconds(250 + jitter) : milliseconds(700 + jitter));
        }
        QVERIFY2(picks["a"] > 1'800, std::to_string(picks["a"]).c_str());
    }
};

QTEST_GUILESS_MAIN(TestStrategyLatency)
#include "tst_strategy_latency.moc"
