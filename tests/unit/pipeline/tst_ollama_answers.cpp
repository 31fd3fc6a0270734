// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/ollama_answers.h"
#include "support/snapshots.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

constexpr const char *kConfig = "model-aliases: {fast: openai/gpt-4o}\n"
                                "providers:\n"
                                "  openai: {models: [my-tuned]}\n"
                                "routers:\n"
                                "  main: {route: {target: openai/gpt-4o}}\n";

LocalAnswer answered(std::string_view variant, const std::string &body = {}, const Caller &caller = {})
{
    static const auto snapshot = snapshotOf(kConfig, {"openai"});
    Route route;
    route.endpoint = Endpoint::Models;
    route.dialect = DialectId::Ollama;
    route.variant = variant;
    return ollamaAnswer(route, test::json(body), *snapshot, caller);
}

QJsonObject objectOf(const LocalAnswer &answer)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(answer.body)).object();
}

QString joined(const QJsonValue &list)
{
    QStringList words;
    for (const QJsonValue &each : list.toArray())
        words << each.toString();
    return words.join(q(" "));
}

} // namespace

class TestOllamaAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void version()
    {
        const QStringList parts = objectOf(answered("version"))[q("version")].toString().split(q("."));
        QCOMPARE(parts.size(), 3);
        QVERIFY2(parts[0].toInt() > 0 || parts[1].toInt() > 13 || (parts[1].toInt() == 13 && parts[2].toInt() >= 4),
                 "Codex refuses what is older than 0.13.4");
    }

    void aKeySeesWhatItMayAskFor()
    {
        Caller caller;
        caller.models = {"openai/gpt-4o"};
        const QJsonArray models = objectOf(answered("tags", {}, caller))[q("models")].toArray();
        QCOMPARE(models.size(), 2);
        QCOMPARE(models[0][q("name")].toString(), q("fast")); // means it
        QCOMPARE(models[1][q("name")].toString(), q("openai/gpt-4o"));
        QVERIFY(!answered("show", "{'model':'openai/gpt-5'}").error);
        QVERIFY(answered("show", "{'model':'openai/gpt-5'}", caller).error);
    }

    void tags()
    {
        const QJsonArray models = objectOf(answered("tags"))[q("models")].toArray();
        QStringList names;
        for (const QJsonValue &value : models) {
            const QJsonObject model = value.toObject();
            names << model[q("name")].toString();
            QCOMPARE(model[q("model")], model[q("name")]);
            // Clients cut the first twelve characters off without looking.
            QCOMPARE(model[q("digest")].toString().size(), 64);
            QVERIFY(QDateTime::fromString(model[q("modified_at")].toString(), Qt::ISODate).isValid());
            const QJsonObject details = model[q("details")].toObject();
            for (const char *member : {"parent_model", "format", "family", "parameter_size", "quantization_level"})
                QVERIFY2(details[q(member)].isString(), member);
            QVERIFY(model[q("size")].isDouble() && details[q("families")].isArray());
        }
        QVERIFY2(names.contains(q("router/main")) && names.contains(q("fast")) && names.contains(q("openai/gpt-4o"))
                     && names.contains(q("openai/my-tuned")),
                 qPrintable(names.join(q(" "))));
        names.removeDuplicates();
        QCOMPARE(names.size(), models.size());
    }

    void show_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("capabilities");
        QTest::addColumn<int>("context");
        const auto row = [](const char *name, const char *body, const char *architecture, const char *capabilities,
                            int context) {
            QTest::newRow(name) << q(body) << q(architecture) << q(capabilities) << context;
        };
        row("a model of the catalogue", "{'model':'openai/gpt-4o'}", "openai", "completion tools vision", 128000);
        row("by its bare name", "{'model':'gpt-4o'}", "openai", "completion tools vision", 128000);
        row("as Ollama's own programs write it", "{'name':'gpt-4o:latest','verbose':false}", "openai",
            "completion tools vision", 128000);
        row("an alias", "{'model':'fast'}", "alias", "completion tools vision", 128000);
        row("a router", "{'model':'router/main'}", "router", "completion tools vision", 128000);
        row("a model without facts", "{'model':'openai/my-tuned'}", "openai", "completion tools", 0);
        row("for embeddings", "{'model':'openai/text-embedding-3-small'}", "openai", "embedding", 8191);
    }
    void show()
    {
        QFETCH(QString, body);
        QFETCH(QString, architecture);
        QFETCH(int, context);
        const LocalAnswer answer = answered("show", body.toStdString());
        QVERIFY2(!answer.error, answer.error ? answer.error->message.c_str() : "");
        const QJsonObject shown = objectOf(answer);
        QTEST(joined(shown[q("capabilities")]), "capabilities");
        const QJsonObject info = shown[q("model_info")].toObject();
        QCOMPARE(info[q("general.architecture")].toString(), architecture);
        QCOMPARE(info[architecture + q(".context_length")].toInt(), context);
        QVERIFY(shown[q("details")].isObject() && shown[q("template")].isString() && shown[q("modelfile")].isString());
    }

    void showRefuses_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("says");
        QTest::newRow("unknown") << q("{'model':'gpt-4x'}") << q("model_not_found") << q("model 'gpt-4x' not found; ");
        QTest::newRow("no name") << q("{}") << q("bad_request") << q("model must be");
        QTest::newRow("no JSON") << q("{") << q("bad_request") << q("");
    }
    void showRefuses()
    {
        QFETCH(QString, body);
        QFETCH(QString, says);
        const LocalAnswer answer = answered("show", body.toStdString());
        QVERIFY(answer.error);
        QTEST(q(traits(answer.error->kind).label), "kind");
        QVERIFY2(q(answer.error->message).startsWith(says), answer.error->message.c_str());
    }

    void nothingIsInMemory() { QCOMPARE(q(answered("ps").body), q(test::json("{'models':[]}"))); }

    void whatChangesServersIsRefused()
    {
        for (const char *variant : {"pull", "push", "create", "copy", "delete"}) {
            const LocalAnswer answer = answered(variant, "{'model':'x'}");
            QVERIFY(answer.error);
            QCOMPARE(answer.error->status(), 404);
            QVERIFY(q(answer.error->message).contains(q("ollama ") + q(variant)));
        }
    }
};

QTEST_GUILESS_MAIN(TestOllamaAnswers)
#include "tst_ollama_answers.moc"
