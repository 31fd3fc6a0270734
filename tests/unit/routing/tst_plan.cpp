// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/plan.h"
#include "support/qt_text.h"

#include <QTest>

#include <algorithm>

using namespace pm;
using namespace pm::routing;
using namespace std::chrono_literals;
using pm::test::q;

namespace {

struct World
{
    SteadyTime now{std::chrono::hours(9)};
    config::CircuitBreaker breaker;
    RequestNeeds needs;
    Rng rng{1};
    std::vector<std::shared_ptr<Target>> targets;

    World() { needs.stream = true; }

    std::shared_ptr<Target> target(const char *provider, const char *model = "")
    {
        auto target = std::make_shared<Target>();
        target->provider = provider;
        target->model = model;
        target->stats = std::make_shared<TargetStats>(target->label());
        targets.push_back(target);
        return target;
    }
    Plan choose(const Node &root, const std::vector<std::shared_ptr<const Target>> &fallbacks = {})
    {
        return routing::choose(root, fallbacks, ChooseContext{needs, breaker, now, rng});
    }
    void fail(const std::shared_ptr<Target> &target, int times)
    {
        for (int i = 0; i < times; ++i)
            target->stats->recordFailure(ErrorKind::UpstreamError, "answered 500", breaker, now);
    }
};

Node leaf(const std::shared_ptr<Target> &target, double weight = 1)
{
    Node node;
    node.target = target;
    node.weight = weight;
    return node;
}

Node group(const char *strategy, std::vector<Node> children, double weight = 1)
{
    Node node;
    node.strategy = strategy;
    node.children = std::move(children);
    node.weight = weight;
    return node;
}

/// "openai: first in order | anthropic: next in order // ollama: no key"
QString textOf(const Plan &plan)
{
    QStringList choices;
    for (const Choice &choice : plan.choices)
        choices << q(choice.target->label()) + q(": ") + q(choice.reason);
    QStringList excluded;
    for (const Exclusion &exclusion : plan.excluded)
        excluded << q(exclusion.target) + q(": ") + q(exclusion.reason);
    return choices.join(q(" | ")) + (excluded.isEmpty() ? QString() : q(" // ") + excluded.join(q(" | ")));
}

} // namespace

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

    void filters_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("reason"); // empty: stays
        QTest::newRow("disabled") << q("disabled") << q("disabled");
        QTest::newRow("no key") << q("no key") << q("no key");
        QTest::newRow("tools") << q("tools") << q("takes no tools");
        QTest::newRow("images") << q("images") << q("takes no images");
        QTest::newRow("audio") << q("audio") << q("takes no audio");
        QTest::newRow("documents") << q("documents") << q("takes no documents");
        QTest::newRow("schema") << q("schema") << q("takes no JSON schema");
        QTest::newRow("embeddings") << q("embeddings") << q("no embeddings");
        QTest::newRow("context") << q("context") << q("context 32k < 48k needed");
        QTest::newRow("context that just fits") << q("fits") << QString();
        QTest::newRow("unknown context") << q("unknown context") << QString();
        QTest::newRow("unknown capabilities") << q("unknown") << QString();
        QTest::newRow("not needed") << q("not needed") << QString();
        QTest::newRow("resting") << q("resting") << q("resting 20 s after 429");
        QTest::newRow("open") << q("open") << q("circuit open, 12 s left");
        QTest::newRow("half-open") << q("half-open") << QString();
        QTest::newRow("half-open, tested") << q("tested") << q("circuit half-open, a test is running");
    }
    void filters()
    {
        QFETCH(QString, change);
        QFETCH(QString, reason);
        World w;
        const auto a = w.target("a");
        const std::string what = change.toStdString();
        const auto needAll = [&w] {
            w.needs.tools = w.needs.images = w.needs.audio = w.needs.documents = w.needs.jsonSchema = true;
        };
        if (what == "disabled")
            a->isEnabled = false;
        else if (what == "no key")
            a->hasKey = false;
        else if (what == "tools")
            w.needs.tools = true, a->can.tools = false;
        else if (what == "images")
            w.needs.images = true, a->can.images = false;
        else if (what == "audio")
            w.needs.audio = true, a->can.audio = false;
        else if (what == "documents")
            w.needs.documents = true, a->can.documents = false;
        else if (what == "schema")
            w.needs.jsonSchema = true, a->can.jsonSchema = false;
        else if (what == "embeddings")
            w.needs.endpoint = config::EndpointType::Embeddings, a->can.embeddings = false;
        else if (what == "context" || what == "fits")
            w.needs.inputTokens = 40'000, w.needs.maxTokens = 8'000,
            a->can.context = what == "fits" ? 48'000 : 32'768;
        else if (what == "unknown context")
            w.needs.inputTokens = 1'000'000'000;
        else if (what == "unknown")
            needAll();
        else if (what == "not needed")
            a->can.tools = a->can.images = a->can.audio = a->can.documents = a->can.jsonSchema = false;
        else if (what == "resting")
            a->stats->rest(20s, w.now);
        if (what == "open" || what == "half-open" || what == "tested")
            w.fail(a, 4), w.now += what == "open" ? 18s : 30s;
        if (what == "tested")
            QVERIFY(a->stats->tryAcquire(w.breaker, w.now));

        const Plan plan = w.choose(group("priority", {leaf(a), leaf(w.target("b"))}));
        if (reason.isEmpty())
            QCOMPARE(textOf(plan), q("a: first in order | b: next in order"));
        else
            QCOMPARE(textOf(plan), q("b: first in order // a: ") + reason);
        QCOMPARE(plan.retryAfter.count(), 0LL);
    }

    void aSchemaMayBeAskedForInWordsAtLast()
    {
        World w;
        const auto a = w.target("a");
        const auto b = w.target("b");
        const auto c = w.target("c");
        a->can.jsonSchema = b->can.jsonSchema = false;
        const Node all = group("priority", {leaf(a), leaf(b), leaf(c)});
        w.needs.jsonSchema = true;
        QCOMPARE(textOf(w.choose(all)),
                 q("c: first in order // a: takes no JSON schema | b: takes no JSON schema"));
        w.needs.tools = true;
        b->can.tools = c->can.tools = false;
        QCOMPARE(textOf(w.choose(all)), q("a: first in order, though it takes no JSON schema"
                                          " // b: takes no tools | c: takes no tools"));
        a->can.tools = false;
        QVERIFY2(w.choose(all).choices.empty(), "nothing but the schema may be left out");
    }

    void contextFigures_data()
    {
        QTest::addColumn<qint64>("has");
        QTest::addColumn<qint64>("needs");
        QTest::addColumn<QString>("reason");
        QTest::newRow("small") << qint64(512) << qint64(700) << q("context 512 < 700 needed");
        QTest::newRow("one token over") << qint64(32'000) << qint64(32'001) << q("context 32k < 33k needed");
        QTest::newRow("millions") << qint64(1'047'576) << qint64(1'250'000) << q("context 1M < 1.3M needed");
        QTest::newRow("absurd") << qint64(1'000) << std::numeric_limits<qint64>::max()
                                << q("context 1k < 9223372036854.8M needed");
    }
    void contextFigures()
    {
        QFETCH(qint64, has);
        QFETCH(qint64, needs);
        QFETCH(QString, reason);
        World w;
        const auto a = w.target("a");
        a->can.context = has;
        w.needs.inputTokens = needs;
        w.needs.maxTokens = needs == std::numeric_limits<qint64>::max() ? needs : 0;
        QCOMPARE(textOf(w.choose(leaf(a))), q(" // a: ") + reason);
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
