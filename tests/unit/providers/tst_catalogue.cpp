// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/catalogue.h"
#include "support/qt_text.h"
#include "unit/providers/built_in_catalogue.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <limits>

using namespace pm;
using namespace pm::test;

namespace {

constexpr double kUnknown = -1;

} // namespace

class TestCatalogue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void loadsQuickly()
    {
        qint64 best = std::numeric_limits<qint64>::max();
        for (int i = 0; i < 5; ++i) {
            QElapsedTimer timer;
            timer.start();
            const auto catalogue = Catalogue::loadBuiltIn();
            best = std::min(best, timer.nsecsElapsed());
            QVERIFY2(catalogue.has_value(), catalogue ? "" : catalogue.error().message.c_str());
            QVERIFY(catalogue->models().size() > 1000);
        }
        qInfo("loaded in %.1f ms", double(best) / 1e6);
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        const qint64 limit = 20'000'000;
#else
        const qint64 limit = 200'000'000; // unoptimised or instrumented: only a gross slip shows
#endif
        QVERIFY(best < limit);
    }

    void everyProviderHasARowInItsOrder()
    {
        std::size_t row = 0;
        for (const Model &model : builtIn().models()) {
            while (row < providerRows().size() && providerRows()[row].name != model.provider)
                ++row;
            QVERIFY2(row < providerRows().size(), (model.provider + "/" + model.id).c_str());
        }
    }

    // Checked by hand against the vendors' price lists of the catalogue's date.
    void prices_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QList<double>>("price"); // input, output, cache read, cache write
        const auto row = [](const char *provider, const char *model, QList<double> price) {
            QTest::newRow(model) << q(provider) << q(model) << price;
        };
        row("openai", "gpt-4.1", {2, 8, 0.5, kUnknown});
        row("openai", "gpt-4o-mini", {0.15, 0.6, 0.075, kUnknown});
        row("openai", "gpt-5", {1.25, 10, 0.125, kUnknown});
        row("openai", "gpt-5-pro", {15, 120, kUnknown, kUnknown});
        row("openai", "gpt-3.5-turbo", {0.5, 1.5, kUnknown, kUnknown}); // "0" for a cache it does not have
        row("openai", "text-embedding-3-small", {0.02, 0, kUnknown, kUnknown});
        row("anthropic", "claude-sonnet-4-5", {3, 15, 0.3, 3.75});
        row("anthropic", "claude-haiku-4-5", {1, 5, 0.1, 1.25});
        row("anthropic", "claude-opus-4-8", {5, 25, 0.5, 6.25});
        row("anthropic", "claude-sonnet-5", {2, 10, 0.2, 2.5});
        row("gemini", "gemini-2.5-pro", {1.25, 10, 0.125, kUnknown});
        row("gemini", "gemini-3.5-flash", {1.5, 9, 0.15, kUnknown});
        row("deepseek", "deepseek-v4-pro", {0.435, 0.87, 0.003625, kUnknown});
        row("groq", "llama-3.3-70b-versatile", {0.59, 0.79, kUnknown, kUnknown});
        row("cerebras", "zai-glm-4.7", {2.25, 2.75, kUnknown, kUnknown});
        row("minimax", "MiniMax-M2.5", {0.3, 1.2, 0.03, 0.375});
        row("zai", "glm-4.6", {0.6, 2.2, 0.11, kUnknown});
        row("bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0", {3, 15, 0.3, 3.75});
        row("bedrock", "eu.anthropic.claude-haiku-4-5-20251001-v1:0", {1.1, 5.5, 0.11, 1.375});
        row("bedrock", "amazon.nova-pro-v1:0", {0.8, 3.2, 0.2, kUnknown});
        row("vertex", "claude-sonnet-4-5@20250929", {3, 15, 0.3, 3.75});
        row("vertex", "gemini-2.5-pro", {1.25, 10, 0.125, kUnknown});
        row("demo", "demo", {0, 0, 0, 0});
    }
    void prices()
    {
        QFETCH(QString, provider);
        QFETCH(QString, model);
        QFETCH(QList<double>, price);
        const Model *known = builtIn().find(provider.toStdString(), model.toStdString());
        QVERIFY(known && known->price);
        const ModelPrice &found = *known->price;
        QCOMPARE((QList<double>{found.input.value_or(kUnknown), found.output.value_or(kUnknown),
                                found.cacheRead.value_or(kUnknown), found.cacheWrite.value_or(kUnknown)}),
                 price);
    }

    void tiers()
    {
        const Model *pro = builtIn().find("gemini", "gemini-2.5-pro");
        QVERIFY(pro && pro->price && pro->price->tiers.size() == 1);
        const ModelPrice::Tier &tier = pro->price->tiers.front();
        QCOMPARE(tier.fromInputTokens, std::int64_t(200'001));
        QCOMPARE(*tier.input, 2.5);
        QCOMPARE(*tier.output, 15.0);
        QCOMPARE(*tier.cacheRead, 0.25);
        QVERIFY(!tier.cacheWrite);
    }

    void find_data()
    {
        QTest::addColumn<QString>("asked");
        QTest::addColumn<QString>("found");
        QTest::newRow("exact") << q("claude-sonnet-4-5") << q("claude-sonnet-4-5");
        QTest::newRow("exact with a date")
            << q("claude-sonnet-4-5-20250929") << q("claude-sonnet-4-5-20250929");
        QTest::newRow("another date") << q("claude-sonnet-4-5-20990101") << q("claude-sonnet-4-5");
        QTest::newRow("dashed date") << q("claude-sonnet-4-5-2099-01-01") << q("claude-sonnet-4-5");
        QTest::newRow("latest") << q("claude-sonnet-4-5-latest") << q("claude-sonnet-4-5");
        QTest::newRow("only dated ones: the newest")
            << q("claude-3-5-sonnet") << q("claude-3-5-sonnet-20241022");
        QTest::newRow("latest of dated ones")
            << q("claude-3-5-sonnet-latest") << q("claude-3-5-sonnet-20241022");
        QTest::newRow("not a date") << q("claude-sonnet-4-5-12345678") << QString();
        QTest::newRow("unknown") << q("claude-9") << QString();
        QTest::newRow("empty") << QString() << QString();
    }
    void find()
    {
        QFETCH(QString, asked);
        QFETCH(QString, found);
        const Model *model = builtIn().find("anthropic", asked.toStdString());
        QCOMPARE(model ? q(model->id) : QString(), found);
        QVERIFY(!builtIn().find("nobody", asked.toStdString()));
    }

    void findsByBareName()
    {
        const auto found = builtIn().findByName("gpt-5-mini");
        QVERIFY(found.size() >= 2);
        QCOMPARE(q(found[0]->provider), q("openai"));
        QCOMPARE(q(found[1]->provider), q("azure"));
        QCOMPARE(q(builtIn().findByName("claude-3-5-sonnet-latest").at(0)->id),
                 q("claude-3-5-sonnet-20241022"));
        QCOMPARE(q(builtIn().findByName("gemini-2.5-pro").at(0)->provider), q("gemini"));
        QVERIFY(builtIn().findByName("no-such-model").empty());
        QVERIFY(builtIn().modelsOf("anthropic").size() > 20);
        QVERIFY(builtIn().modelsOf("nobody").empty());
    }

    void facts()
    {
        const Model *gpt = builtIn().find("openai", "gpt-4.1");
        QVERIFY(gpt->tools && gpt->images && gpt->documents && gpt->temperature && gpt->structuredOutput);
        QVERIFY(!gpt->reasoning && !gpt->audio && !gpt->isEmbedding);
        QCOMPARE(gpt->context, std::int64_t(1047576));
        QCOMPARE(gpt->maxOutput, std::int64_t(32768));
        QCOMPARE(q(gpt->released), q("2025-04-14"));
        QVERIFY(!builtIn().find("openai", "gpt-4")->structuredOutput);
        QVERIFY(!builtIn().find("openai", "gpt-5")->temperature);
        QVERIFY(builtIn().find("openai", "text-embedding-3-large")->isEmbedding);
        QVERIFY(builtIn().find("gemini", "gemini-2.5-flash")->audio);
        QVERIFY2(builtIn().find("anthropic", "claude-opus-4-1")->structuredOutput, "the facts are silent");
    }

    void traits_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("traits");
        const auto row = [](const char *provider, const char *model, const char *traits) {
            QTest::newRow((std::string(provider) + "/" + model).c_str())
                << q(provider) << q(model) << q(traits);
        };
        row("openai", "gpt-4.1", "max_completion sampling schema");
        row("openai", "gpt-5", "max_completion developer effort schema");
        row("openai", "o3-mini", "max_completion developer effort schema");
        row("openai", "gpt-9-future", "max_completion developer effort schema");
        row("openai", "gpt-5.3-chat-latest", "max_completion sampling schema");
        row("anthropic", "claude-3-haiku-20240307", "max_completion sampling parts");
        row("anthropic", "claude-sonnet-4-5", "max_completion effort sampling schema parts");
        row("anthropic", "claude-sonnet-4-6", "max_completion effort sampling adaptive schema parts");
        row("anthropic", "claude-opus-4-8", "max_completion effort adaptive schema parts");
        row("anthropic", "claude-opus-7", "max_completion effort adaptive schema parts");
        row("minimax", "MiniMax-M2.5", "max_completion effort sampling parts");
        row("mistral", "mistral-large-latest", "sampling schema any strict no-stream-options");
        row("deepseek", "deepseek-v4-pro", "effort sampling echo");
        row("lmstudio", "some-model", "effort sampling schema properties");
        row("gemini", "gemini-2.5-pro", "max_completion effort sampling schema parts");
        row("groq", "llama-3.3-70b-versatile", "max_completion sampling schema");
        row("openrouter", "openai/gpt-5", "effort schema parts");
    }
    void traits()
    {
        QFETCH(QString, provider);
        QFETCH(QString, model);
        QFETCH(QString, traits);
        const auto providers = buildProviders({});
        const auto found = std::find_if(providers.begin(), providers.end(),
                                        [&](const Provider &p) { return p.name == provider.toStdString(); });
        const std::string id = model.toStdString();
        const TargetTraits t = targetTraits(*found, found->dialect, id, builtIn().find(found->name, id));
        QStringList words;
        const auto word = [&words](bool on, const char *name) {
            if (on)
                words << q(name);
        };
        word(t.maxCompletionTokens, "max_completion");
        word(t.developerRole, "developer");
        word(t.reasoningEffort, "effort");
        word(t.samplingAllowed, "sampling");
        word(t.adaptiveThinking, "adaptive");
        word(t.structuredOutput, "schema");
        word(t.echoReasoning, "echo");
        word(t.emptyToolProperties, "properties");
        word(t.toolChoiceRequiredIsAny, "any");
        word(t.toolContentParts, "parts");
        word(!t.parallelToolCallsField, "no-parallel");
        word(t.strictFields, "strict");
        word(!t.streamUsage, "no-stream-options");
        QCOMPARE(words.join(u' '), traits);
        QCOMPARE(q(t.model), model);
        QCOMPARE(q(t.provider), provider);
    }

    void traitsCarryTheLimit()
    {
        const auto providers = buildProviders({});
        const Model *sonnet = builtIn().find("anthropic", "claude-sonnet-4-5");
        const TargetTraits t = targetTraits(providers[1], providers[1].dialect, "claude-sonnet-4-5", sonnet);
        QCOMPARE(t.maxOutputTokens, std::int64_t(64000));
        QCOMPARE(q(t.family), q("anthropic"));
    }

    void refusesOtherFiles_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("not JSON") << QByteArray("nope");
        QTest::newRow("no version") << QByteArray("{\"providers\":{}}");
        QTest::newRow("other version") << QByteArray("{\"version\":2,\"providers\":{}}");
        QTest::newRow("no providers") << QByteArray("{\"version\":1}");
        QTest::newRow("provider is a list") << QByteArray("{\"version\":1,\"providers\":{\"x\":[]}}");
    }
    void refusesOtherFiles()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!Catalogue::parse({text.constData(), std::size_t(text.size())}));
    }
};

QTEST_GUILESS_MAIN(TestCatalogue)
#include "tst_catalogue.moc"
