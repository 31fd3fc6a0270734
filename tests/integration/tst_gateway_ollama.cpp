// SPDX-License-Identifier: GPL-3.0-or-later
// Ollama's clients before other providers, other clients before an Ollama server, over real sockets.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/protocol_ollama.h"

#include "base/json.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

const std::string kTools = R"("tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}}])";

Scenario ollamaLines(std::vector<std::string> lines)
{
    Scenario scenario;
    scenario.contentType = "application/x-ndjson";
    for (std::string &line : lines)
        scenario.chunks.push_back({{}, std::move(line) + "\n"});
    return scenario;
}

std::string ollamaLine(std::string_view message)
{
    return R"({"model":"q","created_at":"2026-01-02T03:04:05.123456789Z","message":)" + std::string(message)
           + R"(,"done":false})";
}

std::string ollamaEnd(std::string_view reason = "stop")
{
    return R"({"model":"q","created_at":"2026-01-02T03:04:06Z","message":{"role":"assistant","content":""},)"
           R"("done":true,"done_reason":")"
           + std::string(reason)
           + R"(","total_duration":9,"load_duration":1,"prompt_eval_count":11,"prompt_eval_duration":3,"eval_count":4,)"
             R"("eval_duration":5})";
}

Scenario ollamaReply(std::string_view message)
{
    Scenario scenario;
    scenario.body = R"({"model":"q","created_at":"2026-01-02T03:04:06Z","message":)" + std::string(message)
                    + R"(,"done":true,"done_reason":"stop","prompt_eval_count":11,"eval_count":4})";
    return scenario;
}

Scenario ollamaError(int status, std::string_view text)
{
    Scenario scenario;
    scenario.status = status;
    scenario.body = R"({"error":")" + std::string(text) + "\"}";
    return scenario;
}

/// What all lines of a stream say under `path`, joined.
std::string joined(const std::string &stream, std::string_view path)
{
    std::string text;
    for (std::size_t at = 0; at < stream.size();) {
        const std::size_t end = std::min(stream.find('\n', at), stream.size());
        text += jsonAt(stream.substr(at, end - at), path);
        at = end + 1;
    }
    return text;
}

} // namespace

class TestGatewayOllama : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_openAi = std::make_unique<FakeUpstream>(openAiReply("hello there"));
        m_anthropic = std::make_unique<FakeUpstream>(anthropicReply("bonjour"));
        m_ollama = std::make_unique<FakeUpstream>(ollamaReply(R"({"role":"assistant","content":"hola"})"));
        m_fixture = std::make_unique<GatewayFixture>(
            "providers:\n"
            "  fake: {format: openai, base-url: '" + m_openAi->url("/v1") + "', models: [m1], price: {input: 2, output: 4}}\n"
            "  claudish: {format: anthropic, base-url: '" + m_anthropic->url("/v1") + "', models: [c1]}\n"
            "  ollama: {base-url: '" + m_ollama->url() + "', models: [q]}\n");
        QCOMPARE(QString::fromStdString(m_fixture->startError()), QString());
    }
    void cleanup()
    {
        m_fixture.reset();
        m_openAi.reset();
        m_anthropic.reset();
        m_ollama.reset();
    }

    void ollamaClientGetsAStreamByDefault_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("input");
        QTest::newRow("from OpenAI") << "fake/m1" << "10";
        QTest::newRow("from Anthropic") << "claudish/c1" << "10";
    }
    void ollamaClientGetsAStreamByDefault()
    {
        QFETCH(QString, model);
        m_openAi->setDefault(openAiStream({"one ", "two"}));
        m_anthropic->setDefault(anthropicStream({"one ", "two"}));
        const Reply reply = m_fixture->post("/api/chat", chatBody(model.toStdString()));
        QCOMPARE(reply.status, 200);
        QVERIFY2(reply.isClean(), reply.failure.c_str());
        QCOMPARE(reply.headers.value("content-type"), std::string_view("application/x-ndjson"));
        QCOMPARE(ollamaStreamOffence(reply.body), std::string());
        QCOMPARE(joined(reply.body, "message.content"), std::string("one two"));
        QCOMPARE(joined(reply.body, "done_reason"), std::string("stop"));
        QTEST(QString::fromStdString(joined(reply.body, "prompt_eval_count")), "input");
        QVERIFY(std::stoll(joined(reply.body, "total_duration")) > 0);
        const trace::Record record = m_fixture->lastTrace();
        QCOMPARE(record.head.clientDialect, std::string("ollama"));
        QVERIFY(record.head.stream);
        QCOMPARE(record.head.usage.output.value_or(-1), 2);
    }

    void ollamaClientGetsAWholeAnswer()
    {
        for (const char *model : {"fake/m1", "claudish/c1"}) {
            const Reply chat = m_fixture->post("/api/chat", chatBody(model, "hi", "\"stream\":false"));
            QCOMPARE(chat.status, 200);
            QVERIFY(!jsonAt(chat.body, "message.content").empty());
            QCOMPARE(jsonAt(chat.body, "done"), std::string("true"));
            QCOMPARE(jsonAt(chat.body, "model"), std::string(model));
            const Reply generated = m_fixture->post(
                "/api/generate", "{\"model\":\"" + std::string(model) + "\",\"prompt\":\"hi\",\"stream\":false}");
            QCOMPARE(generated.status, 200);
            QCOMPARE(jsonAt(generated.body, "response"), jsonAt(chat.body, "message.content"));
        }
        QCOMPARE(jsonAt(m_openAi->lastRequest().body, "messages.0.content"), std::string("hi"));
    }

    void generateStreams()
    {
        m_openAi->setDefault(openAiStream({"one ", "two"}));
        const Reply reply = m_fixture->post("/api/generate", R"({"model":"fake/m1","prompt":"hi"})");
        QCOMPARE(ollamaStreamOffence(reply.body), std::string());
        QCOMPARE(joined(reply.body, "response"), std::string("one two"));
    }

    void ollamaClientGetsToolCalls()
    {
        m_openAi->setDefault(eventStream(
            {{{}, "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,"
                  "\"id\":\"call_7\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\"}}]}}]}\n\n"},
             {{}, "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{"
                  "\"arguments\":\"\\\"Paris\\\"}\"}}]},\"finish_reason\":\"tool_calls\"}]}\n\n"},
             {{}, "data: [DONE]\n\n"}}));
        const Reply reply = m_fixture->post("/api/chat", chatBody("fake/m1", "weather?", kTools));
        QCOMPARE(ollamaStreamOffence(reply.body), std::string());
        QCOMPARE(joined(reply.body, "message.tool_calls.0.function.arguments.city"), std::string("Paris"));
        QCOMPARE(joined(reply.body, "message.tool_calls.0.id"), std::string("call_7"));
        QCOMPARE(jsonAt(m_openAi->lastRequest().body, "tools.0.function.name"), std::string("weather"));
    }

    void errorsComeInOllamasShape()
    {
        m_openAi->setDefault(openAiError(400, "too many cooks"));
        const Reply refused = m_fixture->post("/api/chat", chatBody("fake/m1"));
        QCOMPARE(refused.status, 400);
        QVERIFY2(jsonAt(refused.body, "error").find("too many cooks") != std::string::npos, refused.body.c_str());
        const Reply unknown = m_fixture->post("/api/chat", chatBody("nobody/knows"));
        QCOMPARE(unknown.status, 404);
        QVERIFY(!jsonAt(unknown.body, "error").empty());
        const Reply noPath = m_fixture->post("/api/chatter", "{}");
        QCOMPARE(noPath.status, 404);
        QVERIFY(jsonAt(noPath.body, "error").find("/api/chat") != std::string::npos);
    }

    void cutStreamsEndWithAnErrorLine()
    {
        Scenario cut = openAiStream({"one ", "two"});
        cut.chunks.resize(3);
        cut.ending = Scenario::Ending::Cut;
        m_openAi->setDefault(cut);
        const Reply reply = m_fixture->post("/api/chat", chatBody("fake/m1"));
        QCOMPARE(reply.status, 200);
        QVERIFY(!reply.isClean());
        QCOMPARE(joined(reply.body, "message.content"), std::string("one two"));
        QVERIFY(!joined(reply.body, "error").empty());
        QCOMPARE(joined(reply.body, "done_reason"), std::string());
        QCOMPARE(ollamaStreamOffence(reply.body), std::string());
    }

    void ollamaServerAnswersOthers_data()
    {
        QTest::addColumn<bool>("isAnthropic");
        QTest::addColumn<bool>("isStream");
        QTest::newRow("OpenAI's client") << false << false;
        QTest::newRow("OpenAI's client, stream") << false << true;
        QTest::newRow("Anthropic's client") << true << false;
        QTest::newRow("Anthropic's client, stream") << true << true;
    }
    void ollamaServerAnswersOthers()
    {
        QFETCH(bool, isAnthropic);
        QFETCH(bool, isStream);
        if (isStream) {
            m_ollama->setDefault(ollamaLines({ollamaLine(R"({"role":"assistant","content":"","thinking":"hm"})"),
                                              ollamaLine(R"({"role":"assistant","content":"ho"})"),
                                              ollamaLine(R"({"role":"assistant","content":"la"})"), ollamaEnd()}));
        }
        const char *extra = isStream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "\"temperature\":0.5";
        const Reply reply = isAnthropic ? m_fixture->post("/v1/messages", messagesBody("ollama/q", "hi", extra))
                                        : m_fixture->post("/v1/chat/completions", chatBody("ollama/q", "hi", extra));
        QCOMPARE(reply.status, 200);
        QVERIFY2(reply.isClean(), reply.failure.c_str());
        const SeenRequest seen = m_ollama->lastRequest();
        QCOMPARE(seen.path, std::string("/api/chat"));
        QCOMPARE(jsonAt(seen.body, "model"), std::string("q"));
        QCOMPARE(jsonAt(seen.body, "stream"), std::string(isStream ? "true" : "false"));
        QVERIFY(std::stoi(jsonAt(seen.body, "options.num_ctx")) >= 4096);
        if (isStream) {
            QVERIFY2(reply.body.find(isAnthropic ? "message_stop" : "[DONE]") != std::string::npos, reply.body.c_str());
            QVERIFY(reply.body.find("\"ho\"") != std::string::npos && reply.body.find("\"hm\"") != std::string::npos);
        } else {
            QCOMPARE(jsonAt(reply.body, isAnthropic ? "content.0.text" : "choices.0.message.content"), std::string("hola"));
        }
        const trace::Record record = m_fixture->lastTrace();
        QCOMPARE(record.head.usage.uncachedInput.value_or(-1), 11);
        QCOMPARE(record.head.usage.output.value_or(-1), 4);
    }

    void ollamaServerCallsTools()
    {
        m_ollama->setDefault(ollamaLines(
            {ollamaLine(R"({"role":"assistant","content":"I look."})"),
             ollamaLine(R"({"role":"assistant","content":"","tool_calls":[{"function":{"name":"weather","arguments":{"c":1}}}]})"),
             ollamaEnd()}));
        const Reply chat = m_fixture->post("/v1/chat/completions", chatBody("ollama/q", "?", kTools + ",\"stream\":true"));
        QVERIFY2(chat.body.find("\"finish_reason\":\"tool_calls\"") != std::string::npos, chat.body.c_str());
        QVERIFY(chat.body.find(R"({\"c\":1})") != std::string::npos);
        const Reply messages = m_fixture->post(
            "/v1/messages",
            messagesBody("ollama/q", "?", R"("stream":true,"tools":[{"name":"weather","input_schema":{"type":"object"}}])"));
        QVERIFY2(messages.body.find("\"stop_reason\":\"tool_use\"") != std::string::npos, messages.body.c_str());
        QCOMPARE(jsonAt(m_ollama->lastRequest().body, "tools.0.function.name"), std::string("weather"));
    }

    void ollamaServerFails()
    {
        m_ollama->setDefault(ollamaError(404, "model 'q' not found"));
        const Reply missing = m_fixture->post("/v1/chat/completions", chatBody("ollama/q"));
        QCOMPARE(missing.status, 404);
        QCOMPARE(jsonAt(missing.body, "error.code"), std::string("model_not_found"));
        m_ollama->setDefault(ollamaLines({ollamaLine(R"({"role":"assistant","content":"Hel"})"),
                                          R"({"error":"an error was encountered while running the model"})"}));
        const Reply broken = m_fixture->post("/v1/messages", messagesBody("ollama/q", "hi", "\"stream\":true"));
        QVERIFY(!broken.isClean());
        QVERIFY2(broken.body.find("event: error") != std::string::npos, broken.body.c_str());
        QVERIFY(broken.body.find("message_stop") == std::string::npos);
        Scenario cut = ollamaLines({ollamaLine(R"({"role":"assistant","content":"Hel"})")});
        cut.ending = Scenario::Ending::Cut;
        m_ollama->setDefault(cut);
        const Reply half = m_fixture->post("/v1/chat/completions", chatBody("ollama/q", "hi", "\"stream\":true"));
        QVERIFY(!half.isClean());
        QVERIFY(half.body.find("[DONE]") == std::string::npos && half.body.find("\"error\"") != std::string::npos);
    }

    /// The same format on both sides: the bytes as they are, each at its own path.
    void ollamaPassesThrough()
    {
        const std::string lines = ollamaLine(R"({ "role":"assistant", "content":"a", "new_field":1.50 })") + "\n" + ollamaEnd() + "\n";
        Scenario stream;
        stream.contentType = "application/x-ndjson";
        stream.chunks = {{{}, lines.substr(0, 30)}, {{}, lines.substr(30, 150)}, {{}, lines.substr(180)}};
        m_ollama->setDefault(stream);
        const std::string body = R"({ "model":"q", "messages":[{"role":"user","content":"hi"}], "x_new":[1,  2] })";
        const Reply chat = m_fixture->post("/api/chat", body);
        QCOMPARE(chat.body, lines);
        QCOMPARE(m_ollama->lastRequest().path, std::string("/api/chat"));
        QCOMPARE(m_ollama->lastRequest().body, body);
        QCOMPARE(m_fixture->lastTrace().head.usage.output.value_or(-1), 4);
        m_fixture->post("/api/generate", R"({"model":"ollama/q","prompt":"hi","raw":true})");
        QCOMPARE(m_ollama->lastRequest().path, std::string("/api/generate"));
        QCOMPARE(m_ollama->lastRequest().body, std::string(R"({"model":"q","prompt":"hi","raw":true})"));
    }

    void ollamaLoadsAModel()
    {
        Scenario loaded;
        loaded.contentType = "application/json; charset=utf-8";
        loaded.body = R"({"model":"q","created_at":"2026-01-02T03:04:06Z","response":"","done":true,"done_reason":"load"})";
        m_ollama->setDefault(loaded);
        for (const char *body : {R"({"model":"q"})", R"({"model":"q","prompt":""})"}) {
            const Reply reply = m_fixture->post("/api/generate", body);
            QCOMPARE(reply.status, 200);
            QCOMPARE(jsonAt(reply.body, "done_reason"), std::string("load"));
        }
    }

    void othersHaveNothingToLoad_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("rest");
        QTest::addColumn<QString>("reason");
        QTest::newRow("generate") << "/api/generate" << R"("prompt":"")" << "load";
        QTest::newRow("generate without a prompt") << "/api/generate" << R"("keep_alive":"5m")" << "load";
        QTest::newRow("chat") << "/api/chat" << R"("messages":[],"stream":true)" << "load";
        QTest::newRow("unload") << "/api/generate" << R"("keep_alive":0)" << "unload";
    }
    /// `ollama run` begins so.
    void othersHaveNothingToLoad()
    {
        QFETCH(QString, path);
        QFETCH(QString, rest);
        const Reply reply = m_fixture->post(path.toStdString(), R"({"model":"claudish/c1",)" + rest.toStdString() + "}");
        QCOMPARE(reply.status, 200);
        QCOMPARE(jsonAt(reply.body, "model"), std::string("claudish/c1"));
        QCOMPARE(jsonAt(reply.body, "done"), std::string("true"));
        QTEST(QString::fromStdString(jsonAt(reply.body, "done_reason")), "reason");
        QVERIFY(m_anthropic->requests().empty());
    }

    void brokenOllamaStreamGetsItsErrorLine()
    {
        m_ollama->setDefault(ollamaLines({ollamaLine(R"({"role":"assistant","content":"Hel"})"), R"({"error":"CUDA error"})"}));
        const Reply reply = m_fixture->post("/api/chat", chatBody("ollama/q"));
        QVERIFY(!reply.isClean());
        QCOMPARE(joined(reply.body, "message.content"), std::string("Hel"));
        QVERIFY(joined(reply.body, "error").find("CUDA error") != std::string::npos);
    }

    void directCallsReachAllOfAServer()
    {
        m_ollama->on("/v1/chat/completions", openAiStream({"di", "rect"}));
        const Reply reply = m_fixture->post("/ollama/v1/chat/completions", chatBody("q", "hi", "\"stream\":true"));
        QCOMPARE(reply.status, 200);
        QVERIFY(reply.body.ends_with("data: [DONE]\n\n"));
        QCOMPARE(m_fixture->lastTrace().head.usage.output.value_or(-1), 2);
        m_ollama->on("/api/ps", ollamaReply(R"({"x":1})"));
        QCOMPARE(m_fixture->get("/ollama/api/ps").status, 200);
        QCOMPARE(m_ollama->lastRequest().path, std::string("/api/ps"));
    }

    void asksOfClients_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("says");
        QTest::newRow("version") << "GET" << "/api/version" << "" << 200 << "\"version\"";
        QTest::newRow("tags") << "GET" << "/api/tags" << "" << 200 << "\"ollama/q\"";
        QTest::newRow("tags below a prefix") << "GET" << "/ai/api/tags" << "" << 200 << "\"fake/m1\"";
        QTest::newRow("show") << "POST" << "/api/show" << "{\"model\":\"ollama/q\"}" << 200 << "\"completion\"";
        QTest::newRow("show of nothing") << "POST" << "/api/show" << "{\"model\":\"zz\"}" << 404 << "{\"error\":\"model 'zz'";
        QTest::newRow("ps") << "GET" << "/api/ps" << "" << 200 << "{\"models\":[]}";
        QTest::newRow("pull") << "POST" << "/api/pull" << "{\"model\":\"x\"}" << 404 << "ollama pull";
        QTest::newRow("delete") << "DELETE" << "/api/delete" << "{\"model\":\"x\"}" << 404 << "ollama delete";
        QTest::newRow("wrong method") << "GET" << "/api/show" << "" << 405 << "{\"error\":\"/api/show takes POST";
        QTest::newRow("root") << "GET" << "/" << "" << 200 << "running";
        QTest::newRow("our own are ours") << "GET" << "/api/v1/admin/router/health" << "" << 200 << "";
    }
    void asksOfClients()
    {
        QFETCH(QString, method);
        QFETCH(QString, path);
        QFETCH(QString, body);
        QFETCH(QString, says);
        const Reply reply = m_fixture->send(method.toStdString(), path.toStdString(), body.toStdString());
        QTEST(reply.status, "status");
        QVERIFY2(reply.body.find(says.toStdString()) != std::string::npos, reply.body.c_str());
        QCOMPARE(m_fixture->send("HEAD", "/").status, 200);
    }

private:
    std::unique_ptr<FakeUpstream> m_openAi;
    std::unique_ptr<FakeUpstream> m_anthropic;
    std::unique_ptr<FakeUpstream> m_ollama;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayOllama)
#include "tst_gateway_ollama.moc"
