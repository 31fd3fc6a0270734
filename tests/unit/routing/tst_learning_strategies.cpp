// SPDX-License-Identifier: GPL-3.0-or-later
// Strategies that order by what targets did lately, and those that start several.
#include "unit/routing/strategy_world.h"
#include "unit/routing/told_fields.h"

#include <QTest>

using namespace pm;
using namespace pm::routing;
using namespace pm::routing::test;
using namespace std::chrono_literals;

namespace {

struct LearningWorld : World
{
    explicit LearningWorld(const char *strategy, const std::map<std::string, std::string> &settings = {})
        : World(strategy)
    {
        root.settings = Settings(settings);
        needs.inputTokens = 1000;
    }
    std::shared_ptr<Target> priced(const char *name, double input, double output, std::optional<double> quality = std::nullopt)
    {
        const auto target = add(name);
        target->price = TokenPrice{input, output, std::nullopt};
        target->quality = quality;
        return target;
    }
    void fast(const char *name, std::int64_t tokensPerSecond)
    {
        stats[name]->recordOutput(SizeClass::Small, tokensPerSecond, 1s, now);
    }
};

} // namespace

class TestLearningStrategies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fastestWriterFirst()
    {
        LearningWorld w("throughput");
        w.add("slow");
        w.add("fast");
        w.add("new");
        w.fast("slow", 40);
        w.fast("fast", 120);
        QCOMPARE(textOf(w.choose()), q("new: not seen yet: explored | fast: next, 120 tokens/s | slow: next, 40 tokens/s"));
        w.stats["new"]->requestStarted(); // one at a time
        QCOMPARE(textOf(w.choose()), q("fast: fastest, 120 tokens/s | slow: next, 40 tokens/s | new: next, not seen yet"));
        w.stats["new"]->requestEnded();
        w.stats["new"]->recordFailure(ErrorKind::UpstreamError, "500", w.breaker, w.now);
        QCOMPARE(w.first(), std::string("fast")); // failures attract nothing
    }

    void leastUsedOfItsAllowance()
    {
        LearningWorld w("usage");
        w.add("big");
        w.add("small");
        w.add("free");
        w.root.children[0].rpm = 100;
        w.root.children[1].rpm = 10;
        const auto sent = [&](const char *name, int count) {
            for (int i = 0; i < count; ++i)
                w.stats[name]->requestSent(10, w.now);
        };
        sent("big", 40);
        sent("small", 2);
        sent("free", 500);
        QCOMPARE(w.first(), std::string("small")); // 3 of 10 against 41 of 100; who has no allowance comes last
        QVERIFY(textOf(w.choose()).startsWith(q("small: least used, 2 of 10 requests this minute | big: next, 40 of 100")));
        sent("big", 50);
        sent("small", 7);
        QCOMPARE(w.choose().excluded.size(), std::size_t(0)); // the tenth of ten is allowed
        w.now += 61s;
        sent("big", 40);
        sent("small", 10);
        const Plan plan = w.choose();
        QCOMPARE(plan.choices.front().target->provider, std::string("big"));
        QCOMPARE(plan.excluded.size(), std::size_t(1));
        QCOMPARE(q(plan.excluded[0].reason), q("at its limit: 10 of 10 requests this minute"));
        w.now += 61s;
        QCOMPARE(w.choose().excluded.size(), std::size_t(0));
        w.root.children[0].tpm = 900; // the request alone is 1000
        QCOMPARE(w.choose().excluded.size(), std::size_t(1));
    }

    void balancedSum()
    {
        LearningWorld w("balanced", {{"cost", "0.5"}, {"latency", "0.3"}, {"quality", "0.2"}, {"errors", "0"}});
        w.priced("cheap-slow", 1, 1, 50);
        w.priced("dear-fast", 9, 9, 90);
        w.seen("cheap-slow", 2000ms);
        w.seen("dear-fast", 200ms);
        // 0.5 x 0 + 0.3 x 1 + 0.2 x 1 = 0.5 against 0.5 x 1 + 0 + 0: even, and the first in order stays
        QVERIFY2(textOf(w.choose()).startsWith(q("cheap-slow: lowest score 0.5 (cost 0, latency 1, quality 1, errors 0) | dear-fast")),
                 qPrintable(textOf(w.choose())));
        w.root.settings = Settings(std::map<std::string, std::string>{{"cost", "0.1"}});
        QCOMPARE(w.first(), std::string("dear-fast"));
        w.root.settings = Settings(std::map<std::string, std::string>{{"errors", "10"}});
        for (int i = 0; i < 2; ++i)
            w.stats["cheap-slow"]->recordFailure(ErrorKind::UpstreamError, "500", w.breaker, w.now);
        QCOMPARE(w.first(), std::string("dear-fast"));
    }

    void balancedByItself()
    {
        LearningWorld w("balanced"); // all weights as they are without settings
        w.priced("one", 1, 1, 50);
        w.priced("two", 1, 1, 90);
        QVERIFY2(textOf(w.choose()).startsWith(q("two: lowest score 0.15 (")), qPrintable(textOf(w.choose()))); // unknown latency
        for (int i = 0; i < 3; ++i) // all of them failed: 0.2, as much as the rank
            w.stats["two"]->recordFailure(ErrorKind::UpstreamError, "500", w.breaker, w.now);
        QCOMPARE(w.first(), std::string("one"));
    }

    void balancedTellsStreamsFromWholeAnswers()
    {
        LearningWorld w("balanced", {{"cost", "0"}, {"latency", "1"}, {"quality", "0"}, {"errors", "0"}});
        w.add("quick-to-begin");
        w.add("quick-to-end");
        const auto seen = [&](const char *name, milliseconds stream, milliseconds whole) {
            w.stats[name]->recordLatency(SizeClass::Small, true, stream, w.now);
            w.stats[name]->recordLatency(SizeClass::Small, false, whole, w.now);
        };
        seen("quick-to-begin", 100ms, 9000ms);
        seen("quick-to-end", 500ms, 2000ms);
        QCOMPARE(w.first(), std::string("quick-to-begin"));
        w.needs.stream = false;
        QCOMPARE(w.first(), std::string("quick-to-end"));
    }

    void balancedTakesTheUnknownAsNeutral()
    {
        LearningWorld w("balanced", {{"cost", "1"}, {"latency", "0"}, {"quality", "0"}, {"errors", "0"}});
        w.add("unknown");
        w.priced("cheap", 1, 1);
        w.priced("dear", 9, 9);
        QStringList order;
        for (const Choice &choice : w.choose().choices)
            order << q(choice.target->provider);
        QCOMPARE(order, QStringList({q("cheap"), q("unknown"), q("dear")}));
    }

    /// 1/price²: a half of the price is four times the requests.
    void cheapDraws()
    {
        LearningWorld w("cheap-weighted");
        w.priced("one", 1, 1);
        w.priced("two", 2, 2);
        w.add("unknown");
        auto shares = w.shares(20'000);
        QVERIFY2(isNear(shares["one"], 0.8), std::to_string(shares["one"]).c_str());
        QVERIFY2(isNear(shares["two"], 0.2), std::to_string(shares["two"]).c_str());
        QCOMPARE(w.choose().choices.back().target->provider, std::string("unknown"));
        w.stats["one"]->recordFailure(ErrorKind::UpstreamError, "500", w.breaker, w.now);
        QCOMPARE(w.shares(200)["two"], 1.0);
        w.now += 31s;
        QVERIFY(w.shares(200)["one"] > 0.5);
        w.stats["one"]->recordFailure(ErrorKind::UpstreamError, "500", w.breaker, w.now);
        w.now += 31s;
        w.root.settings = Settings(std::map<std::string, std::string>{{"healthy-for", "1m"}});
        QCOMPARE(w.shares(200)["two"], 1.0);
        w.priced("free", 0, 0);
        QCOMPARE(w.shares(200)["free"], 1.0);
    }

    void nobodyIsDrawnWithoutAPrice()
    {
        LearningWorld w("cheap-weighted");
        w.add("one");
        w.add("two");
        QCOMPARE(textOf(w.choose()), q("one: next, price unknown | two: next, price unknown"));
    }

    void hedgeWaitsForTheQuantile()
    {
        LearningWorld w("hedge", {{"delay", "2s"}, {"least-delay", "50ms"}});
        w.add("one");
        w.add("two");
        w.add("three");
        Plan plan = w.choose();
        QVERIFY(plan.choices[0].start == Start::AfterFailure);
        QVERIFY(plan.choices[1].start == Start::AfterDelay);
        QCOMPARE(plan.choices[1].delay.count(), (2000ms).count());
        QVERIFY(plan.choices[2].start == Start::AfterFailure);
        for (int i = 0; i < 100; ++i) // nineteen in twenty within 300 ms
            w.stats["one"]->recordLatency(SizeClass::Small, true, i % 25 == 0 ? 4000ms : 300ms, w.now);
        plan = w.choose();
        QVERIFY2(plan.choices[1].delay >= 250ms && plan.choices[1].delay <= 400ms, std::to_string(plan.choices[1].delay.count()).c_str());
        QVERIFY(q(plan.choices[1].reason.text()).contains(u"the first one's p95"));
        w.needs.stream = false; // whole answers have no first content
        QCOMPARE(w.choose().choices[1].delay.count(), (2000ms).count());
    }

    void hedgeFollowsItsSettings()
    {
        LearningWorld w("hedge", {{"delay", "2s"}, {"least-delay", "50ms"}});
        w.add("one");
        w.add("two");
        for (int i = 0; i < 100; ++i)
            w.stats["one"]->recordLatency(SizeClass::Small, true, i % 3 == 0 ? 4000ms : 5ms, w.now);
        QVERIFY(w.choose().choices[1].delay > 1000ms); // a third of them is slow
        w.root.settings = Settings(std::map<std::string, std::string>{{"quantile", "0.5"}, {"least-delay", "50ms"}});
        const Plan plan = w.choose();
        QCOMPARE(plan.choices[1].delay.count(), (50ms).count());
        QVERIFY(q(plan.choices[1].reason.text()).contains(u"the first one's p50"));
    }

    void hedgeStandsBehindTheBestOfTheFirst()
    {
        LearningWorld w("hedge");
        LearningWorld inner("priority");
        inner.add("a");
        inner.add("b");
        w.root.children.push_back(inner.root);
        w.add("c");
        QStringList order;
        for (const Choice &choice : w.choose().choices)
            order << q(choice.target->provider);
        QCOMPARE(order, QStringList({q("a"), q("c"), q("b")}));
    }

    void raceStartsTheFirstFew()
    {
        LearningWorld w("race", {{"most", "2"}});
        w.add("one");
        w.add("two");
        w.add("three");
        const Plan plan = w.choose();
        QVERIFY(plan.choices[0].start == Start::AfterFailure);
        QVERIFY(plan.choices[1].start == Start::AtOnce);
        QVERIFY(plan.choices[2].start == Start::AfterFailure);
    }

    /// What a runner has behind its best target would else stand between the runners.
    void raceIsOfTheBestOfEach()
    {
        LearningWorld inner("priority");
        inner.add("a");
        inner.add("b");
        LearningWorld w("race");
        w.root.children.push_back(inner.root);
        w.add("c");
        w.add("d");
        w.add("e");
        QStringList order;
        for (const Choice &choice : w.choose().choices)
            order << q(choice.target->provider) + (choice.start == Start::AtOnce ? q(" at once") : QString());
        QCOMPARE(order.join(q(", ")), q("a, c at once, d at once, b, e"));
    }

    void mirrorTakesItsShare()
    {
        LearningWorld w("mirror", {{"share", "0.25"}});
        w.add("one");
        w.add("two");
        int mirrored = 0;
        for (int i = 0; i < 8'000; ++i) {
            const Plan plan = w.choose();
            QCOMPARE(plan.choices.size(), std::size_t(1));
            QCOMPARE(plan.choices[0].target->provider, std::string("one"));
            mirrored += static_cast<int>(plan.mirrors.size());
        }
        QVERIFY2(std::abs(mirrored / 8000.0 - 0.25) < 0.02, std::to_string(mirrored).c_str());
        for (int i = 0; i < 4; ++i)
            w.stats["one"]->recordFailure(ErrorKind::UpstreamError, "500", w.breaker, w.now);
        QCOMPARE(w.choose().choices.front().despiteOpen, true); // a mirror never answers
    }

    void cascadeChecksAllButTheLast()
    {
        LearningWorld w("cascade", {{"check", "empty,cut"}});
        w.add("one");
        w.add("two");
        const Plan plan = w.choose();
        QCOMPARE(q(plan.choices[0].check), q("empty,cut"));
        QVERIFY(plan.choices[1].check.empty());
        QVERIFY(plan.choices[1].start == Start::WhenPoor);
    }

    void cascadeChecksAllTargetsOfAStep()
    {
        LearningWorld inner("priority");
        inner.add("a");
        inner.add("b");
        LearningWorld w("cascade", {{"least-logprob", "-2"}});
        w.root.children.push_back(inner.root);
        w.add("best");
        const Plan plan = w.choose();
        QCOMPARE(plan.choices.size(), std::size_t(3));
        for (int i = 0; i < 2; ++i) {
            QCOMPARE(q(plan.choices[static_cast<std::size_t>(i)].check), q("empty,refusal,json,tools"));
            QCOMPARE(plan.choices[static_cast<std::size_t>(i)].leastLogprob, -2.0);
        }
        QVERIFY(plan.choices[1].start == Start::AfterFailure);
        QVERIFY(plan.choices[2].check.empty());
    }
};

QTEST_APPLESS_MAIN(TestLearningStrategies)
#include "tst_learning_strategies.moc"
