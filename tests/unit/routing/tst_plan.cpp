// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/routing/plan_world.h"

#include <QTest>

using namespace pm;
using namespace pm::routing;
using namespace std::chrono_literals;
using namespace pm::routing::test;

class TestPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void singleTarget()
    {
        World w;
        const Plan plan = w.choose(leaf(w.target("openai", "gpt-5")));
        QCOMPARE(textOf(plan), q("openai/gpt-5: only target"));
        QCOMPARE(q(plan.line()), q("openai/gpt-5"));
        QVERIFY(plan.strategy.empty());
    }

    void priorityKeepsTheOrder()
    {
        World w;
        const Plan plan =
            w.choose(group("failover", {leaf(w.target("a")), leaf(w.target("b")), leaf(w.target("c"))}));
        QCOMPARE(textOf(plan), q("a: first in order | b: next in order | c: next in order"));
        QCOMPARE(q(plan.strategy), q("priority"));
        QCOMPARE(q(plan.line()), q("priority: a, then b, c"));
    }

    void fallbackOrderFollows()
    {
        World w;
        const auto a = w.target("a");
        const auto b = w.target("b");
        const auto c = w.target("c");
        b->hasKey = false;
        const Plan plan = w.choose(group("priority", {leaf(a)}), {a, b, c, c});
        QCOMPARE(textOf(plan), q("a: first in order | c: fallback order // b: no key"));
    }

    void fallbackServesWhenTheTreeCannot()
    {
        World w;
        const auto a = w.target("a");
        a->isEnabled = false;
        QCOMPARE(textOf(w.choose(group("weighted", {leaf(a)}), {w.target("b")})),
                 q("b: fallback order // a: disabled"));
    }

    void nestedReasonsAreJoined()
    {
        World w;
        const Node root =
            group("priority", {group("weighted", {leaf(w.target("a"), 1)}), leaf(w.target("b"))});
        QCOMPARE(textOf(w.choose(root)), q("a: first in order; weight 1 of 1 | b: next in order"));
    }

    void emptyBranchesVanish()
    {
        World w;
        const auto a = w.target("a");
        a->hasKey = false;
        const Node root =
            group("priority", {group("latency", {leaf(a)}), group("latency", {}), leaf(w.target("b"))});
        QCOMPARE(textOf(w.choose(root)), q("b: first in order // a: no key"));
    }

    void aTargetIsTriedOnce()
    {
        World w;
        const auto a = w.target("a");
        const auto b = w.target("b");
        const Node root = group("priority", {leaf(a), group("priority", {leaf(a), leaf(b)})});
        QCOMPARE(textOf(w.choose(root)), q("a: first in order | b: next in order"));
    }

    void choosingClaimsNoTest()
    {
        World w;
        const auto a = w.target("a");
        w.fail(a, 4);
        w.now += 30s;
        for (int i = 0; i < 5; ++i)
            QCOMPARE(w.choose(leaf(a)).choices.size(), std::size_t(1));
        QVERIFY(a->stats->tryAcquire(w.breaker, w.now));
    }

    void leastBadWhenAllAreOpen()
    {
        World w;
        const auto a = w.target("a");
        const auto b = w.target("b");
        w.fail(a, 9);
        w.now += 10s;
        w.fail(b, 4);
        w.now += 5s;
        const Node root = group("priority", {leaf(a), leaf(b)});
        Plan plan = w.choose(root);
        QCOMPARE(textOf(plan), q("b: circuit open, tried as the least bad // a: circuit open, 15 s left | "
                                 "b: circuit open, 25 s left"));
        QVERIFY(plan.choices.front().despiteOpen);
        QCOMPARE(plan.retryAfter.count(), 15'000LL);
        QCOMPARE(q(plan.line()), q("priority: b (circuit open)"));
        // The exchange tries it; then the other one's turn in this cooldown; then nobody's.
        QVERIFY(b->stats->tryAcquireDespiteOpen(w.breaker, w.now));
        plan = w.choose(root);
        QCOMPARE(q(plan.choices.front().target->label()), q("a"));
        QVERIFY(a->stats->tryAcquireDespiteOpen(w.breaker, w.now));
        plan = w.choose(root);
        QVERIFY(plan.choices.empty());
        QCOMPARE(plan.retryAfter.count(), 15'000LL);
        QCOMPARE(q(plan.line()), q("nothing may be tried for 15 s"));
    }

    void restingIsNeverTheLeastBad()
    {
        World w;
        const auto a = w.target("a");
        const auto b = w.target("b");
        a->stats->rest(40s, w.now);
        b->stats->rest(20s, w.now);
        const Plan plan = w.choose(group("latency", {leaf(a), leaf(b)}));
        QCOMPARE(textOf(plan), q(" // a: resting 40 s after 429 | b: resting 20 s after 429"));
        QCOMPARE(plan.retryAfter.count(), 20'000LL);
    }

    void incapableIsNoReasonToWait()
    {
        World w;
        const auto a = w.target("a");
        a->hasKey = false;
        const Plan plan = w.choose(leaf(a));
        QCOMPARE(textOf(plan), q(" // a: no key"));
        QCOMPARE(plan.retryAfter.count(), 0LL);
        QCOMPARE(q(plan.line()), q("no target can take it"));
    }

    void lineIsPlainAndShort()
    {
        World w;
        std::vector<Node> children;
        for (const char *name : {"a", "b\r\nx: y", "ç", "d", "e", "f"})
            children.push_back(leaf(w.target(name)));
        QCOMPARE(q(w.choose(group("priority", children)).line()),
                 q("priority: a, then b??x: y, ??, d and 2 more"));
    }
};

QTEST_GUILESS_MAIN(TestPlan)
#include "tst_plan.moc"
