// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/local_answers.h"
#include "support/snapshots.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

constexpr const char *kConfig =
    "model-aliases: {fast: openai/gpt-4o, draft: anthropic/claude-3-haiku}\n"
    "providers:\n"
    "  openai: {models: [gpt-4o, my-tuned]}\n"
    "  box: {format: openai, base-url: 'http://10.0.0.5:8000/v1', models: [qwen, \"odd \\\"name\\\"\"]}\n"
    "  off: {format: openai, base-url: 'http://10.0.0.6:8000/v1', models: [off-model], enabled: false}\n"
    "  vllm: {base-url: 'http://10.0.0.7:8000/v1', models: [on-my-server]}\n"
    "routers:\n"
    "  main: {route: {target: openai/gpt-4o}}\n"
    "  spare: {route: {target: openai/gpt-5}}\n";

LocalAnswer answered(Endpoint endpoint, const std::string &modelId = {},
                     const std::shared_ptr<Snapshot> &snapshot = snapshotOf(kConfig, {"openai"}))
{
    Route route;
    route.endpoint = endpoint;
    route.modelId = modelId;
    return localAnswer(route, *snapshot, metrics::Metrics());
}

QJsonObject jsonOf(const LocalAnswer &answer)
{
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(QByteArray::fromStdString(answer.body), &error);
    return error.error == QJsonParseError::NoError ? document.object() : QJsonObject{{q("broken"), q(answer.body)}};
}

QStringList idsOf(const std::shared_ptr<Snapshot> &snapshot)
{
    QStringList ids;
    for (const ListedModel &model : listedModels(*snapshot)) {
        if (model.ownedBy != "demo")
            ids << q(model.id);
    }
    return ids;
}

} // namespace

class TestLocalAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void operations_data()
    {
        QTest::addColumn<int>("endpoint");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("start");
        const auto row = [](const char *what, Endpoint endpoint, const char *type, const char *start) {
            QTest::newRow(what) << static_cast<int>(endpoint) << q(type) << q(start);
        };
        row("root", Endpoint::Root, "text/plain; charset=utf-8", "Pointsman is running\n");
        row("health", Endpoint::Health, "application/json", "{\"status\":\"ok\"}");
        row("metrics", Endpoint::Metrics, "text/plain; version=0.0.4; charset=utf-8", "# HELP pointsman_");
        row("models", Endpoint::Models, "application/json", "{\"object\":\"list\",\"data\":[");
    }
    void operations()
    {
        QFETCH(int, endpoint);
        QFETCH(QString, start);
        const LocalAnswer answer = answered(static_cast<Endpoint>(endpoint));
        QVERIFY(!answer.error);
        QCOMPARE(answer.status, 200);
        QTEST(q(answer.contentType), "type");
        QCOMPARE(q(answer.body).left(start.size()), start);
    }

    void modelsThatCanBeAskedFor()
    {
        const auto snapshot = snapshotOf(kConfig, {"openai"});
        const QStringList all{q("router/main"), q("router/spare"), q("draft"), q("fast"), // the configuration's first
                              q("openai/gpt-4o"), q("openai/my-tuned"), q("openai/gpt-4o-2024-08-06"), q("openai/gpt-5"),
                              q("openai/text-embedding-3-small"), q("vllm/on-my-server"), q("box/qwen"),
                              q("box/odd \"name\"")};
        QCOMPARE(idsOf(snapshot), all);
        ProviderRuntime &ollama = providerIn(*snapshot, "ollama");
        ollama.discoveredModels = {"llama3:8b"};
        QCOMPARE(idsOf(snapshot), all); // does not answer
        ollama.isReachable = true;
        QVERIFY(idsOf(snapshot).contains(q("ollama/llama3:8b")));
        providerIn(*snapshot, "openai").provider.isEnabled = false;
        QVERIFY(!idsOf(snapshot).contains(q("openai/gpt-4o")));
        QVERIFY2(idsOf(snapshotOf("")).isEmpty(), "the demo alone");
    }

    void aKeySeesWhatItMayAskFor_data()
    {
        QTest::addColumn<QStringList>("routers");
        QTest::addColumn<QStringList>("models");
        QTest::addColumn<QStringList>("listed");
        QTest::newRow("models") << QStringList() << QStringList{q("openai/gpt-4o*"), q("qwen")}
                                << QStringList{q("fast"), q("openai/gpt-4o"), q("openai/gpt-4o-2024-08-06"), q("box/qwen")};
        QTest::newRow("an alias alone") << QStringList() << QStringList{q("draft")} << QStringList{q("draft")};
        QTest::newRow("a router") << QStringList{q("spare")} << QStringList{q("router/*")} << QStringList{q("router/spare")};
    }
    void aKeySeesWhatItMayAskFor()
    {
        QFETCH(QStringList, routers);
        QFETCH(QStringList, models);
        QFETCH(QStringList, listed);
        const auto snapshot = snapshotOf(kConfig, {"openai"});
        Caller caller;
        for (const QString &name : routers)
            caller.routers.push_back(name.toStdString());
        for (const QString &name : models)
            caller.models.push_back(name.toStdString());
        QStringList ids;
        for (const ListedModel &model : listedModels(*snapshot, caller))
            ids << q(model.id);
        QCOMPARE(ids, listed);
        for (const DialectId format : {DialectId::OpenAiChat, DialectId::Gemini}) {
            Route route;
            route.endpoint = Endpoint::Models;
            route.dialect = format;
            const std::string body = localAnswer(route, *snapshot, metrics::Metrics(), caller).body;
            QVERIFY(body.find("my-tuned") == std::string::npos);
            route.modelId = "openai/my-tuned";
            QVERIFY(localAnswer(route, *snapshot, metrics::Metrics()).error == std::nullopt);
            const LocalAnswer hidden = localAnswer(route, *snapshot, metrics::Metrics(), caller);
            QVERIFY(hidden.error && hidden.error->kind == ErrorKind::ModelNotFound);
            QVERIFY(hidden.error->message.find("my-tuned", 40) == std::string::npos); // is not told as the nearest
        }
    }

    void listsInBothShapes()
    {
        const QJsonObject list = jsonOf(answered(Endpoint::Models));
        QCOMPARE(list[q("object")].toString(), q("list")); // OpenAI's
        QCOMPARE(list[q("has_more")], QJsonValue(false));   // Anthropic's
        const QJsonArray data = list[q("data")].toArray();
        QVERIFY(data.size() > 10);
        QCOMPARE(list[q("first_id")], data.first()[q("id")]);
        QCOMPARE(list[q("last_id")], data.last()[q("id")]);
        for (const QJsonValue &each : data) {
            const QJsonObject model = each.toObject();
            QCOMPARE(model[q("object")].toString(), q("model"));
            QCOMPARE(model[q("type")].toString(), q("model"));
            QVERIFY(model[q("created")].isDouble() && !model[q("owned_by")].toString().isEmpty());
            QVERIFY(!model[q("display_name")].toString().isEmpty());
            QVERIFY2(QDateTime::fromString(model[q("created_at")].toString(), Qt::ISODate).isValid(),
                     qPrintable(model[q("created_at")].toString()));
        }
    }

    void aListOfNothingIsStillOne()
    {
        const auto snapshot = snapshotOf("");
        providerIn(*snapshot, "demo").provider.isEnabled = false;
        const QJsonObject list = jsonOf(answered(Endpoint::Models, {}, snapshot));
        QVERIFY(list[q("data")].isArray() && list[q("data")].toArray().isEmpty());
        QVERIFY(list[q("first_id")].isNull() && list[q("last_id")].isNull());
    }

    void singleModels_data()
    {
        QTest::addColumn<QString>("asked");
        QTest::addColumn<QString>("id"); // empty: not there
        QTest::addColumn<QString>("owner");
        QTest::addColumn<QString>("title");
        QTest::addColumn<int>("context");
        const auto row = [](const char *what, const char *asked, const char *id, const char *owner, const char *title,
                            int context) { QTest::newRow(what) << q(asked) << q(id) << q(owner) << q(title) << context; };
        row("with provider", "openai/gpt-4o", "openai/gpt-4o", "openai", "GPT-4o", 128'000);
        row("bare", "gpt-4o", "openai/gpt-4o", "openai", "GPT-4o", 128'000);
        row("without facts", "box/qwen", "box/qwen", "box", "box/qwen", 0);
        row("name that JSON must escape", "box/odd \"name\"", "box/odd \"name\"", "box", "box/odd \"name\"", 0);
        row("dated form of a bare name", "gpt-4o-2024-11-20", "openai/gpt-4o-2024-11-20", "openai", "GPT-4o", 128'000);
        row("latest of a bare name", "gpt-4o-latest", "openai/gpt-4o-latest", "openai", "GPT-4o", 128'000);
        row("latest, with provider", "openai/gpt-4o-latest", "openai/gpt-4o-latest", "openai", "GPT-4o", 128'000);
        row("provider that has no such model", "openai/claude-3-haiku", "", "", "", 0);
        row("alias", "fast", "fast", "alias", "fast (openai/gpt-4o)", 0);
        row("router", "router/main", "router/main", "router", "Router main", 0);
        row("unknown", "gpt-4p", "", "", "", 0);
        row("known, but no key", "anthropic/claude-3-haiku", "", "", "", 0);
        row("switched off", "off/off-model", "", "", "", 0);
    }
    void singleModels()
    {
        QFETCH(QString, asked);
        QFETCH(QString, id);
        QFETCH(int, context);
        const LocalAnswer answer = answered(Endpoint::Models, asked.toStdString());
        if (id.isEmpty()) {
            QVERIFY(answer.error);
            QCOMPARE(answer.error->status(), 404);
            QCOMPARE(q(answer.error->code), q("model_not_found"));
            const QString start = q("there is no model \"%1\"; the nearest: ").arg(asked);
            QCOMPARE(q(answer.error->message).left(start.size()), start);
            return;
        }
        QVERIFY(!answer.error);
        const QJsonObject model = jsonOf(answer);
        QCOMPARE(model[q("id")].toString(), id);
        QTEST(model[q("owned_by")].toString(), "owner");
        QTEST(model[q("display_name")].toString(), "title");
        QCOMPARE(model[q("context_length")].toInt(), context);
        QCOMPARE(model[q("max_input_tokens")].toInt(), context);
        QCOMPARE(model.contains(q("context_length")), context > 0); // unknown is not zero
    }

    void theNearestComeFirst()
    {
        const LocalAnswer answer = answered(Endpoint::Models, "openai/gpt-4p");
        QVERIFY(q(answer.error->message).startsWith(q("there is no model \"openai/gpt-4p\"; the nearest: openai/gpt-")));
        QVERIFY(answered(Endpoint::Models, std::string(9000, 'x')).error->message.size() < 600);
    }
};

QTEST_GUILESS_MAIN(TestLocalAnswers)
#include "tst_local_answers.moc"
