// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/quality.h"
#include "support/qt_text.h"
#include "unit/providers/built_in_catalogue.h"

#include <QTest>

#include <map>

using namespace pm;
using namespace pm::test;

namespace {

const QualityTable &table()
{
    static const QualityTable built = QualityTable::loadBuiltIn().value();
    return built;
}

int rankOf(const char *model)
{
    const auto quality = table().find(model);
    return quality ? quality->rank : -1;
}

} // namespace

class TestQuality : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// A pattern that decides for no model is an error of its own or stands behind one that takes all of its
    /// models.
    void everyPatternDecidesForAModel()
    {
        // Each pattern alone in a table, then the first of them that matches a model has earned its place.
        std::vector<std::pair<std::string, QualityTable>> single;
        for (const std::string &pattern : table().patterns()) {
            auto one = QualityTable::parse(R"({"version":1,"families":[{"source":"s","ranks":[[")" + pattern +
                                           R"(",1]]}]})");
            QVERIFY(one.has_value());
            single.emplace_back(pattern, std::move(*one));
        }
        std::map<std::string, int> decided;
        for (const Model &model : builtIn().models()) {
            for (const auto &[pattern, one] : single) {
                if (one.find(model.id)) {
                    ++decided[pattern];
                    break;
                }
            }
        }
        for (const auto &[pattern, one] : single)
            QVERIFY2(decided[pattern] > 0, pattern.c_str());
    }

    void theVendorsOwnListsAreCovered_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<double>("least"); // share of its chat models
        for (const char *name : {"anthropic", "mistral", "xai", "deepseek", "moonshot", "zai"})
            QTest::newRow(name) << q(name) << 1.0;
        QTest::newRow("openai") << q("openai") << 0.85; // deep research and pictures have none
        QTest::newRow("gemini") << q("gemini") << 0.7;  // "latest" names and pictures have none
        QTest::newRow("llama") << q("llama") << 1.0;
        QTest::newRow("cohere") << q("cohere") << 0.85;
        QTest::newRow("alibaba") << q("alibaba") << 0.8;
    }
    void theVendorsOwnListsAreCovered()
    {
        QFETCH(QString, provider);
        QFETCH(double, least);
        int all = 0;
        int ranked = 0;
        for (const Model *model : builtIn().modelsOf(provider.toStdString())) {
            all += model->isEmbedding ? 0 : 1;
            ranked += model->quality ? 1 : 0;
            QCOMPARE(model->quality.has_value(), !model->qualitySource.empty());
        }
        QVERIFY2(all > 0 && ranked >= least * all,
                 qPrintable(QStringLiteral("%1 of %2").arg(ranked).arg(all)));
    }

    void sourcesSayWhenAndWhose()
    {
        for (const Model &model : builtIn().models()) {
            if (!model.quality)
                continue;
            QVERIFY2(*model.quality >= 0 && *model.quality <= 100, model.id.c_str());
            QVERIFY2(model.qualitySource.ends_with(", 2026-11"), model.qualitySource.c_str());
        }
    }

    void order_data()
    {
        QTest::addColumn<QString>("better");
        QTest::addColumn<QString>("worse");
        const auto row = [](const char *better, const char *worse) {
            QTest::newRow((std::string(better) + " > " + worse).c_str()) << q(better) << q(worse);
        };
        row("gpt-5.5", "gpt-5.4");
        row("gpt-5.4", "gpt-5.4-mini");
        row("gpt-5.4-mini", "gpt-5.4-nano");
        row("gpt-5.4-mini", "gpt-5-mini");
        row("gpt-5-pro", "gpt-5");
        row("gpt-5", "gpt-4.1");
        row("o3", "o3-mini");
        row("gpt-4.1", "gpt-4o");
        row("gpt-4", "gpt-3.5-turbo");
        row("claude-opus-4-8", "claude-opus-4-7");
        row("claude-opus-4-8", "claude-sonnet-5");
        row("claude-sonnet-4-5", "claude-haiku-4-5");
        row("claude-opus-4-1", "claude-opus-4-0");
        row("claude-3-5-sonnet-20241022", "claude-3-sonnet-20240229");
        row("gemini-3.1-pro-preview", "gemini-3.5-flash");
        row("gemini-2.5-pro", "gemini-2.5-flash");
        row("gemini-2.5-flash", "gemini-2.5-flash-lite");
        row("mistral-large-latest", "mistral-small-latest");
        row("mistral-small-latest", "ministral-8b-latest");
        row("grok-4.3", "grok-3");
        row("deepseek-v4-pro", "deepseek-v4-flash");
        row("deepseek-v3.2", "deepseek-v3");
        row("llama-4-maverick", "llama-4-scout");
        row("llama-3.3-70b-instruct", "llama-3.1-70b-instruct");
        row("qwen3.7-max", "qwen3.7-plus");
        row("qwen3.7-plus", "qwen3.6-flash");
        row("command-a-03-2025", "command-r-08-2024");
        row("kimi-k2.6", "kimi-k2.5");
        row("glm-5.2", "glm-4.7");
        row("glm-4.7", "glm-4.7-flash");
        row("nova-pro-v1", "nova-lite-v1");
    }
    void order()
    {
        QFETCH(QString, better);
        QFETCH(QString, worse);
        const int high = rankOf(better.toStdString().c_str());
        const int low = rankOf(worse.toStdString().c_str());
        QVERIFY2(low > 0 && high > low, qPrintable(QStringLiteral("%1, %2").arg(high).arg(low)));
    }

    void oneModelHasOneRankAtAllProviders_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("same");
        QTest::newRow("Bedrock") << q("us.anthropic.claude-opus-4-8") << q("claude-opus-4-8");
        QTest::newRow("Bedrock, with a version")
            << q("meta.llama3-3-70b-instruct-v1:0") << q("llama-3.3-70b-instruct");
        QTest::newRow("Vertex") << q("claude-opus-4-5@20251101") << q("claude-opus-4-5");
        QTest::newRow("OpenRouter") << q("anthropic/claude-opus-4.8") << q("claude-opus-4-8");
        QTest::newRow("Together") << q("meta-llama/Llama-3.3-70B-Instruct-Turbo")
                                  << q("llama-3.3-70b-instruct");
        QTest::newRow("Ollama") << q("gpt-oss:120b") << q("openai/gpt-oss-120b");
        QTest::newRow("Azure") << q("cohere-command-r-08-2024") << q("command-r-08-2024");
    }
    void oneModelHasOneRankAtAllProviders()
    {
        QFETCH(QString, name);
        QFETCH(QString, same);
        QVERIFY(rankOf(same.toStdString().c_str()) > 0);
        QCOMPARE(rankOf(name.toStdString().c_str()), rankOf(same.toStdString().c_str()));
    }

    void unknownStaysUnknown_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name :
             {"", "-", "----", "gpt-9", "claude-9", "my-own-model", "gpt-4o-mini-tts-embedding",
              "text-embedding-3-large", "deepseek-r1-distill-llama-70b", "llama-3.3-nemotron-super-49b-v1",
              "deepseek-r1-0528-qwen3-8b", "gpt-5-image", "o1x", "foo1"})
            QTest::newRow(*name ? name : "nothing") << q(name);
    }
    void unknownStaysUnknown()
    {
        QFETCH(QString, name);
        QCOMPARE(rankOf(name.toStdString().c_str()), -1);
    }

    void overrides()
    {
        const Catalogue own = builtIn().withQuality({{"openai", "gpt-4o", 99}, {"my-box", "tuned-7b", 50}});
        QCOMPARE(own.quality("openai", "gpt-4o")->rank, 99);
        QCOMPARE(*own.find("openai", "gpt-4o")->quality, 99);
        QCOMPARE(q(own.find("openai", "gpt-4o")->qualitySource), q("your configuration"));
        QCOMPARE(own.quality("my-box", "tuned-7b")->rank, 50);
        QVERIFY(!builtIn().quality("my-box", "tuned-7b"));
        QCOMPARE(own.quality("azure", "gpt-4o-mini")->rank, builtIn().quality("azure", "gpt-4o-mini")->rank);
        QVERIFY(*builtIn().find("openai", "gpt-4o")->quality < 99); // the original is as it was
    }

    void modelsOutsideTheCatalogue()
    {
        QCOMPARE(builtIn().quality("my-vllm", "Qwen/Qwen3-32B")->rank, rankOf("qwen3-32b"));
        QVERIFY(!builtIn().quality("my-vllm", "tuned-7b"));
    }

    void refusesOtherTables_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("not JSON") << QByteArray("nope");
        QTest::newRow("no version") << QByteArray(R"({"families":[]})");
        QTest::newRow("no families") << QByteArray(R"({"version":1})");
        QTest::newRow("no source") << QByteArray(R"({"version":1,"families":[{"ranks":[]}]})");
        QTest::newRow("too high") << QByteArray(
            R"({"version":1,"families":[{"source":"s","ranks":[["a",101]]}]})");
        QTest::newRow("text") << QByteArray(
            R"({"version":1,"families":[{"source":"s","ranks":[["a","b"]]}]})");
        QTest::newRow("no rank") << QByteArray(
            R"({"version":1,"families":[{"source":"s","ranks":[["a"]]}]})");
        QTest::newRow("no pair") << QByteArray(R"({"version":1,"families":[{"source":"s","ranks":[5]}]})");
    }
    void refusesOtherTables()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!QualityTable::parse({text.constData(), std::size_t(text.size())}));
    }
};

QTEST_GUILESS_MAIN(TestQuality)
#include "tst_quality.moc"
