// SPDX-License-Identifier: GPL-3.0-or-later
// What a plan leaves out: targets that cannot take the request, that have no key, or that rest.
#include "routing/filter.h"
#include "unit/routing/plan_world.h"

#include <QTest>

#include <limits>

using namespace pm;
using namespace pm::routing;
using namespace pm::routing::test;
using namespace std::chrono_literals;

class TestFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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
};

QTEST_GUILESS_MAIN(TestFilter)
#include "tst_filter.moc"
