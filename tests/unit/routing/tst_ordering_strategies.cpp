// SPDX-License-Identifier: GPL-3.0-or-later
// Strategies that order by a figure, by turns, or by who asks.
#include "routing/ranking.h"
#include "unit/routing/strategy_world.h"
#include "unit/routing/told_fields.h"

#include <QTest>

using namespace pm;
using namespace pm::routing;
using namespace pm::routing::test;
using namespace std::chrono_literals;

namespace {

/// Pearson's statistic of counts against shares.
double chiSquare(const std::map<std::string, int> &counts, const std::map<std::string, double> &shares)
{
    int sum = 0;
    for (const auto &[name, count] : counts)
        sum += count;
    double statistic = 0;
    for (const auto &[name, share] : shares) {
        const double expected = share * sum;
        const double off = (counts.contains(name) ? counts.at(name) : 0) - expected;
        statistic += off * off / expected;
    }
    return statistic;
}
constexpr double kChi2At2 = 13.82; ///< p = 0.001 with two degrees of freedom

Settings written(const std::map<std::string, std::string> &settings)
{
    return Settings(settings);
}

struct Node3 : World
{
    ToldFields fields;
    explicit Node3(const char *strategy)
        : World(strategy)
    {
        root.state = std::make_shared<NodeState>();
        needs.fields = &fields;
        needs.inputTokens = 1000;
    }
    QString firsts(int count)
    {
        QString all;
        for (int i = 0; i < count; ++i)
            all += q(first());
        return all;
    }
    void priced(const char *name, double input, double output, std::optional<double> cacheRead = std::nullopt)
    {
        const auto target = add(name);
        target->price = TokenPrice{input, output, cacheRead};
    }
    Plan answered() // and what it remembers is kept
    {
        Plan plan = choose();
        for (const Memory &memory : plan.choices.front().memories)
            memory.state->remember(memory.conversation, memory.mark, now);
        return plan;
    }
};

} // namespace

class TestOrderingStrategies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundRobin_data()
    {
        QTest::addColumn<QVector<double>>("weights");
        QTest::addColumn<QString>("expected");
        QTest::newRow("equal") << QVector<double>{1, 1, 1} << q("abcabcabc");
        QTest::newRow("one") << QVector<double>{4} << q("aaa");
        QTest::newRow("smooth") << QVector<double>{5, 1, 1} << q("aaabcaaaaabcaa");
        QTest::newRow("two to one") << QVector<double>{2, 1} << q("abaabaaba");
        QTest::newRow("fractions") << QVector<double>{0.5, 0.25, 0.25} << q("abcaabca");
        QTest::newRow("zero has no turn") << QVector<double>{1, 0, 1} << q("acacac");
    }
    void roundRobin()
    {
        QFETCH(QVector<double>, weights);
        QFETCH(QString, expected);
        Node3 w("round-robin");
        const char *names[] = {"a", "b", "c"};
        for (int i = 0; i < weights.size(); ++i)
            w.add(names[i], weights[i]);
        QCOMPARE(w.firsts(static_cast<int>(expected.size())), expected);
    }

    void roundRobinIsExactInTheLong()
    {
        Node3 w("round-robin");
        w.add("a", 0.7);
        w.add("b", 0.2);
        w.add("c", 0.1);
        std::map<std::string, int> counts;
        for (int i = 0; i < 10'000; ++i)
            ++counts[w.first()];
        QVERIFY2(std::abs(counts["a"] - 7000) <= 1 && std::abs(counts["b"] - 2000) <= 1 && std::abs(counts["c"] - 1000) <= 1,
                 qPrintable(q("%1 %2 %3").arg(counts["a"]).arg(counts["b"]).arg(counts["c"])));
    }

    void roundRobinGoesOnWithoutTheFailing()
    {
        Node3 w("round-robin");
        w.add("a");
        w.add("b");
        w.add("c");
        for (int i = 0; i < 4; ++i)
            w.stats["b"]->recordFailure(ErrorKind::UpstreamError, "500", w.breaker, w.now);
        QCOMPARE(w.firsts(6).count(u'b'), 0);
        QCOMPARE(w.firsts(6).count(u'a'), 3);
    }

    void leastConnections()
    {
        Node3 w("least-connections");
        w.add("a");
        w.add("b");
        w.add("c", 2);
        QCOMPARE(w.first(), std::string("c")); // nobody is busy: the one that takes most
        w.stats["c"]->requestStarted();
        QCOMPARE(w.first(), std::string("a")); // 1, 1 and 2/2: ties in order
        w.stats["a"]->requestStarted();
        QCOMPARE(w.first(), std::string("b"));
        w.stats["a"]->requestEnded();
        w.stats["b"]->requestStarted();
        QCOMPARE(textOf(w.choose()), q("a: least busy, 0 in flight | c: next, 1 in flight | b: next, 1 in flight"));
    }

    void cheapestFirst()
    {
        Node3 w("cost");
        w.add("unknown");
        w.priced("dear", 10, 30);
        w.priced("cheap", 0.5, 1.5);
        w.priced("free", 0, 0);
        QCOMPARE(textOf(w.choose()), q("free: cheapest, $0 | cheap: next, $0.00125 | dear: next, $0.025 | unknown: next, price unknown"));
        w.needs.maxTokens = 10; // fewer than are reckoned with
        QVERIFY(textOf(w.choose()).contains(q("dear: next, $0.0103")));
        w.needs.maxTokens = 0;
        w.root.settings = written({{"output-tokens", "1000"}});
        QVERIFY(textOf(w.choose()).contains(q("dear: next, $0.04 ")));
    }

    void cheapestKnowsThePromptCache()
    {
        Node3 w("cost");
        w.priced("cached", 3, 15, 0.3);
        w.priced("other", 1, 15);
        w.needs.inputTokens = 100'000;
        w.fields.talk = 77;
        QCOMPARE(w.first(), std::string("other"));
        w.root.state->remember(77, targetMark(*w.root.children[0].target), w.now);
        QVERIFY2(textOf(w.choose()).startsWith(q("cached: cheapest, $0.0375 with its prompt cache")), qPrintable(textOf(w.choose())));
        w.now += 6min; // the cache has gone
        QCOMPARE(w.first(), std::string("other"));
        w.root.settings = written({{"cache-time", "10m"}});
        QCOMPARE(w.first(), std::string("cached"));
    }

    void cheapestRemembersWhoAnswered()
    {
        Node3 w("cost");
        w.priced("cached", 3, 15, 0.3);
        w.priced("other", 1, 15);
        w.needs.inputTokens = 100'000;
        w.fields.talk = 77;
        for (int i = 0; i < 4; ++i)
            w.stats["other"]->recordFailure(ErrorKind::UpstreamError, "500", w.breaker, w.now);
        QCOMPARE(w.answered().choices[0].target->provider, std::string("cached"));
        w.now += 31s; // the other may be asked again
        QCOMPARE(w.first(), std::string("cached"));
        w.fields.talk = 78;
        QCOMPARE(w.first(), std::string("other"));
    }

    void withoutACachePriceThePromptIsPaidInFull()
    {
        Node3 w("cost");
        w.priced("plain", 3, 15);
        w.priced("other", 1, 15);
        w.needs.inputTokens = 100'000;
        w.fields.talk = 77;
        w.root.state->remember(77, targetMark(*w.root.children[0].target), w.now);
        QVERIFY2(textOf(w.choose()).startsWith(q("other: cheapest, $0.1075 | plain: next, $0.3075 with its prompt cache")),
                 qPrintable(textOf(w.choose())));
    }

    void bestFirst()
    {
        Node3 w("quality");
        w.add("unknown");
        w.priced("good", 5, 5);
        w.priced("best", 9, 9);
        w.priced("good-cheap", 1, 1);
        const auto rank = [&](int i, double quality) {
            auto target = std::make_shared<Target>(*w.root.children[static_cast<std::size_t>(i)].target);
            target->quality = quality;
            w.root.children[static_cast<std::size_t>(i)].target = target;
        };
        rank(1, 80);
        rank(2, 95);
        rank(3, 80);
        QCOMPARE(textOf(w.choose()),
                 q("best: best, rank 95 | good-cheap: next, rank 80 | good: next, rank 80 | unknown: next, rank unknown"));
        w.root.settings = written({{"at-least", "75"}});
        QCOMPARE(w.first(), std::string("good-cheap"));
    }

    void bestWithinLimits()
    {
        Node3 w("quality");
        w.priced("best", 50, 50);
        w.priced("slow", 1, 1);
        w.priced("fine", 1, 1);
        w.add("unpriced");
        for (auto [i, quality] : {std::pair(0, 95.0), std::pair(1, 80.0), std::pair(2, 60.0), std::pair(3, 90.0)}) {
            auto target = std::make_shared<Target>(*w.root.children[static_cast<std::size_t>(i)].target);
            target->quality = quality;
            w.root.children[static_cast<std::size_t>(i)].target = target;
        }
        w.seen("slow", 9s);
        w.root.settings = written({{"most-cost", "0.01"}, {"most-latency", "2s"}});
        QCOMPARE(textOf(w.choose()),
                 q("fine: best, rank 60 | best: next, rank 95, over $0.01 | unpriced: next, rank 90, price unknown | "
                   "slow: next, rank 80, slower than 2000 ms"));
    }

    void armsKeepTheirUsers()
    {
        Node3 w("ab");
        w.add("a", 0.5);
        w.add("b", 0.3);
        w.add("c", 0.2);
        std::map<std::string, int> counts;
        for (int user = 0; user < 5'000; ++user) {
            w.fields.who = "user-" + std::to_string(user);
            const std::string arm = w.first();
            for (int i = 0; i < 3; ++i)
                QCOMPARE(w.first(), arm);
            ++counts[arm];
        }
        const double off = chiSquare(counts, {{"a", 0.5}, {"b", 0.3}, {"c", 0.2}});
        QVERIFY2(off < kChi2At2, std::to_string(off).c_str());

        // Another experiment deals anew: a share of users as if by chance stays where it was.
        int same = 0;
        for (int user = 0; user < 2'000; ++user) {
            w.fields.who = "user-" + std::to_string(user);
            w.root.settings = Settings();
            const std::string before = w.first();
            w.root.settings = written({{"experiment", "two"}});
            same += w.first() == before ? 1 : 0;
        }
        QVERIFY2(std::abs(same / 2000.0 - (0.25 + 0.09 + 0.04)) < 0.05, std::to_string(same).c_str());
    }

    void failingArmDealsNobodyAnew()
    {
        Node3 w("ab");
        for (const char *name : {"a", "b", "c"})
            w.add(name);
        std::map<std::string, std::string> before;
        for (int user = 0; user < 100; ++user) {
            w.fields.who = "user-" + std::to_string(user);
            before[w.fields.who] = w.first();
        }
        for (int i = 0; i < 4; ++i)
            w.stats["a"]->recordFailure(ErrorKind::UpstreamError, "500", w.breaker, w.now);
        for (const auto &[user, arm] : before) {
            w.fields.who = user;
            QCOMPARE(w.first(), arm == "a" ? std::string("b") : arm);
        }
    }

    void nobodyNamedGoesByChance()
    {
        Node3 w("ab");
        w.add("a");
        w.add("b");
        const QString all = w.firsts(200);
        QVERIFY2(all.count(u'a') > 60 && all.count(u'b') > 60, qPrintable(all));
        QVERIFY(q(w.choose().choices[0].reason.text()).endsWith(q("50 % of requests: no user or session is named")));
    }

    void experimentsOfOtherNodesDealAnew_data()
    {
        QTest::addColumn<bool>("isNamed");
        QTest::newRow("by name") << true;
        QTest::newRow("by place") << false;
    }

    void experimentsOfOtherNodesDealAnew()
    {
        QFETCH(bool, isNamed);
        Node3 w("ab");
        w.add("a");
        w.add("b");
        std::string &told = isNamed ? w.root.name : w.root.place;
        int same = 0;
        for (int user = 0; user < 2'000; ++user) {
            w.fields.who = "user-" + std::to_string(user);
            told = "one";
            const std::string before = w.first();
            told = "other";
            same += w.first() == before ? 1 : 0;
        }
        QVERIFY2(std::abs(same / 2000.0 - 0.5) < 0.05, std::to_string(same).c_str());
    }

    void conversationStays()
    {
        Node3 w("sticky");
        w.priced("first", 3, 15, 0.3);
        w.priced("second", 3, 15, 0.3);
        w.fields.talk = 5;
        QCOMPARE(q(w.answered().choices[0].reason.text()), q("new conversation"));
        // Another conversation went to the second while the first one was down.
        w.fields.talk = 6;
        for (int i = 0; i < 4; ++i)
            w.stats["first"]->recordFailure(ErrorKind::UpstreamError, "500", w.breaker, w.now);
        QCOMPARE(w.answered().choices[0].target->provider, std::string("second"));
        w.now += 31s; // the circuit is half open: first may be tried again
        QCOMPARE(textOf(w.choose()).section(u'|', 0, 0).trimmed(), q("second: holds the conversation's prompt cache"));
        w.fields.talk = 7;
        QCOMPARE(w.first(), std::string("first"));
        w.fields.talk = 6;
        w.now += 11min; // silent for too long
        QCOMPARE(w.first(), std::string("first"));
        w.root.settings = written({{"idle", "20m"}});
        QCOMPARE(w.first(), std::string("second"));
    }

    /// The one that holds the cache may be any of a child's targets.
    void conversationStaysWithinAChild()
    {
        Node3 inner("priority");
        for (const char *name : {"a", "b", "c"})
            inner.add(name);
        Node3 w("sticky");
        w.add("first");
        w.root.children.push_back(inner.root);
        w.fields.talk = 5;
        w.root.state->remember(5, targetMark(*inner.root.children[1].target), w.now);
        QStringList order;
        for (const Choice &choice : w.choose().choices)
            order << q(choice.target->provider);
        QCOMPARE(order.join(u' '), q("b a c first"));
        QCOMPARE(w.choose().choices.back().memories.size(), std::size_t(1)); // whoever answers is kept
    }

    void conversationLeavesForASaving()
    {
        Node3 w("sticky");
        w.priced("cheap", 0.1, 0.4);
        w.priced("dear", 3, 15, 0.3);
        w.fields.talk = 5;
        w.needs.inputTokens = 20'000;
        w.root.state->remember(5, targetMark(*w.root.children[1].target), w.now);
        w.fields.isNewTurn = false; // between the steps of a turn never
        QCOMPARE(w.first(), std::string("dear"));
        w.fields.isNewTurn = true;
        QVERIFY2(q(w.choose().choices[0].reason.text()).startsWith(q("left dear at the turn's start: $0.0113 cheaper")),
                 w.choose().choices[0].reason.text().c_str());
        w.root.settings = written({{"switch-when-cheaper", "false"}});
        QCOMPARE(w.first(), std::string("dear"));
    }

    void unnamedConversationIsNotKept()
    {
        Node3 w("sticky");
        w.add("a");
        QVERIFY(w.choose().choices[0].memories.empty());
    }
};

QTEST_APPLESS_MAIN(TestOrderingStrategies)
#include "tst_ordering_strategies.moc"
