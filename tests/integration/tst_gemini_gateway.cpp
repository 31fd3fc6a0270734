// SPDX-License-Identifier: GPL-3.0-or-later
// Clients and providers of the Gemini format over real sockets, and Vertex with its tokens.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/protocol_gemini.h"
#include "support/service_account.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

constexpr const char *kGemini = "/v1beta/models/gemini-3-pro";

Scenario answer(std::string body, int status = 200)
{
    Scenario scenario;
    scenario.status = status;
    scenario.body = std::move(body);
    return scenario;
}

std::string sse(std::string_view data)
{
    return "data: " + std::string(data) + "\r\n\r\n";
}

/// Two parallel calls, the first signed, as Gemini 3 answers.
std::string callsReply(std::string_view finish = "\"finishReason\":\"STOP\",")
{
    return "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"weather\",\"args\":{"
           "\"city\":\"Rome\"}},"
           "\"thoughtSignature\":\"U0lHTkVE\"},{\"functionCall\":{\"name\":\"weather\",\"args\":{\"city\":"
           "\"Oslo\"}}}],\"role\":\"model\"}," +
           std::string(finish) +
           "\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":4,"
           "\"totalTokenCount\":13},"
           "\"modelVersion\":\"gemini-3-pro\",\"responseId\":\"resp-1\"}";
}

std::string textReply(std::string_view text)
{
    return "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + std::string(text) +
           "\"}],\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{"
           "\"promptTokenCount\":3,"
           "\"candidatesTokenCount\":2,\"totalTokenCount\":5},\"modelVersion\":\"gemini-3-pro\",\"x_new\":{"
           "\"deep\":[1,2]}}";
}

std::string ask(std::string_view text = "Hello")
{
    return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + std::string(text) + "\"}]}]}";
}

constexpr const char *kTools =
    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":"
    "\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}}]";

} // namespace

class TestGeminiGateway : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_openAi = std::make_unique<FakeUpstream>(openAiReply("hello there"));
        m_anthropic = std::make_unique<FakeUpstream>(anthropicReply("bonjour"));
        m_google = std::make_unique<FakeUpstream>(answer(textReply("salve")));
        qputenv("PM_TEST_GOOGLE_KEY", "AIza-test");
        qputenv("PM_TEST_ACCOUNT", QByteArray::fromStdString(serviceAccountJson(m_google->url("/token"))));
        m_google->on("/token", answer("{\"access_token\":\"ya29.token\",\"expires_in\":3600}"));
        m_fixture = std::make_unique<GatewayFixture>(
            "providers:\n"
            "  fake: {format: openai, base-url: '" +
            m_openAi->url("/v1") +
            "', models: [m1, 'org/m@2:x']}\n"
            "  claudish: {format: anthropic, base-url: '" +
            m_anthropic->url("/v1") +
            "', models: [c1]}\n"
            "  gemini: {base-url: '" +
            m_google->url("/v1beta") +
            "', api-key: 'env:PM_TEST_GOOGLE_KEY', models: [gemini-3-pro]}\n"
            "  vertex: {base-url: '" +
            m_google->url() +
            "', project: p1, location: europe-west1, "
            "api-key: 'env:PM_TEST_ACCOUNT', models: [gemini-2.5-pro, claude-x]}\n");
        QCOMPARE(QString::fromStdString(m_fixture->startError()), QString());
    }
    void cleanup()
    {
        m_fixture.reset();
        m_openAi.reset();
        m_anthropic.reset();
        m_google.reset();
    }

    void answers_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("text");
        QTest::newRow("an OpenAI model") << "/v1beta/models/fake%2Fm1:generateContent"
                                         << "hello there";
        QTest::newRow("a slash that is not escaped") << "/v1beta/models/fake/m1:generateContent"
                                                     << "hello there";
        QTest::newRow("bug 45: slash, at sign and colon") << "/v1beta/models/fake/org/m@2:x:generateContent"
                                                          << "hello there";
        QTest::newRow("bug 45: all of them escaped")
            << "/v1beta/models/fake%2Forg%2Fm%402%3Ax:generateContent"
            << "hello there";
        QTest::newRow("behind v1") << "/v1/models/fake/m1:generateContent"
                                   << "hello there";
        QTest::newRow("an Anthropic model") << "/v1beta/models/claudish%2Fc1:generateContent"
                                            << "bonjour";
        QTest::newRow("its own") << "/ai/v1beta/models/gemini-3-pro:generateContent?key=x"
                                 << "salve";
    }
    void answers()
    {
        QFETCH(QString, path);
        QFETCH(QString, text);
        const Reply reply = m_fixture->post(path.toStdString(), ask());
        QVERIFY2(reply.status == 200, reply.body.c_str());
        QCOMPARE(QString::fromStdString(jsonAt(reply.body, "candidates.0.content.parts.0.text")), text);
        QCOMPARE(jsonAt(reply.body, "candidates.0.finishReason"), std::string("STOP"));
    }

    void streams_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("asArray");
        for (const char *model : {"fake/m1", "claudish/c1"}) {
            QTest::newRow(qPrintable(QString::fromLatin1(model) + QStringLiteral(", events")))
                << model << false;
            QTest::newRow(qPrintable(QString::fromLatin1(model) + QStringLiteral(", array")))
                << model << true;
        }
    }
    void streams()
    {
        QFETCH(QString, model);
        QFETCH(bool, asArray);
        m_openAi->setDefault(openAiStream({"one ", "two"}));
        m_anthropic->setDefault(anthropicStream({"one ", "two"}));
        const Reply reply = m_fixture->post("/v1beta/models/" + model.toStdString() +
                                                ":streamGenerateContent" + (asArray ? "" : "?alt=sse"),
                                            ask());
        QVERIFY(reply.isClean());
        QCOMPARE(reply.status, 200);
        QCOMPARE(test::geminiStreamFault(reply.body, asArray), std::string());
        QVERIFY(reply.body.find("one ") != std::string::npos && reply.body.find("two") != std::string::npos);
        QVERIFY(reply.headers.value("content-type")
                    .starts_with(asArray ? "application/json" : "text/event-stream"));
    }

    void passesItsOwnThrough_data()
    {
        QTest::addColumn<bool>("asArray");
        QTest::newRow("events") << false;
        QTest::newRow("array") << true;
    }
    void passesItsOwnThrough()
    {
        QFETCH(bool, asArray);
        const std::string first = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}], \"x_new\" "
                                  ": 12345678901234567890}";
        const std::string second = textReply("b");
        m_google->on(std::string(kGemini) + ":streamGenerateContent",
                     eventStream({{{}, sse(first)}, {{}, sse(second)}}));
        const std::string body = "{ \"contents\":[{\"parts\":[{\"text\":\"hi\"}]}], \"x_client\":[1,  2] }";
        const Reply reply =
            m_fixture->post(std::string(kGemini) + ":streamGenerateContent" + (asArray ? "" : "?alt=sse"),
                            body, {{"x-goog-api-key", "client"}});
        QCOMPARE(reply.status, 200);
        if (asArray)
            QCOMPARE(reply.body, "[" + first + "\n\n," + second + "\n\n]\n\n");
        else
            QCOMPARE(reply.body, sse(first) + sse(second));
        const SeenRequest seen = m_google->lastRequest();
        QCOMPARE(seen.path, std::string(kGemini) + ":streamGenerateContent?alt=sse");
        QCOMPARE(seen.body, body);
        QCOMPARE(std::string(seen.headers.value("x-goog-api-key")), std::string("AIza-test"));
    }
    void anErrorEndsTheArray()
    {
        m_google->on(
            std::string(kGemini) + ":streamGenerateContent",
            eventStream(
                {{{},
                  sse("{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}],\"role\":\"model\"}}]}")},
                 {{}, sse("{\"error\":{\"code\":503,\"message\":\"busy\",\"status\":\"UNAVAILABLE\"}}")}}));
        const Reply reply = m_fixture->post(std::string(kGemini) + ":streamGenerateContent", ask());
        QCOMPARE(test::geminiStreamFault(reply.body, true), std::string());
        QVERIFY2(reply.body.find("\"status\":\"UNAVAILABLE\"") != std::string::npos, reply.body.c_str());
    }

    void signaturesReachChatClientsThatKeepThem()
    {
        m_google->setDefault(answer(callsReply()));
        const Reply first =
            m_fixture->post("/v1/chat/completions", chatBody("gemini-3-pro", "weather?", kTools));
        QCOMPARE(jsonAt(first.body, "choices.0.finish_reason"), std::string("tool_calls"));
        QCOMPARE(jsonAt(first.body, "choices.0.message.tool_calls.0.extra_content.google.thought_signature"),
                 std::string("U0lHTkVE"));
        QVERIFY(jsonAt(first.body, "choices.0.message.tool_calls.1.extra_content").empty());
    }
    /// Bug 12: most clients send back ids and names alone. Bug 15: results in any order.
    void signaturesComeBackForChatClientsThatDropThem_data()
    {
        QTest::addColumn<bool>("stream");
        QTest::newRow("whole") << false;
        QTest::newRow("stream") << true;
    }
    void signaturesComeBackForChatClientsThatDropThem()
    {
        QFETCH(bool, stream);
        m_google->setDefault(answer(callsReply()));
        m_google->on(std::string(kGemini) + ":streamGenerateContent", eventStream({{{}, sse(callsReply())}}));
        const std::string extra = std::string(kTools) + (stream ? ",\"stream\":true" : "");
        const Reply first =
            m_fixture->post("/v1/chat/completions", chatBody("gemini-3-pro", "weather?", extra));
        QCOMPARE(first.status, 200);
        const auto idAt = [&](std::size_t from) { return first.body.find("\"id\":\"call_", from); };
        const std::size_t one = idAt(0);
        QVERIFY2(one != std::string::npos, first.body.c_str());
        const std::size_t two = idAt(one + 1);
        QVERIFY(two != std::string::npos);
        const std::string a = first.body.substr(one + 6, first.body.find('"', one + 6) - one - 6);
        const std::string b = first.body.substr(two + 6, first.body.find('"', two + 6) - two - 6);
        QVERIFY(a != b);
        const auto call = [](const std::string &id, const char *city) {
            return "{\"id\":\"" + id +
                   "\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"{"
                   "\\\"city\\\":\\\"" +
                   city + "\\\"}\"}}";
        };
        const auto result = [](const std::string &id, const char *text) {
            return "{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\",\"content\":\"" + text + "\"}";
        };
        const std::string body =
            "{\"model\":\"gemini-3-pro\",\"messages\":[{\"role\":\"user\",\"content\":\"weather?\"},"
            "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" +
            call(a, "Rome") + "," + call(b, "Oslo") + "]}," + result(b, "rain") + "," + result(a, "sun") +
            "]," + kTools + "}";
        QCOMPARE(m_fixture->post("/v1/chat/completions", body).status, 200);
        const std::string sent = m_google->lastRequest().body;
        QCOMPARE(jsonAt(sent, "contents.1.parts.0.thoughtSignature"), std::string("U0lHTkVE"));
        QVERIFY(jsonAt(sent, "contents.1.parts.1.thoughtSignature").empty());
        QCOMPARE(jsonAt(sent, "contents.2.parts.0.functionResponse.response.output"), std::string("sun"));
        QCOMPARE(jsonAt(sent, "contents.2.parts.1.functionResponse.response.output"), std::string("rain"));
        QVERIFY(jsonAt(sent, "contents.3").empty());
    }
    void signaturesTravelInThinkingOfAnthropicClients()
    {
        m_google->on(std::string(kGemini) + ":streamGenerateContent", eventStream({{{}, sse(callsReply())}}));
        const std::string tools = "\"tools\":[{\"name\":\"weather\",\"input_schema\":{\"type\":\"object\"}}]";
        const Reply first = m_fixture->post(
            "/v1/messages", messagesBody("gemini-3-pro", "weather?", tools + ",\"stream\":true"));
        QVERIFY2(first.body.find("\"signature\":\"pm1.gemini.U0lHTkVE\"") != std::string::npos,
                 first.body.c_str());
        const std::string body =
            "{\"model\":\"gemini-3-pro\",\"max_tokens\":99,\"messages\":[{\"role\":\"user\",\"content\":"
            "\"weather?\"},"
            "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":"
            "\"pm1.gemini.TVlPV04=\"},"
            "{\"type\":\"tool_use\",\"id\":\"other\",\"name\":\"weather\",\"input\":{}}]},"
            "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"other\",\"content\":"
            "\"sun\"}]}]," +
            tools + "}";
        QCOMPARE(m_fixture->post("/v1/messages", body).status, 200);
        QCOMPARE(jsonAt(m_google->lastRequest().body, "contents.1.parts.0.thoughtSignature"),
                 std::string("TVlPV04="));
    }
    void callsOfOthersAreMarked()
    {
        const std::string body = "{\"model\":\"gemini-3-pro\",\"messages\":[{\"role\":\"user\",\"content\":"
                                 "\"x\"},{\"role\":\"assistant\",\"tool_calls\":["
                                 "{\"id\":\"never-seen\",\"type\":\"function\",\"function\":{\"name\":"
                                 "\"weather\",\"arguments\":\"{}\"}}]},"
                                 "{\"role\":\"tool\",\"tool_call_id\":\"never-seen\",\"content\":\"y\"}]," +
                                 std::string(kTools) + "}";
        QCOMPARE(m_fixture->post("/v1/chat/completions", body).status, 200);
        QCOMPARE(jsonAt(m_google->lastRequest().body, "contents.1.parts.0.thoughtSignature"),
                 std::string("skip_thought_signature_validator"));
    }
    void namesComeBack()
    {
        m_google->setDefault(answer(
            "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"NAME\",\"args\":{}}}]},"
            "\"finishReason\":\"STOP\"}]}"));
        const std::string tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"3d/view\"}}]";
        const std::string body = chatBody("gemini-3-pro", "x", tools);
        (void)m_fixture->post("/v1/chat/completions", body);
        const std::string sent = jsonAt(m_google->lastRequest().body, "tools.0.functionDeclarations.0.name");
        QVERIFY(sent.starts_with("_3d_view_"));
        m_google->setDefault(
            answer("{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"" + sent +
                   "\",\"args\":{}}}]},\"finishReason\":\"STOP\"}]}"));
        const Reply reply = m_fixture->post("/v1/chat/completions", body);
        QCOMPARE(jsonAt(reply.body, "choices.0.message.tool_calls.0.function.name"), std::string("3d/view"));
    }

    void counts()
    {
        m_google->on(std::string(kGemini) + ":countTokens", answer("{\"totalTokens\":42}"));
        const Reply own = m_fixture->post(std::string(kGemini) + ":countTokens", ask());
        QCOMPARE(own.body, std::string("{\"totalTokens\":42}"));
        QVERIFY(!own.headers.contains("x-pointsman-estimate"));
        const Reply other = m_fixture->post("/v1beta/models/fake%2Fm1:countTokens",
                                            "{\"generateContentRequest\":" + ask() + "}");
        QCOMPARE(other.status, 200);
        QVERIFY(!jsonAt(other.body, "totalTokens").empty());
        QVERIFY(other.headers.contains("x-pointsman-estimate"));
    }
    void models()
    {
        const Reply list = m_fixture->get("/v1beta/models");
        QCOMPARE(list.status, 200);
        QVERIFY(list.body.find("\"name\":\"models/fake/m1\"") != std::string::npos);
        const Reply one = m_fixture->get("/v1beta/models/fake/m1");
        QCOMPARE(jsonAt(one.body, "name"), std::string("models/fake/m1"));
        const Reply none = m_fixture->get("/v1beta/models/fake/m9");
        QCOMPARE(none.status, 404);
        QCOMPARE(jsonAt(none.body, "error.status"), std::string("NOT_FOUND"));
        QVERIFY(jsonAt(m_fixture->get("/v1/models").body, "object") == "list");
    }
    void googlesBaseForOpenAiClients()
    {
        const Reply reply = m_fixture->post("/v1beta/openai/chat/completions", chatBody("fake/m1"));
        QCOMPARE(jsonAt(reply.body, "choices.0.message.content"), std::string("hello there"));
        QCOMPARE(jsonAt(m_fixture->get("/v1beta/openai/models").body, "object"), std::string("list"));
    }
    void embeddingsGoWhereTheyAreSpoken()
    {
        m_google->on("/v1beta/openai/embeddings", openAiEmbeddings(1));
        const Reply reply =
            m_fixture->post("/v1/embeddings", "{\"model\":\"gemini/gemini-3-pro\",\"input\":\"x\"}");
        QVERIFY2(reply.status == 200, reply.body.c_str());
        QCOMPARE(std::string(m_google->lastRequest().headers.value("authorization")),
                 std::string("Bearer AIza-test"));
    }

    void vertexFetchesOneToken()
    {
        for (int i = 0; i < 2; ++i) {
            const Reply reply = m_fixture->post("/v1/chat/completions", chatBody("vertex/gemini-2.5-pro"));
            QVERIFY2(reply.status == 200, reply.body.c_str());
        }
        const SeenRequest seen = m_google->lastRequest();
        QCOMPARE(seen.path,
                 std::string("/v1beta1/projects/p1/locations/europe-west1/publishers/google/models/"
                             "gemini-2.5-pro:generateContent"));
        QCOMPARE(std::string(seen.headers.value("authorization")), std::string("Bearer ya29.token"));
        const std::vector<SeenRequest> all = m_google->requests();
        const auto tokens =
            std::count_if(all.begin(), all.end(), [](const SeenRequest &r) { return r.path == "/token"; });
        QVERIFY(tokens >= 1 && tokens <= 2); // one for each worker that was asked
    }
    void vertexHasClaude()
    {
        const std::string place =
            "/v1beta1/projects/p1/locations/europe-west1/publishers/anthropic/models/claude-x";
        m_google->on(place + ":rawPredict", anthropicReply("bonsoir"));
        m_google->on(place + ":streamRawPredict", anthropicStream({"bon", "soir"}));
        const Reply chat = m_fixture->post("/v1/chat/completions", chatBody("vertex/claude-x"));
        QVERIFY2(chat.status == 200, chat.body.c_str());
        QCOMPARE(jsonAt(chat.body, "choices.0.message.content"), std::string("bonsoir"));
        QCOMPARE(jsonAt(m_google->lastRequest().body, "anthropic_version"), std::string("vertex-2023-10-16"));
        QVERIFY(jsonAt(m_google->lastRequest().body, "model").empty());
        const Reply own =
            m_fixture->post("/v1/messages", messagesBody("vertex/claude-x", "x", "\"stream\":true"));
        QVERIFY(own.body.find("message_stop") != std::string::npos);
        const SeenRequest seen = m_google->lastRequest();
        QCOMPARE(seen.path, place + ":streamRawPredict");
        QCOMPARE(jsonAt(seen.body, "anthropic_version"), std::string("vertex-2023-10-16"));
        QVERIFY(jsonAt(seen.body, "model").empty());
    }
    void aRefusedAccountIsTold()
    {
        m_google->on(
            "/token",
            answer("{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT Signature.\"}", 400));
        const Reply reply = m_fixture->post("/v1/chat/completions", chatBody("vertex/gemini-2.5-pro"));
        QCOMPARE(reply.status, 502);
        QVERIFY2(reply.body.find("invalid_grant") != std::string::npos, reply.body.c_str());
        QVERIFY(reply.body.find("BEGIN PRIVATE KEY") == std::string::npos);
    }

private:
    std::unique_ptr<FakeUpstream> m_openAi;
    std::unique_ptr<FakeUpstream> m_anthropic;
    std::unique_ptr<FakeUpstream> m_google;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGeminiGateway)
#include "tst_gemini_gateway.moc"
