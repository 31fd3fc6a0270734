// SPDX-License-Identifier: GPL-3.0-or-later
// Guardrails over real sockets, for clients of every format.
#include "runtime/snapshot_builder.h"
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/places.h"
#include "support/qt_text.h"

#include <QFile>
#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

constexpr const char *kAddress = "bob@example.com";

std::string configFor(const FakeUpstream &upstream)
{
    const std::string rules = ", guardrails: [{check: pii, action: replace}, secrets, {check: tools, tools: [send]}]}\n";
    return "providers:\n  up: {format: openai, base-url: '" + upstream.url("/v1") + "', models: [m1]}\n"
           "  claude: {format: anthropic, base-url: '" + upstream.url("/v1") + "', models: [c1]}\n"
           "routers:\n  g: {route: up/m1" + rules + "  c: {route: claude/c1" + rules;
}

struct Client
{
    const char *name;
    std::string path, streamPath;
    std::string body, streamBody;
};

std::vector<Client> clients(const std::string &text)
{
    const auto with = [](std::string body, const std::string &extra) { return body.insert(body.size() - 1, extra); };
    const std::string chat = chatBody("m1", text), messages = messagesBody("m1", text);
    const std::string responses = "{\"model\":\"m1\",\"input\":\"" + text + "\"}";
    const std::string gemini = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + text + "\"}]}]}";
    const std::string ollama = "{\"model\":\"m1\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
    const std::string completion = "{\"model\":\"m1\",\"prompt\":\"" + text + "\"}";
    const std::string stream = ",\"stream\":true", none = ",\"stream\":false";
    return {{"OpenAI", "v1/chat/completions", "v1/chat/completions", chat, with(chat, stream)},
            {"Anthropic", "v1/messages", "v1/messages", messages, with(messages, stream)},
            {"Responses", "v1/responses", "v1/responses", responses, with(responses, stream)},
            {"Gemini", "v1beta/models/m1:generateContent", "v1beta/models/m1:streamGenerateContent?alt=sse", gemini, gemini},
            {"Gemini as one array", "v1beta/models/m1:generateContent", "v1beta/models/m1:streamGenerateContent", gemini, gemini},
            {"Ollama", "api/chat", "api/chat", with(ollama, none), with(ollama, stream)},
            {"completions", "v1/completions", "v1/completions", completion, with(completion, stream)}};
}

bool has(const std::string &text, std::string_view piece)
{
    return text.find(piece) != std::string::npos;
}

std::string allOf(const trace::Record &record)
{
    std::string all = record.head.promptStart + record.detail.promptText + record.head.errorMessage;
    for (const trace::Body *body : trace::bodiesOf(record.detail))
        all += body->bytes.toStdString();
    for (const trace::Verdict &verdict : record.detail.verdicts)
        all += verdict.text;
    return all;
}

} // namespace

class TestGatewayGuardrails : public QObject
{
    Q_OBJECT

private:
    static void rows()
    {
        QTest::addColumn<int>("index");
        int index = 0;
        for (const Client &client : clients("x"))
            QTest::newRow(client.name) << index++;
    }

private Q_SLOTS:
    void valuesComeBack_data() { rows(); }
    void valuesComeBack()
    {
        QFETCH(int, index);
        FakeUpstream upstream(openAiReply("Mail <EMAIL_1> now"));
        GatewayFixture fixture(configFor(upstream));
        QVERIFY2(fixture.startError().empty(), fixture.startError().c_str());
        const Client client = clients(std::string("I am ") + kAddress)[std::size_t(index)];
        const Reply reply = fixture.post("/router/g/" + client.path, client.body);
        QVERIFY2(reply.status == 200 && has(reply.body, "Mail bob@example.com now"), reply.body.c_str());
        QCOMPARE(q(reply.headers.value("x-pointsman-guardrail")), q("pii replaced email"));
        QVERIFY(has(upstream.lastRequest().body, "<EMAIL_1>") && !has(upstream.lastRequest().body, kAddress));
        const trace::Record record = fixture.lastTrace(1);
        QVERIFY(!record.detail.verdicts.empty());
        QCOMPARE(q(record.detail.verdicts[0].word), q("replaced"));
        QVERIFY2(!has(allOf(record), kAddress), allOf(record).c_str());
    }

    void valuesComeBackInStreams_data() { rows(); }
    void valuesComeBackInStreams()
    {
        QFETCH(int, index);
        FakeUpstream upstream(openAiStream({"Mail ", "<EMA", "IL_1> now"}));
        GatewayFixture fixture(configFor(upstream));
        const Client client = clients(std::string("I am ") + kAddress)[std::size_t(index)];
        const Reply reply = fixture.post("/router/g/" + client.streamPath, client.streamBody);
        QVERIFY2(reply.status == 200 && reply.isClean() && has(reply.body, kAddress), reply.body.c_str());
        QVERIFY2(!has(reply.body, "EMAIL_1"), reply.body.c_str());
        QCOMPARE(q(reply.headers.value("x-pointsman-guardrail")), q("pii replaced email"));
        const std::string kept = allOf(fixture.lastTrace(1));
        QVERIFY2(!has(kept, kAddress), kept.c_str());
    }

    void secretsAreRefused_data() { rows(); }
    void secretsAreRefused()
    {
        QFETCH(int, index);
        const std::string key = "sk-ant-api03-abcdefghijklmnopqrst0123456789";
        FakeUpstream upstream(openAiReply("no"));
        GatewayFixture fixture(configFor(upstream));
        const Client client = clients("use " + key)[std::size_t(index)];
        const Reply reply = fixture.post("/router/g/" + client.path, client.body);
        QCOMPARE(reply.status, 400);
        QVERIFY2(has(reply.body, "secrets") && !has(reply.body, key), reply.body.c_str());
        QCOMPARE(upstream.requestCount(), std::size_t(0));
        QVERIFY(!has(allOf(fixture.lastTrace(1)), key));
    }

    void aSecretInAStreamBreaksIt_data() { rows(); }
    void aSecretInAStreamBreaksIt()
    {
        QFETCH(int, index);
        const std::string start = "sk-ant-api03-abcdefg";
        FakeUpstream upstream(openAiStream({"The key is ", start, "hijklmnopqrst0123456789", " so."}));
        GatewayFixture fixture(configFor(upstream));
        const Client client = clients("Hello")[std::size_t(index)];
        const Reply reply = fixture.post("/router/g/" + client.streamPath, client.streamBody);
        QVERIFY2(has(reply.body, "The key is") && has(reply.body, "guardrail"), reply.body.c_str());
        QVERIFY2(!has(reply.body, "sk-ant") && !has(reply.body, "hijkl"), reply.body.c_str());
        QVERIFY(!has(allOf(fixture.lastTrace(1)), start));
    }

    void ofTheSameFormatUnknownFieldsStay()
    {
        Scenario stream = anthropicStream({"Mail ", "<EMAIL_", "1> now"});
        for (Chunk &chunk : stream.chunks) {
            if (const auto at = chunk.bytes.find("\"type\":\"content_block_delta\""); at != std::string::npos)
                chunk.bytes.insert(at, "\"x_own\":[1, 2],");
        }
        FakeUpstream upstream(stream);
        GatewayFixture fixture(configFor(upstream));
        std::string body = messagesBody("c1", kAddress);
        body.insert(body.size() - 1, ",\"stream\":true");
        const Reply reply = fixture.post("/router/c/v1/messages", body);
        QVERIFY2(reply.isClean() && has(reply.body, kAddress) && has(reply.body, "\"x_own\":[1, 2]"), reply.body.c_str());
    }

    void answersAreRefusedToo()
    {
        FakeUpstream upstream(openAiReply("It is AKIAABCDEFGHIJKLMN12."));
        GatewayFixture fixture(configFor(upstream));
        const Reply reply = fixture.post("/router/g/v1/chat/completions", chatBody("m1"));
        QCOMPARE(reply.status, 400);
        QCOMPARE(q(jsonAt(reply.body, "error.code")), q("guardrail_secrets"));
        QVERIFY(!has(reply.body, "AKIA") && !has(allOf(fixture.lastTrace(1)), "AKIAABCD"));
    }

    void embeddingsAndCountsAreGuarded()
    {
        FakeUpstream upstream(openAiEmbeddings(1));
        GatewayFixture fixture(configFor(upstream));
        const Reply embedded = fixture.post("/router/g/v1/embeddings", "{\"model\":\"m1\",\"input\":\"bob@example.com\"}");
        QVERIFY2(embedded.status == 200, embedded.body.c_str());
        QVERIFY(!has(upstream.lastRequest().body, kAddress));
        const Reply counted = fixture.post("/router/g/v1/messages/count_tokens", messagesBody("m1", "AKIAABCDEFGHIJKLMN12"));
        QCOMPARE(counted.status, 400);
    }

    void directCallsAreNot()
    {
        FakeUpstream upstream(openAiReply("ok"));
        GatewayFixture fixture(configFor(upstream) + "guardrails: [secrets]\n");
        QCOMPARE(fixture.post("/up/v1/chat/completions", chatBody("m1", kAddress)).status, 200);
        QVERIFY(has(upstream.lastRequest().body, kAddress));
    }

    void countsAreTold()
    {
        FakeUpstream upstream(openAiReply("ok"));
        GatewayFixture fixture(configFor(upstream));
        QCOMPARE(fixture.post("/router/g/v1/chat/completions", chatBody("m1", "a@b.io c@d.io")).status, 200);
        const Reply told = fixture.get("/api/v1/admin/guardrails");
        QVERIFY2(has(told.body, "{\"scope\":\"g\",\"name\":\"pii\",\"check\":\"pii\",\"mode\":\"hard\",\"flagged\":0,\"redacted\":0,\"replaced\":2,\"blocked\":0}"), told.body.c_str());
        QVERIFY(has(fixture.get("/metrics").body, "pointsman_guardrail_total{check=\"pii\",outcome=\"replaced\"} 2"));
        QCOMPARE(fixture.gateway().guardrails().size(), std::size_t(6));
    }

    void theHelpPageLoads()
    {
        QFile page(inSources(QStringLiteral("/resources/help/policies/guardrails.md")));
        QVERIFY(page.open(QIODevice::ReadOnly));
        const std::string text = page.readAll().toStdString();
        const auto begin = text.find("```yaml\n") + 8;
        const config::Loaded loaded = config::load(text.substr(begin, text.find("```", begin) - begin), knownNames());
        QVERIFY2(loaded.problems.empty(), config::formatProblems("page", loaded.problems).c_str());
        QCOMPARE(loaded.config.routers[0].policies.guardrails.size(), std::size_t(5));
        QCOMPARE(q(loaded.config.routers[0].policies.guardrails[3].schema), q("{\"type\":\"object\",\"required\":[\"answer\"]}"));
        QCOMPARE(loaded.config.globalPolicies.guardrails.size(), std::size_t(1));
    }

    void whatCannotWorkIsTold()
    {
        const config::Loaded loaded = config::load("guardrails:\n  - pii\n  - {check: pii, entities: [shoe]}\n  - {check: models}\n", knownNames());
        QCOMPARE(loaded.problems.size(), std::size_t(2));
        QCOMPARE(loaded.problems[0].line, 3);
        QVERIFY(has(loaded.problems[0].message, "unknown entity 'shoe'"));
        QCOMPARE(loaded.problems[1].line, 4);
    }
};

QTEST_GUILESS_MAIN(TestGatewayGuardrails)
#include "tst_gateway_guardrails.moc"
