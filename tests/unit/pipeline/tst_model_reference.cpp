// SPDX-License-Identifier: GPL-3.0-or-later
// What a model's name means, and what is known of the target that it leads to.
#include "pipeline/compiled_route.h"
#include "routing/filter.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

SnapshotPtr snapshot()
{
    static const SnapshotPtr made = snapshotOf(
        "model-aliases: {fast: openai/gpt-4o}\n"
        "providers:\n"
        "  off: {format: openai, base-url: 'http://10.0.0.6:8000/v1', models: [off-model], enabled: false}\n"
        "routers: {main: {route: {strategy: priority, children: [{target: openai}]}}}\n",
        {"openai", "anthropic", "mistral"});
    return made;
}

/// Where /ai leads for `model`.
std::shared_ptr<const routing::Target> targetOf(const QString &model)
{
    Route route;
    route.scope = Scope::Ai;
    const auto compiled = compileRoute(route, model.toStdString(), config::EndpointType::Chat, {}, snapshot());
    return compiled ? (*compiled)->root.target : nullptr;
}

} // namespace

class TestModelReference : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void models_data()
    {
        QTest::addColumn<QString>("asked");
        QTest::addColumn<QString>("read");
        const auto row = [](const char *what, const char *asked, const char *read) {
            QTest::newRow(what) << q(asked) << q(read);
        };
        row("bare", "gpt-4o", "||gpt-4o");
        row("with provider", "openai/gpt-4o", "openai||gpt-4o");
        row("provider and a vendor's prefix", "openrouter/openai/gpt-4o", "openrouter||openai/gpt-4o");
        row("a slash that is no provider's", "meta/llama-3", "||meta/llama-3");
        row("alias", "fast", "openai||gpt-4o");
        row("aliases have their case", "FAST", "||FAST");
        row("router", "router/main", "|main|");
        row("router that is not there", "router/gone", "||router/gone");
        row("empty", "", "||");
        row("slash alone", "/", "||/");
        row("provider alone", "openai/", "openai||");
    }
    void models()
    {
        QFETCH(QString, asked);
        const ModelReference read = readModel(asked.toStdString(), *snapshot());
        QTEST(q(read.provider + "|" + read.router + "|" + read.model), "read");
    }

    void unsuitableTargets_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("need");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *model, const char *need, const char *reason) {
            QTest::addRow("%s, %s", model, need) << q(model) << q(need) << q(reason);
        };
        row("openai/gpt-4o", "tools", "");
        row("openai/gpt-4o", "audio", "takes no audio");
        row("openai/gpt-4o", "documents", "takes no documents");
        row("openai/gpt-4o", "embeddings", "no embeddings");
        row("openai/gpt-4o", "tokens", "context 128k < 200k needed");
        row("openai/gpt-4o", "schema", "");
        row("openai/gpt-4o-2024-08-06", "schema", "takes no JSON schema"); // says the catalogue
        row("anthropic/claude-3-haiku", "schema", "takes no JSON schema"); // older than output_config
        row("anthropic/claude-sonnet-4-5", "schema", "");
        row("openai/unheard-of", "schema", "");
        row("openai/text-embedding-3-small", "chat", "no chat");
        row("openai/text-embedding-3-small", "embeddings", "");
        row("mistral/mistral-small", "tools", "takes no tools");
        row("groq/llama-3.3-70b", "chat", "no key");
        row("off/off-model", "chat", "disabled");
        row("openai/unheard-of", "tools", "");
        row("openai/unheard-of", "tokens", "");
        row("openai/unheard-of", "embeddings", "");
    }
    void unsuitableTargets()
    {
        QFETCH(QString, model);
        QFETCH(QString, need);
        const auto target = targetOf(model);
        QVERIFY(target);
        routing::RequestNeeds needs;
        needs.tools = need == q("tools");
        needs.audio = need == q("audio");
        needs.documents = need == q("documents");
        needs.jsonSchema = need == q("schema");
        needs.inputTokens = need == q("tokens") ? 200'000 : 10;
        if (need == q("embeddings"))
            needs.endpoint = config::EndpointType::Embeddings;
        QTEST(q(routing::lackText(routing::lackOf(*target, needs), *target, needs)), "reason");
    }

    void aProviderMayTakeNoSchemaAtAll()
    {
        const auto canSchema = [](const char *model) { return targetOf(q(model))->can.jsonSchema; };
        QCOMPARE(canSchema("deepseek/unheard-of"), std::optional<bool>(false));
        QVERIFY2(canSchema("openai/unheard-of") != false, "what is not known excludes nothing");
    }

    void onlyModels_data()
    {
        QTest::addColumn<QStringList>("configured");
        QTest::addColumn<QStringList>("discovered");
        QTest::addColumn<QString>("only");
        QTest::newRow("one of the configuration") << QStringList{q("a")} << QStringList() << "a";
        QTest::newRow("the server has the same") << QStringList{q("a")} << QStringList{q("a")} << "a";
        QTest::newRow("the server has another") << QStringList{q("a")} << QStringList{q("b")} << "";
        QTest::newRow("found") << QStringList() << QStringList{q("b")} << "b";
        QTest::newRow("none") << QStringList() << QStringList() << "";
    }
    void onlyModels()
    {
        QFETCH(QStringList, configured);
        QFETCH(QStringList, discovered);
        const auto local = snapshotOf("");
        ProviderRuntime &provider = providerIn(*local, "ollama");
        for (const QString &model : configured)
            provider.provider.models.push_back(model.toStdString());
        for (const QString &model : discovered)
            provider.discoveredModels.push_back(model.toStdString());
        QTEST(q(onlyModelOf(provider, *local)), "only");
        QVERIFY2(onlyModelOf(providerIn(*local, "openai"), *local).empty(), "the catalogue has several");
    }
};

QTEST_GUILESS_MAIN(TestModelReference)
#include "tst_model_reference.moc"
