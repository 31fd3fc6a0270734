// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/loss_rules.h"
#include "pipeline/understood.h"
#include "support/places.h"

#include "dialects/dialect.h"

#include <QDirIterator>
#include <QFile>
#include <QSet>
#include <QTest>

using namespace pm;

namespace {

trace::Record recordOf(const QByteArray &client, const QByteArray &body, std::vector<std::string> losses)
{
    trace::Record record;
    record.head.endpoint = "chat";
    record.head.clientDialect = client.toStdString();
    record.detail.requestBody.bytes = body;
    record.detail.requestBody.fullSize = body.size();
    record.detail.losses = std::move(losses);
    return record;
}

QByteArray pointersOf(const PlacedLoss &loss)
{
    QByteArray out;
    for (const LossPlace &place : loss.places)
        out += QByteArray::fromStdString(place.pointer) + ' ';
    return out.trimmed();
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestPlacedLosses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void places_data();
    void places();
    void offsetsAreWhereTheNamesStand();
    void aCutBodyIsSearchedAsFarAsItGoes();
    void placesAreBounded();
    void everyLossOfTheGoldensIsKnown();
};

void TestPlacedLosses::places_data()
{
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("loss");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const char *client, const char *body, const char *loss,
                        const char *expected) {
        QTest::newRow(name) << QByteArray(client) << QByteArray(body) << QByteArray(loss) << QByteArray(expected);
    };
    row("a member by its name", "openai", R"({"messages":[],"seed":1})", "seed", "/seed");
    row("with a remark", "openai", R"({"messages":[],"stop":["a"]})", "stop: 4 of 6", "/stop");
    row("as this client calls it", "openai", R"({"messages":[],"max_completion_tokens":9})", "max_tokens: lowered to 8",
        "/max_completion_tokens");
    row("inside Gemini's settings", "gemini", R"({"contents":[],"generationConfig":{"topK":4}})", "top_k",
        "/generationConfig/topK");
    row("in its other spelling", "gemini", R"({"contents":[],"generation_config":{"media_resolution":1}})",
        "generationConfig.mediaResolution", "/generation_config/media_resolution");
    row("inside Ollama's options", "ollama", R"({"model":"m","options":{"num_predict":4}})", "max_tokens: lowered to 2",
        "/options/num_predict");
    row("not where a schema has a field of that name", "ollama",
        R"({"model":"m","format":{"type":"object","properties":{"seed":{}}},"options":{"seed":1}})", "seed",
        "/options/seed");
    row("not in the arguments of a call", "anthropic",
        R"({"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"n",)"
        R"("input":{"cache_control":1},"cache_control":{}}]}]})",
        "cache_control", "/messages/0/content/0/cache_control");
    row("every one of several", "anthropic",
        R"({"system":[{"type":"text","text":"s","cache_control":{}}],"messages":[{"role":"user",)"
        R"("content":[{"type":"text","text":"u","cache_control":{}}]}]})",
        "cache_control", "/system/0/cache_control /messages/0/content/0/cache_control");
    row("by a path with indices", "anthropic",
        R"({"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"server_tool_use"}]}]})",
        "messages.0.content.1: server_tool_use", "/messages/0/content/1/type");
    row("by a path in brackets", "responses", R"({"input":[{"type":"message"},{"type":"web_search_call"}]})",
        "input[1]: web_search_call", "/input/1/type");
    row("a member of an element", "openai", R"({"messages":[{"role":"assistant","content":"a",)"
        R"("reasoning_details":[]}]})",
        "messages[0].reasoning_details", "/messages/0/reasoning_details");
    row("every member of a list's elements", "anthropic",
        R"({"max_tokens":1,"messages":[{"role":"user","content":"a"}],"tools":[{"name":"a",)"
        R"("input_schema":{"type":"object"},"defer_loading":true},{"name":"b","input_schema":{"type":"object",)"
        R"("defer_loading":1},"defer_loading":false}]})",
        "tools: defer_loading", "/tools/0/defer_loading /tools/1/defer_loading");
    row("a reader's tool is counted in the client's list", "anthropic",
        R"({"max_tokens":1,"messages":[{"role":"user","content":"a"}],"tools":[{"type":"bash_20250124",)"
        R"("name":"bash"},{"name":"a","input_schema":{"type":"object"}}]})",
        "tools[0]: bash_20250124", "/tools/0/type");
    row("a writer's tool is counted without what was left out", "anthropic",
        R"({"max_tokens":1,"messages":[{"role":"user","content":"a"}],"tools":[{"type":"bash_20250124",)"
        R"("name":"bash"},{"name":"a","input_schema":{"type":"object","properties":{"x":{"format":"f"}}}}]})",
        "tools[0]: schema without format", "/tools/1/input_schema/properties/x/format");
    row("a keyword at the top of a schema", "openai",
        R"({"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f",)"
        R"("parameters":{"oneOf":[]}}}]})",
        "tools[0]: oneOf at the top of the schema", "/tools/0/function/parameters/oneOf");
    row("names of participants, not of tools", "openai",
        R"({"messages":[{"role":"user","name":"ann","content":"a"},{"role":"tool","name":"t","content":"b"}]})",
        "messages: name", "/messages/0/name");
    row("reasoning in the turns", "openai", R"({"messages":[{"role":"assistant","content":"a",)"
        R"("reasoning_content":"r"}]})",
        "reasoning of another provider", "/messages/0/reasoning_content");
    row("a block of reasoning", "anthropic",
        R"({"thinking":{"type":"enabled"},"messages":[{"role":"assistant","content":[{"type":"thinking",)"
        R"("thinking":"x","signature":"s"}]}]})",
        "thinking", "/messages/0/content/0/type");
    row("what is asked of reasoning", "anthropic", R"({"thinking":{"type":"enabled","budget_tokens":5},)"
        R"("messages":[]})",
        "reasoning: budget lowered to 4", "/thinking");
    row("a system message behind the first turn", "openai",
        R"({"messages":[{"role":"system","content":"a"},{"role":"user","content":"b"},{"role":"developer",)"
        R"("content":"c"}]})",
        "system message moved into user turn", "/messages/2/role");
    row("a tool by its name", "openai",
        R"({"messages":[],"tools":[{"type":"function","function":{"name":"a b"}},{"type":"function",)"
        R"("function":{"name":"ab"}}]})",
        "tool name 'a b' given as 'a_b_1'", "/tools/0/function/name");
    row("all tools with long names", "openai",
        R"({"messages":[],"tools":[{"type":"function","function":{"name":"short"}},{"type":"function",)"
        R"("function":{"name":"a/b"}}]})",
        "tool name shortened", "/tools/1/function/name");
    row("what was added stands nowhere", "openai", R"({"messages":[{"role":"user","content":"a"}]})",
        "a user turn put first", "");
    row("what the client did not say stands nowhere", "openai", R"({"messages":[]})", "service_tier", "");
    row("no JSON", "openai", "garbage", "seed", "");
    row("no body", "openai", "", "seed", "");
}

void TestPlacedLosses::places()
{
    QFETCH(QByteArray, client);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, loss);
    QFETCH(QByteArray, expected);
    const auto losses = placedLosses(recordOf(client, body, {loss.toStdString()}));
    QCOMPARE(losses.size(), 1u);
    QCOMPARE(losses[0].text, loss.toStdString());
    QCOMPARE(pointersOf(losses[0]), expected);
}

void TestPlacedLosses::offsetsAreWhereTheNamesStand()
{
    const QByteArray body = R"({"messages": [], "seed": 1})";
    const auto losses = placedLosses(recordOf("openai", body, {"seed"}));
    QCOMPARE(losses[0].places.size(), 1u);
    QVERIFY(body.mid(qsizetype(losses[0].places[0].offset)).startsWith("\"seed\""));
}

void TestPlacedLosses::aCutBodyIsSearchedAsFarAsItGoes()
{
    trace::Record record =
        recordOf("openai", R"({"seed":1,"messages":[{"role":"user","content":"long)", {"seed", "user"});
    record.detail.requestBody.fullSize = 100'000;
    const auto losses = placedLosses(record);
    QCOMPARE(pointersOf(losses[0]), QByteArray("/seed"));
    QVERIFY(losses[1].places.empty());
}

void TestPlacedLosses::placesAreBounded()
{
    QByteArray body = R"({"messages":[)";
    for (int i = 0; i < 500; ++i)
        body += QByteArray(i > 0 ? "," : "") + R"({"role":"user","content":[{"type":"text","text":"a",)"
            R"("cache_control":{}}]})";
    const auto losses = placedLosses(recordOf("anthropic", body + "]}", {"cache_control"}));
    QCOMPARE(losses[0].places.size(), PlacedLoss::kMostPlaces);
}

/// A word of a reader or writer that nobody finds again is a gap in the table of rules.
void TestPlacedLosses::everyLossOfTheGoldensIsKnown()
{
    // What the gateway decides from what the client did not say; and speed, which stands in a header's beta.
    const QSet<QByteArray> silent{"max_tokens: raised to 2048"};
    int placed = 0;
    QByteArray lost;
    QDirIterator files(pm::test::inTests(QStringLiteral("/golden")), {QStringLiteral("*.losses")}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QFileInfo file(files.next());
        const QString name = file.completeBaseName().section(QStringLiteral(".to-"), 0, -2);
        const QByteArray body = contentOf(file.absolutePath() + QLatin1Char('/') + name + QStringLiteral(".json"));
        const QByteArray client = file.absolutePath().section(QLatin1Char('/'), -2, -2).toUtf8();
        QVERIFY2(!body.isEmpty() && findDialect(client.toStdString()), qPrintable(file.filePath()));
        for (const QByteArray &loss : contentOf(file.filePath()).split('\n')) {
            if (loss.isEmpty())
                continue;
            const auto found = placedLosses(recordOf(client, body, {loss.toStdString()}));
            const LossRule *rule = lossRule(loss.toStdString());
            const bool isNowhere = rule && rule->where == LossRule::Where::Nowhere;
            if (!found[0].places.empty())
                ++placed;
            else if (!isNowhere && !silent.contains(loss))
                lost += client + '/' + name.toUtf8() + ": " + loss + '\n';
        }
    }
    QVERIFY2(lost.isEmpty(), lost.constData());
    QVERIFY(placed > 1'000);
}

QTEST_APPLESS_MAIN(TestPlacedLosses)
#include "tst_placed_losses.moc"
