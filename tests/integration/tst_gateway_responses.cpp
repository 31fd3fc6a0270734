// SPDX-License-Identifier: GPL-3.0-or-later
// Responses clients over real sockets: tool loops through other formats, answers by id, what is refused.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/protocol_responses.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

std::string configFor(const FakeUpstream &chat, const FakeUpstream &anthropic, const FakeUpstream &responses)
{
    return "providers:\n"
           "  chatty: {format: openai, base-url: '" +
           chat.url("/v1") +
           "', models: [m1]}\n"
           "  claudish: {format: anthropic, base-url: '" +
           anthropic.url("/v1") +
           "', models: [c1]}\n"
           "  native: {format: responses, base-url: '" +
           responses.url("/v1") + "', models: [r1]}\n";
}

Scenario chatCall()
{
    return eventStream({
        {{},
         "data: "
         "{\"id\":\"x\",\"created\":1,\"model\":\"m1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
         "\"assistant\",\"content\":\"On it.\"}}]}\n\n"},
        {{},
         "data: "
         "{\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_7\","
         "\"type\":\"function\",\"function\":{\"name\":\"exec_command\",\"arguments\":\"\"}}]}}]}\n\n"},
        {{},
         "data: "
         "{\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{"
         "\"arguments\":\"{\\\"cmd\\\":\\\"ls\\\"}\"}}]}}]}\n\n"},
        {{},
         "data: "
         "{\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"},
        {{},
         "data: "
         "{\"id\":\"x\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_"
         "tokens\":12}}\n\ndata: [DONE]\n\n"},
    });
}

std::string event(const std::string &name, const std::string &data)
{
    return "event: " + name + "\ndata: " + data + "\n\n";
}

Scenario anthropicCall()
{
    return eventStream({
        {{},
         event("message_start", "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":"
                                "\"message\",\"role\":\"assistant\",\"model\":\"c1\",\"content\":[],"
                                "\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}")},
        {{},
         event("content_block_start", "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{"
                                      "\"type\":\"thinking\",\"thinking\":\"\"}}")},
        {{},
         event("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
                                      "\"thinking_delta\",\"thinking\":\"Hm.\"}}")},
        {{},
         event("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
                                      "\"signature_delta\",\"signature\":\"c2ln\"}}")},
        {{}, event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}")},
        {{},
         event("content_block_start",
               "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\","
               "\"id\":\"call_7\",\"name\":\"exec_command\",\"input\":{}}}")},
        {{},
         event("content_block_delta",
               "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\","
               "\"partial_json\":\"{\\\"cmd\\\":\\\"ls\\\"}\"}}")},
        {{}, event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":1}")},
        {{},
         event("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},"
                                "\"usage\":{\"output_tokens\":8}}")},
        {{}, event("message_stop", "{\"type\":\"message_stop\"}")},
    });
}

const std::string kTools =
    "\"tools\":[{\"type\":\"function\",\"name\":\"exec_command\",\"strict\":false,\"parameters\":{\"type\":"
    "\"object\",\"properties\":{\"cmd\":{\"type\":\"string\"}}}},"
    "{\"type\":\"namespace\",\"name\":\"agents\",\"tools\":[{\"type\":\"function\",\"name\":\"wait\","
    "\"parameters\":{\"type\":\"object\",\"properties\":{}}}]},"
    "{\"type\":\"web_search\",\"external_web_access\":true}]";

std::string request(const std::string &model, const std::string &input, const std::string &extra = {})
{
    return "{\"model\":\"" + model + "\",\"input\":" + input + extra + "}";
}

/// The `response` of the last event.
std::string lastResponse(const std::string &stream)
{
    const std::size_t at = stream.rfind("data: ");
    return at == std::string::npos ? std::string() : jsonAt(stream.substr(at + 6), "response");
}

} // namespace

class TestGatewayResponses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_chat = std::make_unique<FakeUpstream>(openAiReply("hello there"));
        m_anthropic = std::make_unique<FakeUpstream>(anthropicReply("bonjour"));
        m_native = std::make_unique<FakeUpstream>();
        m_fixture = std::make_unique<GatewayFixture>(configFor(*m_chat, *m_anthropic, *m_native));
        QCOMPARE(QString::fromStdString(m_fixture->startError()), QString());
    }
    void cleanup()
    {
        m_fixture.reset();
        m_chat.reset();
        m_anthropic.reset();
        m_native.reset();
    }

    void toolLoops_data()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("through chat") << "chatty/m1";
        QTest::newRow("through Anthropic") << "claudish/c1";
    }
    /// As Codex does it: stateless, the whole history each time, hosted tools among the others.
    void toolLoops()
    {
        QFETCH(QString, model);
        const bool isChat = model.startsWith(QStringLiteral("chatty"));
        FakeUpstream &upstream = isChat ? *m_chat : *m_anthropic;
        upstream.enqueue(isChat ? chatCall() : anthropicCall());
        upstream.enqueue(isChat ? openAiStream({"all", " done"}) : anthropicStream({"all", " done"}));
        const std::string settings = "," + kTools +
                                     ",\"stream\":true,\"store\":false,\"include\":[\"reasoning.encrypted_"
                                     "content\"],\"parallel_tool_calls\":true";
        const std::string user = "{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_"
                                 "text\",\"text\":\"run ls\"}]}";
        const Reply first =
            m_fixture->post("/v1/responses", request(model.toStdString(), "[" + user + "]", settings));
        QCOMPARE(first.status, 200);
        QVERIFY(first.isClean());
        QCOMPARE(responsesProtocolFault(first.body), std::string());
        QVERIFY(upstream.lastRequest().body.find("agents__wait") != std::string::npos);
        QVERIFY(upstream.lastRequest().body.find("web_search") == std::string::npos);
        QVERIFY(first.headers.value("x-pointsman-lossy").find("web_search") != std::string_view::npos);
        const std::string response = lastResponse(first.body);
        QCOMPARE(jsonAt(response, "status"), std::string("completed"));
        QCOMPARE(jsonAt(response, "output.1.call_id"), std::string("call_7"));
        QCOMPARE(jsonAt(response, "output.1.arguments"), std::string("{\"cmd\":\"ls\"}"));
        QCOMPARE(jsonAt(response, "usage.input_tokens"), std::string("9"));
        std::string items = user;
        for (const char *place : {"output.0", "output.1"})
            items += "," + jsonAt(response, place);
        items += ",{\"type\":\"function_call_output\",\"call_id\":\"call_7\",\"output\":\"a b\"}";
        const Reply second =
            m_fixture->post("/v1/responses", request(model.toStdString(), "[" + items + "]", settings));
        QCOMPARE(second.status, 200);
        QCOMPARE(responsesProtocolFault(second.body), std::string());
        QCOMPARE(jsonAt(lastResponse(second.body), "output.0.content.0.text"), std::string("all done"));
        const std::string sent = upstream.lastRequest().body;
        if (isChat) {
            QCOMPARE(jsonAt(sent, "messages.1.tool_calls.0.id"), std::string("call_7"));
            QCOMPARE(jsonAt(sent, "messages.2.content"), std::string("a b"));
        } else {
            QCOMPARE(jsonAt(sent, "messages.1.content.0.id"), std::string("call_7"));
            QCOMPARE(jsonAt(sent, "messages.2.content.0.tool_use_id"), std::string("call_7"));
        }
        QCOMPARE(m_fixture->get("/v1/responses/" + jsonAt(response, "id")).status, 404); // store: false
    }

    void answersByTheirIds()
    {
        const Reply first = m_fixture->post("/v1/responses", request("chatty/m1", "\"hi\""));
        QCOMPARE(first.status, 200);
        const std::string id = jsonAt(first.body, "id");
        QVERIFY(id.starts_with("resp_"));
        const Reply again = m_fixture->get("/v1/responses/" + id);
        QCOMPARE(again.status, 200);
        QCOMPARE(again.body, first.body);
        const Reply items = m_fixture->get("/v1/responses/" + id + "/input_items");
        QCOMPARE(jsonAt(items.body, "object"), std::string("list"));
        QCOMPARE(jsonAt(items.body, "data.0.content"), std::string("hi"));
        QCOMPARE(jsonAt(items.body, "first_id"), jsonAt(items.body, "data.0.id"));
        const Reply cancelled = m_fixture->post("/v1/responses/" + id + "/cancel", "{}");
        QCOMPARE(cancelled.status, 400);
        // The history goes to a provider of any format.
        const std::string next = ",\"previous_response_id\":\"" + id + "\"";
        QCOMPARE(m_fixture->post("/v1/responses", request("claudish/c1", "\"and now?\"", next)).status, 200);
        const std::string sent = m_anthropic->lastRequest().body;
        QCOMPARE(jsonAt(sent, "messages.0.content.0.text"), std::string("hi"));
        QCOMPARE(jsonAt(sent, "messages.1.content.0.text"), std::string("hello there"));
        QCOMPARE(jsonAt(sent, "messages.2.content.0.text"), std::string("and now?"));
        const Reply deleted = m_fixture->send("DELETE", "/v1/responses/" + id);
        QCOMPARE(deleted.status, 200);
        QCOMPARE(jsonAt(deleted.body, "deleted"), std::string("true"));
        QCOMPARE(m_fixture->get("/v1/responses/" + id).status, 404);
        const Reply lost = m_fixture->post("/v1/responses", request("chatty/m1", "\"x\"", next));
        QCOMPARE(lost.status, 400);
        QCOMPARE(jsonAt(lost.body, "error.code"), std::string("previous_response_not_found"));
    }

    void streamedAnswersAreKeptToo()
    {
        m_chat->enqueue(openAiStream({"one", " two"}));
        const Reply first =
            m_fixture->post("/v1/responses", request("chatty/m1", "\"hi\"", ",\"stream\":true"));
        const std::string response = lastResponse(first.body);
        const Reply again = m_fixture->get("/v1/responses/" + jsonAt(response, "id"));
        QCOMPARE(again.status, 200);
        QCOMPARE(jsonAt(again.body, "output.0.content.0.text"), std::string("one two"));
    }

    /// A provider of the format itself: bytes pass, and history goes along where it keeps none.
    void passesToTheSameFormat()
    {
        Scenario native;
        native.body = "{\"id\":\"resp_n\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"r1\","
                      "\"output\":[{\"type\":\"message\",\"id\":\"msg_n\",\"role\":\"assistant\",\"content\":"
                      "[{\"type\":\"output_text\",\"text\":\"native\",\"annotations\":[]}]}],\"x_new\":1}";
        m_native->setDefault(native);
        const Reply first =
            m_fixture->post("/v1/responses", request("native/r1", "\"hi\"", ",\"x\":[1,  2]"));
        QCOMPARE(first.body, native.body);
        QCOMPARE(m_native->lastRequest().path, std::string("/v1/responses"));
        QCOMPARE(m_native->lastRequest().body,
                 std::string("{\"model\":\"r1\",\"input\":\"hi\",\"x\":[1,  2]}"));
        const std::string next = ",\"previous_response_id\":\"resp_n\"";
        QCOMPARE(m_fixture->post("/v1/responses", request("native/r1", "\"more\"", next)).status, 200);
        const std::string sent = m_native->lastRequest().body;
        QCOMPARE(jsonAt(sent, "input.1.content.0.text"), std::string("native"));
        QVERIFY(sent.find("previous_response_id") == std::string::npos);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("param");
        const QString ask = QString::fromStdString(request("chatty/m1", "\"x\"", ",%1"));
        QTest::newRow("background") << "POST"
                                    << "/v1/responses" << ask.arg(QStringLiteral("\"background\":true"))
                                    << 400 << "background";
        QTest::newRow("conversation")
            << "POST"
            << "/v1/responses" << ask.arg(QStringLiteral("\"conversation\":\"c\"")) << 400 << "conversation";
        QTest::newRow("prompt") << "POST"
                                << "/v1/responses" << ask.arg(QStringLiteral("\"prompt\":{\"id\":\"p\"}"))
                                << 400 << "prompt";
        QTest::newRow("unknown answer") << "GET"
                                        << "/v1/responses/resp_x"
                                        << "" << 404 << "null";
        QTest::newRow("items of an unknown answer") << "GET"
                                                    << "/v1/responses/resp_x/input_items"
                                                    << "" << 404 << "null";
        QTest::newRow("deletes an unknown answer") << "DELETE"
                                                   << "/v1/responses/resp_x"
                                                   << "" << 404 << "null";
        QTest::newRow("cancels an unknown answer") << "POST"
                                                   << "/v1/responses/resp_x/cancel"
                                                   << "{}" << 404 << "null";
        QTest::newRow("GET without an upgrade") << "GET"
                                                << "/v1/responses"
                                                << "" << 405 << "null";
        QTest::newRow("completions: n") << "POST"
                                        << "/v1/completions"
                                        << "{\"model\":\"chatty/m1\",\"prompt\":\"a\",\"n\":2}" << 400 << "n";
    }
    void refuses()
    {
        QFETCH(QString, method);
        QFETCH(QString, path);
        QFETCH(QString, body);
        QFETCH(int, status);
        QFETCH(QString, param);
        const Reply reply = m_fixture->send(method.toStdString(), path.toStdString(), body.toStdString());
        QCOMPARE(reply.status, status);
        QCOMPARE(QString::fromStdString(jsonAt(reply.body, "error.param")), param);
        QVERIFY(!jsonAt(reply.body, "error.message").empty());
    }

    void webSocketsAreDeclinedAtOnce()
    {
        const Reply reply =
            m_fixture->get("/v1/responses", {{"connection", "Upgrade"},
                                             {"upgrade", "websocket"},
                                             {"sec-websocket-version", "13"},
                                             {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}});
        QCOMPARE(reply.status, 426);
    }

    void countsTokens()
    {
        const Reply reply =
            m_fixture->post("/v1/responses/input_tokens", request("chatty/m1", "\"some words here\""));
        QCOMPARE(reply.status, 200);
        QCOMPARE(jsonAt(reply.body, "object"), std::string("response.input_tokens"));
        QVERIFY(std::stoi(jsonAt(reply.body, "input_tokens")) > 0);
    }

    void legacyCompletions()
    {
        const Reply whole =
            m_fixture->post("/v1/completions", "{\"model\":\"chatty/m1\",\"prompt\":\"Once\"}");
        QCOMPARE(whole.status, 200);
        QCOMPARE(jsonAt(whole.body, "object"), std::string("text_completion"));
        QCOMPARE(jsonAt(whole.body, "choices.0.text"), std::string("hello there"));
        QCOMPARE(m_chat->lastRequest().path, std::string("/v1/chat/completions"));
        m_chat->enqueue(openAiStream({"upon", " a"}));
        const Reply stream = m_fixture->post("/v1/completions",
                                             "{\"model\":\"chatty/m1\",\"prompt\":\"Once\",\"stream\":true}");
        QVERIFY(stream.body.find("\"text\":\"upon\"") != std::string::npos);
        QVERIFY(stream.body.ends_with("data: [DONE]\n\n"));
    }

    void aBrokenStreamFailsVisibly()
    {
        Scenario cut = openAiStream({"one", " two"});
        cut.chunks.resize(2);
        m_chat->enqueue(cut);
        const Reply reply =
            m_fixture->post("/v1/responses", request("chatty/m1", "\"hi\"", ",\"stream\":true"));
        QCOMPARE(responsesProtocolFault(reply.body), std::string());
        QVERIFY(reply.body.find("event: response.failed") != std::string::npos);
        QVERIFY2(reply.isClean(), "response.failed is an end; SDKs tell their users of it only when the stream then ends");
    }

private:
    std::unique_ptr<FakeUpstream> m_chat;
    std::unique_ptr<FakeUpstream> m_anthropic;
    std::unique_ptr<FakeUpstream> m_native;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayResponses)
#include "tst_gateway_responses.moc"
