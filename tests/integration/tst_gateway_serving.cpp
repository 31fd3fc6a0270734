// SPDX-License-Identifier: GPL-3.0-or-later
// URLs, errors in the caller's dialect, models, direct calls, embeddings.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

std::string configFor(const FakeUpstream &openAi, const FakeUpstream &anthropic)
{
    return "providers:\n"
           "  fake: {format: openai, base-url: '" + openAi.url("/v1") + "', models: [m1, m2], price: {input: 2, output: 4}}\n"
           "  claudish: {format: anthropic, base-url: '" + anthropic.url("/v1") + "', models: [c1]}\n"
           "model-aliases: {quick: fake/m1}\n"
           "routers:\n"
           "  main:\n"
           "    load-balance:\n"
           "      chat: {strategy: priority, providers: [fake]}\n"
           "  pinned: {route: {target: fake/m2}}\n";
}

} // namespace

class TestGatewayServing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_openAi = std::make_unique<FakeUpstream>(openAiReply("hello there"));
        m_anthropic = std::make_unique<FakeUpstream>(anthropicReply("bonjour"));
        m_fixture = std::make_unique<GatewayFixture>(configFor(*m_openAi, *m_anthropic));
        QCOMPARE(QString::fromStdString(m_fixture->startError()), QString());
    }
    void cleanup()
    {
        m_fixture.reset();
        m_openAi.reset();
        m_anthropic.reset();
    }

    void answers_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("provider");
        QTest::newRow("named router") << "/router/main/chat/completions" << "m1" << "fake";
        QTest::newRow("named router with v1") << "/router/main/v1/chat/completions" << "m1" << "fake";
        QTest::newRow("ai with provider in the model") << "/ai/chat/completions" << "fake/m2" << "fake";
        QTest::newRow("ai with v1 and alias") << "/ai/v1/chat/completions" << "quick" << "fake";
        QTest::newRow("bare path, bare model") << "/v1/chat/completions" << "m2" << "fake";
        QTest::newRow("bare path without v1") << "/chat/completions" << "m1" << "fake";
        QTest::newRow("router as model") << "/v1/chat/completions" << "router/pinned" << "fake";
        QTest::newRow("translated to Anthropic") << "/v1/chat/completions" << "claudish/c1" << "claudish";
        QTest::newRow("trailing slash and query") << "/v1/chat/completions/?beta=true" << "m1" << "fake";
        QTest::newRow("demo") << "/v1/chat/completions" << "demo" << "demo";
    }
    void answers()
    {
        QFETCH(QString, path);
        QFETCH(QString, model);
        QFETCH(QString, provider);
        const Reply reply = m_fixture->post(path.toStdString(), chatBody(model.toStdString()));
        QCOMPARE(reply.status, 200);
        QVERIFY(!jsonAt(reply.body, "choices.0.message.content").empty());
        QCOMPARE(QString::fromStdString(std::string(reply.headers.value("x-pointsman-provider"))), provider);
        QCOMPARE(reply.headers.value("x-request-id").size(), std::size_t(26));
        QVERIFY(reply.headers.contains("x-pointsman-route"));
    }

    void aRoutersNameIsNoModel()
    {
        QCOMPARE(m_fixture->post("/v1/chat/completions", chatBody("router/pinned")).status, 200);
        QCOMPARE(jsonAt(m_openAi->lastRequest().body, "model"), std::string("m2"));
        const std::size_t before = m_openAi->requestCount();
        const Reply reply = m_fixture->post("/v1/chat/completions", chatBody("router/main"));
        QCOMPARE(reply.status, 404);
        const std::string told = jsonAt(reply.body, "error.message");
        QVERIFY2(told.find("write it as fake/MODEL in the router") != std::string::npos, told.c_str());
        QCOMPARE(m_openAi->requestCount(), before);
    }

    void translatesForAnthropicClients()
    {
        const Reply reply = m_fixture->post("/v1/messages", messagesBody("fake/m1"));
        QCOMPARE(reply.status, 200);
        QCOMPARE(jsonAt(reply.body, "type"), std::string("message"));
        QCOMPARE(jsonAt(reply.body, "content.0.text"), std::string("hello there"));
        QCOMPARE(reply.headers.value("request-id"), reply.headers.value("x-request-id"));
        QCOMPARE(m_openAi->lastRequest().path, std::string("/v1/chat/completions"));
    }

    void aTraceSaysWhatWasUnderstoodAndWhatWasLost()
    {
        QCOMPARE(m_fixture->post("/v1/chat/completions", chatBody("claudish/c1", "Hello", "\"seed\":7")).status, 200);
        const trace::Record record = m_fixture->lastTrace();
        const Reply read = m_fixture->get("/api/v1/admin/traces/" + record.head.id);
        QCOMPARE(read.status, 200);
        QCOMPARE(jsonAt(read.body, "request_understood.format"), std::string("openai"));
        QCOMPARE(jsonAt(read.body, "request_understood.value.messages.0.content.0.text"), std::string("Hello"));
        QCOMPARE(jsonAt(read.body, "answer_understood.format"), std::string("anthropic"));
        QCOMPARE(jsonAt(read.body, "answer_understood.value.content.0.text"), std::string("bonjour"));
        QCOMPARE(jsonAt(read.body, "losses.0.name"), std::string("seed"));
        QCOMPARE(jsonAt(read.body, "losses.0.places.0"), std::string("/seed"));
    }

    void aDirectRequestIsReadAsItsAddressSays()
    {
        QCOMPARE(m_fixture->post("/fake/v1/responses", R"({"model":"m1","input":"From the path"})").status, 200);
        const trace::Record record = m_fixture->lastTrace();
        QCOMPARE(record.head.clientDialect, std::string("responses"));
        QCOMPARE(record.head.requestedModel, std::string("m1"));
        QCOMPARE(record.head.promptStart, std::string("From the path"));
    }

    void keepsUnknownFieldsOfTheSameDialect()
    {
        const std::string body = "{ \"x_new\" : {\"deep\":[1,  2]}, \"model\":\"fake/m1\", \"big\": 12345678901234567890,\n"
                                 " \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}] }";
        QCOMPARE(m_fixture->post("/v1/chat/completions", body).status, 200);
        std::string expected = body;
        expected.replace(expected.find("fake/m1"), 7, "m1");
        QCOMPARE(m_openAi->lastRequest().body, expected);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("says");
        const QString chat = QString::fromStdString(chatBody("m1"));
        QTest::newRow("unknown router") << "POST" << "/router/mian/chat/completions" << chat << 404 << "main";
        QTest::newRow("unknown provider") << "GET" << "/fke/v1/models" << "" << 404 << "fake";
        QTest::newRow("unknown path") << "POST" << "/v1/chat/complet" << chat << 404 << "/v1/chat/completions";
        QTest::newRow("unknown model") << "POST" << "/ai/chat/completions" << QString::fromStdString(chatBody("m3"))
                                       << 404 << "fake/m1";
        QTest::newRow("wrong method") << "GET" << "/v1/chat/completions" << "" << 405 << "POST";
        QTest::newRow("not JSON") << "POST" << "/v1/chat/completions" << "{nope" << 400 << "JSON";
        QTest::newRow("empty body") << "POST" << "/v1/chat/completions" << "" << 400 << "empty";
        QTest::newRow("no messages") << "POST" << "/v1/chat/completions" << "{\"model\":\"m1\"}" << 400 << "messages";
        QTest::newRow("no key") << "POST" << "/v1/chat/completions" << QString::fromStdString(chatBody("groq/llama-3.3-70b-versatile"))
                                << 401 << "pointsman keys set groq";
    }
    void refuses()
    {
        QFETCH(QString, method);
        QFETCH(QString, path);
        QFETCH(QString, body);
        QFETCH(int, status);
        QFETCH(QString, says);
        const Reply reply = m_fixture->send(method.toStdString(), path.toStdString(), body.toStdString());
        QCOMPARE(reply.status, status);
        const QString message = QString::fromStdString(jsonAt(reply.body, "error.message"));
        QVERIFY2(message.contains(says), qPrintable(message));
        QCOMPARE(std::string(reply.headers.value("allow")), std::string(status == 405 ? "POST" : ""));
        QCOMPARE(m_openAi->requestCount(), std::size_t(0));
        const trace::Record record = m_fixture->lastTrace();
        QCOMPARE(record.head.status, status);
        QCOMPARE(int(record.head.state), int(trace::State::Refused));
    }

    void longToolNamesComeBackWhole()
    {
        const std::string name = "mcp__some_server_with_a_long_name__" + std::string(60, 'x');
        const std::string tools = "\"tools\":[{\"name\":\"" + name + "\",\"input_schema\":{\"type\":\"object\"}}]";
        // The demo calls the tool by the name that it was offered, which is a shorter one.
        for (const char *stream : {"", ",\"stream\":true"}) {
            const Reply reply = m_fixture->post(
                "/v1/messages", messagesBody("demo-fast", "go",
                                             tools + ",\"tool_choice\":{\"type\":\"any\"}" + stream));
            QCOMPARE(reply.status, 200);
            QVERIFY2(reply.body.find("\"name\":\"" + name + "\"") != std::string::npos, reply.body.c_str());
        }
        QVERIFY(jsonAt(m_fixture->get("/api/v1/admin/traces/" + m_fixture->lastTrace(2).head.id).body,
                       "upstream_request_body.text").find(name) == std::string::npos);
    }

    void samplingIsRefusedUnderTheStrictVersion()
    {
        const std::string body = messagesBody("fake/m1", "hi", "\"temperature\":1");
        const Reply strict = m_fixture->post("/v1/messages", body, {{"anthropic-version", "2026-10-21"}});
        QCOMPARE(strict.status, 400);
        QVERIFY(jsonAt(strict.body, "error.message").starts_with("temperature: Extra inputs"));
        QCOMPARE(m_fixture->post("/v1/messages", body, {{"anthropic-version", "2023-06-01"}}).status, 200);
    }

    void aClientMayAskForLessTraceAndLessTime()
    {
        m_fixture->post("/v1/chat/completions", chatBody("m1"), {{"x-pointsman-trace", "metadata"}});
        const trace::Record record = m_fixture->lastTrace();
        QVERIFY(record.detail.requestBody.bytes.isEmpty());
        QVERIFY(record.detail.requestBody.fullSize == 0 || record.detail.requestBody.isTruncated());
        Scenario slow = openAiReply("late");
        slow.delay = std::chrono::seconds(20);
        m_openAi->setDefault(slow);
        const auto before = std::chrono::steady_clock::now();
        const Reply reply = m_fixture->post("/v1/chat/completions", chatBody("m1"), {{"x-pointsman-timeout", "0.2"}});
        QCOMPARE(reply.status, 504);
        QVERIFY(std::chrono::steady_clock::now() - before < std::chrono::seconds(10));
        const Reply off = m_fixture->get("/v1/models", {{"x-pointsman-trace", "off"}});
        QCOMPARE(off.status, 200);
        QCOMPARE(m_fixture->traces(2).size(), std::size_t(2));
    }

    void errorsAreInTheAskersDialect()
    {
        const Reply reply = m_fixture->post("/v1/messages", messagesBody("nothing-like-it"));
        QCOMPARE(reply.status, 404);
        QCOMPARE(jsonAt(reply.body, "type"), std::string("error"));
        QCOMPARE(jsonAt(reply.body, "error.type"), std::string("not_found_error"));
        QCOMPARE(jsonAt(reply.body, "request_id"), std::string(reply.headers.value("request-id")));
    }

    void listsModelsInBothShapes()
    {
        const Reply reply = m_fixture->get("/v1/models");
        QCOMPARE(reply.status, 200);
        QCOMPARE(jsonAt(reply.body, "object"), std::string("list"));
        QCOMPARE(jsonAt(reply.body, "data.0.id"), std::string("router/main"));
        QCOMPARE(jsonAt(reply.body, "data.2.id"), std::string("quick"));
        QVERIFY(reply.body.find("\"fake/m2\"") != std::string::npos);
        QVERIFY(reply.body.find("\"demo/demo\"") != std::string::npos);
        QVERIFY(reply.body.find("\"display_name\"") != std::string::npos);
        QCOMPARE(jsonAt(m_fixture->get("/v1/models/fake/m1").body, "id"), std::string("fake/m1"));
        QCOMPARE(m_fixture->get("/v1/models/none").status, 404);
    }

    void countsTokensItselfWhenTheTargetCannot()
    {
        const Reply reply = m_fixture->post("/v1/messages/count_tokens", chatBody("fake/m1", std::string(4000, 'a')));
        QCOMPARE(reply.status, 200);
        QVERIFY(std::stoi(jsonAt(reply.body, "input_tokens")) >= 1000);
        QVERIFY(reply.headers.contains("x-pointsman-estimate"));
    }

    void directCallsAreUntouched()
    {
        Scenario teapot;
        teapot.status = 418;
        teapot.contentType = "text/plain";
        teapot.body = "short and stout";
        m_openAi->on("/v1/files/abc", teapot);
        const Reply reply = m_fixture->send("PATCH", "/fake/v1/files/abc?x=%2F", "raw \x01 bytes", {{"content-type", "a/b"}});
        QCOMPARE(reply.status, 418);
        QCOMPARE(reply.body, std::string("short and stout"));
        const SeenRequest seen = m_openAi->lastRequest();
        QCOMPARE(seen.method, std::string("PATCH"));
        QCOMPARE(seen.path, std::string("/v1/files/abc?x=%2F"));
        QCOMPARE(seen.body, std::string("raw \x01 bytes"));
        QCOMPARE(seen.headers.value("content-type"), std::string_view("a/b"));
    }

    void embeddingsComeInTheEncodingAskedFor()
    {
        m_openAi->on("/v1/embeddings", openAiEmbeddings(1, 2));
        const Reply floats = m_fixture->post("/v1/embeddings", R"({"model":"m1","input":"a"})");
        QCOMPARE(floats.status, 200);
        QVERIFY(jsonAt(floats.body, "data.0.embedding").starts_with("["));
        const Reply base64 =
            m_fixture->post("/v1/embeddings", R"({"model":"m1","input":"a","encoding_format":"base64"})");
        const std::string text = jsonAt(base64.body, "data.0.embedding");
        QCOMPARE(QByteArray::fromBase64(QByteArray::fromStdString(text)).size(), 8);
    }

    void healthAndRootAndMetrics()
    {
        QCOMPARE(m_fixture->get("/health").status, 200);
        QCOMPARE(m_fixture->send("HEAD", "/").status, 200);
        m_fixture->post("/v1/chat/completions", chatBody("m1"));
        QTRY_VERIFY(m_fixture->get("/metrics").body.find("pointsman_requests_total{router=\"ai\",provider=\"fake\"")
                    != std::string::npos);
        QCOMPARE(m_fixture->get("/api/v1/admin/nope").status, 404);
    }

    void costIsExact()
    {
        const Reply reply = m_fixture->post("/v1/chat/completions", chatBody("m1"));
        const std::int64_t input = std::stoll(jsonAt(reply.body, "usage.prompt_tokens"));
        const std::int64_t output = std::stoll(jsonAt(reply.body, "usage.completion_tokens"));
        const trace::Record record = m_fixture->lastTrace();
        QVERIFY(record.head.costMicroUsd.has_value());
        QCOMPARE(*record.head.costMicroUsd, input * 2 + output * 4); // USD a million tokens = micro-dollars a token
        const trace::Head unknown = [&] {
            m_fixture->post("/v1/chat/completions", chatBody("claudish/c1"));
            return m_fixture->lastTrace(2).head;
        }();
        QVERIFY(!unknown.costMicroUsd.has_value());
        QVERIFY(unknown.usage.isKnown());
    }

private:
    std::unique_ptr<FakeUpstream> m_openAi;
    std::unique_ptr<FakeUpstream> m_anthropic;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayServing)
#include "tst_gateway_serving.moc"
