// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/catalogue.h"
#include "support/qt_text.h"
#include "unit/providers/built_in_catalogue.h"

#include <QTest>

#include <limits>

using namespace pm;
using namespace pm::test;

namespace {

Usage usage(std::int64_t input, std::int64_t read, std::int64_t write5m, std::int64_t write1h,
            std::int64_t output)
{
    Usage counts;
    counts.uncachedInput = input;
    counts.cacheRead = read;
    counts.cacheWrite5m = write5m;
    counts.cacheWrite1h = write1h;
    counts.output = output;
    return counts;
}

} // namespace

class TestCost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void costs_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QList<qint64>>("counts"); // uncached, read, write 5m, write 1h, output
        QTest::addColumn<qint64>("microUsd");
        const auto row = [](const char *what, const char *model, QList<qint64> counts, qint64 cost) {
            QTest::newRow(what) << q(model) << counts << cost;
        };
        row("input and output", "openai/gpt-4.1", {1000, 0, 0, 0, 500}, 2000 + 4000);
        row("cache read", "anthropic/claude-sonnet-4-5", {1000, 100'000, 0, 0, 10}, 3000 + 30'000 + 150);
        row("five-minute write", "anthropic/claude-sonnet-4-5", {0, 0, 10'000, 0, 0}, 37'500);
        row("one-hour write is twice the input", "anthropic/claude-sonnet-4-5", {0, 0, 0, 10'000, 0}, 60'000);
        row("nothing", "openai/gpt-4.1", {0, 0, 0, 0, 0}, 0);
        row("half rounds up", "openai/gpt-4o-mini", {10, 0, 0, 0, 0}, 2);       // 1.5
        row("under half rounds down", "openai/gpt-5-nano", {9, 0, 0, 0, 0}, 0); // 0.45
        row("thirds of a cent stay exact", "deepseek/deepseek-v4-pro", {0, 1'000'000, 0, 0, 0}, 3625);
        row("at the tier's edge", "gemini/gemini-2.5-pro", {200'000, 0, 0, 0, 100}, 250'000 + 1000);
        row("above it all is dearer", "gemini/gemini-2.5-pro", {200'001, 0, 0, 0, 100},
            500'003 + 1500); // .0025+.5
        row("cached tokens count for the tier", "gemini/gemini-2.5-pro", {1, 200'000, 0, 0, 0},
            50'003); // 2.5
        row("embedding", "openai/text-embedding-3-small", {1000, 0, 0, 0, 0}, 20);
        row("unknown read price", "groq/llama-3.3-70b-versatile", {10, 10, 0, 0, 1}, -1);
        row("unknown write price", "openai/gpt-4.1", {10, 0, 10, 0, 1}, -1);
        row("no price at all", "gemini/gemma-4-31b-it", {10, 0, 0, 0, 1}, -1);
        row("nonsense count", "openai/gpt-4.1", {std::numeric_limits<qint64>::max(), 0, 0, 0, 1}, -1);
        row("negative count", "openai/gpt-4.1", {-5, 0, 0, 0, 1}, -1);
        row("demo", "demo/demo", {10, 5, 5, 0, 7}, 0);
    }
    void costs()
    {
        QFETCH(QString, model);
        QFETCH(QList<qint64>, counts);
        QFETCH(qint64, microUsd);
        const Model *known =
            builtIn().find(model.section(u'/', 0, 0).toStdString(), model.section(u'/', 1).toStdString());
        QVERIFY(known);
        const auto cost = costOf(usage(counts[0], counts[1], counts[2], counts[3], counts[4]), known, {});
        QCOMPARE(cost.value_or(-1), MicroUsd(microUsd));
    }

    void costOfReasoningTokens()
    {
        const Model *sonar = builtIn().find("perplexity", "sonar-deep-research"); // 2, 8, reasoning 3
        Usage counts = usage(0, 0, 0, 0, 1000);
        counts.reasoning = 400;
        QCOMPARE(costOf(counts, sonar, {}).value_or(-1), MicroUsd(400 * 3 + 600 * 8));
        counts.reasoning = 5000; // more than the whole
        QCOMPARE(costOf(counts, sonar, {}).value_or(-1), MicroUsd(3000));
    }

    void costWithoutFacts()
    {
        const config::Price price{1.0, 2.0, {}, {}};
        QCOMPARE(costOf(usage(1000, 0, 0, 0, 1000), nullptr, price).value_or(-1), MicroUsd(3000));
        QVERIFY(!costOf(usage(1000, 1, 0, 0, 1000), nullptr, price));
        QVERIFY(!costOf(usage(1000, 0, 0, 0, 1000), nullptr, {}));
        const Model *gpt = builtIn().find("openai", "gpt-4.1");
        QVERIFY2(costOf(usage(1000, 0, 0, 0, 0), gpt, price) == MicroUsd(2000), "the catalogue's price wins");
        const Model *free = builtIn().find("gemini", "gemma-4-31b-it");
        QVERIFY2(costOf(usage(1000, 0, 0, 0, 0), free, price) == MicroUsd(1000), "the config's stands in");
        Usage unknown;
        QVERIFY(!costOf(unknown, gpt, {}));
        unknown.uncachedInput = 10;
        QVERIFY2(!costOf(unknown, gpt, {}), "output is not known");
        QVERIFY(costOf(unknown, builtIn().find("openai", "text-embedding-3-small"), {}) == MicroUsd(0));
        Usage outputOnly;
        outputOnly.output = 10;
        QVERIFY(!costOf(outputOnly, gpt, {}));
    }
};

QTEST_GUILESS_MAIN(TestCost)
#include "tst_cost.moc"
