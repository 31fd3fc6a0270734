// SPDX-License-Identifier: GPL-3.0-or-later
// Clients of the usual formats on a provider that speaks neither: Bedrock with its binary streams and signed requests,
// and Cohere.
#include "dialects/dialect.h"
#include "providers/sigv4.h"
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/stream_text.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

constexpr const char *kKeyId = "AKIAIOSFODNN7EXAMPLE";
constexpr const char *kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
constexpr const char *kToken = "FwoGZXIvYXdzEXAMPLETOKEN==";

std::string configFor(const FakeUpstream &upstream)
{
    return "providers:\n"
           "  bedrock: {base-url: '" +
           upstream.url() +
           "/', region: eu-west-1, api-key: 'env:PM_TEST_AWS_KEY', "
           "models: ['anthropic.claude-sonnet-4-5-v1:0', 'amazon.nova-pro-v1:0']}\n"
           "  cohere: {base-url: '" +
           upstream.url("/v2") +
           "', api-key: 'env:PM_TEST_COHERE_KEY'}\n"
           "routers:\n"
           "  claude: {load-balance: {chat: {strategy: priority, providers: "
           "['bedrock/anthropic.claude-sonnet-4-5-v1:0']}}, retries: {max-retries: 0}}\n"
           "  nova: {load-balance: {chat: {strategy: priority, providers: ['bedrock/amazon.nova-pro-v1:0']}}, "
           "retries: {max-retries: 0}}\n"
           "  command: {load-balance: {chat: {strategy: priority, providers: ['cohere/command-a-03-2025']}}, "
           "retries: {max-retries: 0}}\n"
           "active-router: claude\n";
}

const Dialect &bedrock()
{
    return dialect(DialectId::Bedrock);
}

Scenario binaryStream(std::string_view lines)
{
    Scenario scenario;
    scenario.contentType = "application/vnd.amazon.eventstream";
    const std::string bytes = streamBytes(bedrock(), lines);
    for (std::size_t at = 0; at < bytes.size(); at += 37) // cut where no message ends
        scenario.chunks.push_back({{}, bytes.substr(at, 37)});
    return scenario;
}

/// What the server of a signed request does: it makes the signature anew from what it got.
QByteArray signatureBreach(const SeenRequest &seen, const FakeUpstream &upstream)
{
    const auto key = sigv4::parseCredentials(std::string(kKeyId) + ":" + kSecret + ":" + kToken);
    const std::string given(seen.headers.value("authorization"));
    const std::string url = upstream.url(seen.path);
    sigv4::Request request{seen.method, url, {}, seen.body};
    const std::string marker = "SignedHeaders=";
    const std::size_t from = given.find(marker);
    if (from == std::string::npos)
        return "not signed: " + QByteArray::fromStdString(given);
    const QByteArray names =
        QByteArray::fromStdString(given.substr(from + marker.size(), given.find(',', from) - from - marker.size()));
    for (const QByteArray &name : names.split(';')) {
        if (name != "host")
            request.headers.emplace_back(name.toStdString(), std::string(seen.headers.value(name.toStdString())));
    }
    const std::string time(seen.headers.value("x-amz-date"));
    const std::string expected = sigv4::authorization(request, *key, {"eu-west-1", "bedrock", time});
    if (given != expected)
        return QByteArray::fromStdString("given " + given + "\nexpected " + expected);
    if (seen.headers.value("x-amz-security-token") != kToken)
        return "no session token";
    return {};
}

} // namespace

class TestGatewayAws : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void chatByConverse();
    void chatStreamByConverse();
    void messagesByConverseForOtherModels();
    void exceptionWithinStream();
    void exceptionBeforeContent();
    void errorNamedInHeader();
    void keyStaysOutOfTraces();
    void messagesByInvoke();
    void messagesStreamByInvoke();
    void invokeExceptionWithinStream();
    void chatByCohere();
    void messagesStreamByCohere();

private:
    std::unique_ptr<FakeUpstream> m_upstream;
    std::unique_ptr<GatewayFixture> m_gateway;
};

void TestGatewayAws::initTestCase()
{
    qputenv("PM_TEST_AWS_KEY", QByteArray(kKeyId) + ":" + kSecret + ":" + kToken);
    qputenv("PM_TEST_COHERE_KEY", "co-key");
}

void TestGatewayAws::init()
{
    m_upstream = std::make_unique<FakeUpstream>();
    m_gateway = std::make_unique<GatewayFixture>(configFor(*m_upstream));
    QVERIFY2(m_gateway->startError().empty(), m_gateway->startError().c_str());
}

void TestGatewayAws::cleanup()
{
    m_gateway.reset();
    m_upstream.reset();
}

void TestGatewayAws::chatByConverse()
{
    Scenario scenario;
    scenario.body =
        R"({"output":{"message":{"role":"assistant","content":[{"text":"Hello."}]}},"stopReason":"end_turn",)"
        R"("usage":{"inputTokens":12,"outputTokens":3,"totalTokens":15}})";
    m_upstream->setDefault(scenario);
    const Reply reply = m_gateway->post("/router/claude/v1/chat/completions", chatBody("any", "Hi"));
    QCOMPARE(reply.status, 200);
    QCOMPARE(QByteArray::fromStdString(jsonAt(reply.body, "choices.0.message.content")), QByteArray("Hello."));
    QCOMPARE(QByteArray::fromStdString(jsonAt(reply.body, "usage.prompt_tokens")), QByteArray("12"));
    const SeenRequest seen = m_upstream->lastRequest();
    QCOMPARE(QByteArray::fromStdString(seen.path), QByteArray("/model/anthropic.claude-sonnet-4-5-v1%3A0/converse"));
    QCOMPARE(QByteArray::fromStdString(jsonAt(seen.body, "messages.0.content.0.text")), QByteArray("Hi"));
    QCOMPARE(signatureBreach(seen, *m_upstream), QByteArray());
}

void TestGatewayAws::chatStreamByConverse()
{
    m_upstream->setDefault(
        binaryStream("event messageStart {\"role\":\"assistant\"}\n"
                     "event contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hel\"}}\n"
                     "event contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"lo.\"}}\n"
                     "event contentBlockStop {\"contentBlockIndex\":0}\n"
                     "event messageStop {\"stopReason\":\"end_turn\"}\n"
                     "event metadata {\"usage\":{\"inputTokens\":12,\"outputTokens\":3}}\n"));
    const Reply reply = m_gateway->post("/router/claude/v1/chat/completions", chatBody("any", "Hi", "\"stream\":true"));
    QCOMPARE(reply.status, 200);
    const QByteArray body = QByteArray::fromStdString(reply.body);
    QVERIFY2(body.contains("\"content\":\"Hel\"") && body.contains("\"content\":\"lo.\""), body.constData());
    QVERIFY(body.contains("\"finish_reason\":\"stop\"") && body.endsWith("data: [DONE]\n\n"));
    const SeenRequest seen = m_upstream->lastRequest();
    QVERIFY(QByteArray::fromStdString(seen.path).endsWith("/converse-stream"));
    QCOMPARE(seen.headers.value("accept"), std::string_view("application/vnd.amazon.eventstream"));
    QCOMPARE(signatureBreach(seen, *m_upstream), QByteArray());
    QCOMPARE(m_gateway->lastTrace().head.usage.output.value_or(0), std::int64_t(3));
}

void TestGatewayAws::messagesByConverseForOtherModels()
{
    Scenario scenario;
    scenario.body =
        R"({"output":{"message":{"role":"assistant","content":[{"text":"Hello."}]}},"stopReason":"max_tokens",)"
        R"("usage":{"inputTokens":12,"outputTokens":3,"totalTokens":15}})";
    m_upstream->setDefault(scenario);
    const Reply reply = m_gateway->post("/router/nova/v1/messages", messagesBody("any", "Hi"));
    QCOMPARE(reply.status, 200);
    QCOMPARE(QByteArray::fromStdString(jsonAt(reply.body, "stop_reason")), QByteArray("max_tokens"));
    QVERIFY(QByteArray::fromStdString(m_upstream->lastRequest().path).endsWith("/converse"));
}

void TestGatewayAws::exceptionWithinStream()
{
    m_upstream->setDefault(
        binaryStream("event messageStart {\"role\":\"assistant\"}\n"
                     "event contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"Half\"}}\n"
                     "exception modelStreamErrorException {\"message\":\"it broke\"}\n"));
    const Reply reply = m_gateway->post("/router/nova/v1/messages", messagesBody("any", "Hi", "\"stream\":true"));
    const QByteArray body = QByteArray::fromStdString(reply.body);
    QVERIFY(body.contains("Half"));
    QVERIFY2(body.contains("event: error") && body.contains("it broke"), body.constData());
    QVERIFY(!body.contains("message_stop"));
    QVERIFY(!reply.isClean());
}

void TestGatewayAws::exceptionBeforeContent()
{
    m_upstream->setDefault(binaryStream("event messageStart {\"role\":\"assistant\"}\n"
                                        "exception throttlingException {\"message\":\"slow down\"}\n"));
    const Reply reply = m_gateway->post("/router/claude/v1/chat/completions", chatBody("any", "Hi", "\"stream\":true"));
    QCOMPARE(reply.status, 429);
    QVERIFY(QByteArray::fromStdString(reply.body).contains("slow down"));
}

void TestGatewayAws::errorNamedInHeader()
{
    Scenario scenario;
    scenario.status = 400;
    scenario.headers.add("x-amzn-errortype", "ThrottlingException:http://internal.amazon.com/coral/");
    scenario.body = R"({"message":"slow down"})";
    m_upstream->setDefault(scenario);
    const Reply reply = m_gateway->post("/router/claude/v1/chat/completions", chatBody("any", "Hi"));
    QCOMPARE(QByteArray::fromStdString(m_gateway->lastTrace().head.errorKind),
             QByteArray(traits(ErrorKind::RateLimited).label.data()));
    QVERIFY(QByteArray::fromStdString(reply.body).contains("slow down"));
}

void TestGatewayAws::keyStaysOutOfTraces()
{
    Scenario scenario;
    scenario.status = 403;
    scenario.headers.add("x-amzn-errortype", "InvalidSignatureException");
    scenario.body = std::string(R"({"message":"The canonical request was 'x-amz-security-token:)") + kToken + "'\"}";
    m_upstream->setDefault(scenario);
    const Reply reply = m_gateway->post("/router/claude/v1/chat/completions", chatBody("any", "Hi"));
    QVERIFY(QByteArray::fromStdString(reply.body).contains("****"));
    QVERIFY(!QByteArray::fromStdString(reply.body).contains(kToken));
    const trace::Record record = m_gateway->lastTrace();
    QVERIFY(!QByteArray::fromStdString(record.head.errorMessage).contains(kToken));
    for (const auto &[name, value] : record.detail.upstreamRequestHeaders) {
        const QByteArray text(value.data(), qsizetype(value.size()));
        QVERIFY2(!text.contains(kSecret) && !text.contains(kToken) && !text.contains("Signature="),
                 std::string(name).c_str());
    }
}

void TestGatewayAws::messagesByInvoke()
{
    m_upstream->setDefault(anthropicReply("Hello."));
    const std::string body = messagesBody("any", "Hi", "\"context_management\":{\"edits\":[]}");
    const Reply reply = m_gateway->post("/router/claude/v1/messages", body,
                                        {{"anthropic-version", "2023-06-01"}, {"anthropic-beta", "a-1, b-2"}});
    QCOMPARE(reply.status, 200);
    QVERIFY(QByteArray::fromStdString(reply.body).contains("Hello."));
    const SeenRequest seen = m_upstream->lastRequest();
    QCOMPARE(QByteArray::fromStdString(seen.path), QByteArray("/model/anthropic.claude-sonnet-4-5-v1%3A0/invoke"));
    QCOMPARE(QByteArray::fromStdString(jsonAt(seen.body, "anthropic_version")), QByteArray("bedrock-2023-05-31"));
    QCOMPARE(QByteArray::fromStdString(jsonAt(seen.body, "anthropic_beta.1")), QByteArray("b-2"));
    QVERIFY(jsonAt(seen.body, "model").empty() && jsonAt(seen.body, "stream").empty());
    QVERIFY(QByteArray::fromStdString(seen.body).contains("context_management")); // Converse has no word for it
    QVERIFY(seen.headers.value("anthropic-beta").empty());
    QCOMPARE(signatureBreach(seen, *m_upstream), QByteArray());
}

namespace {

std::string chunkLine(const QByteArray &event)
{
    return "event chunk {\"bytes\":\"" + event.toBase64().toStdString() + "\",\"p\":\"abc\"}\n";
}

} // namespace

void TestGatewayAws::messagesStreamByInvoke()
{
    m_upstream->setDefault(binaryStream(
        chunkLine(
            R"({"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[],"usage":{"input_tokens":9,"output_tokens":1}}})") +
        chunkLine(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})") +
        chunkLine(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello."}})") +
        chunkLine(R"({"type":"content_block_stop","index":0})") +
        chunkLine(
            R"({"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":4}})") +
        chunkLine(R"({"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":9}})")));
    const Reply reply = m_gateway->post("/router/claude/v1/messages", messagesBody("any", "Hi", "\"stream\":true"));
    QCOMPARE(reply.status, 200);
    const QByteArray body = QByteArray::fromStdString(reply.body);
    QVERIFY2(body.startsWith("event: message_start\ndata: {\"type\":\"message_start\""), body.constData());
    QVERIFY(body.contains("\"text\":\"Hello.\"") && body.contains("event: message_stop\n"));
    QVERIFY(reply.isClean());
    const SeenRequest seen = m_upstream->lastRequest();
    QVERIFY(QByteArray::fromStdString(seen.path).endsWith("/invoke-with-response-stream"));
    QCOMPARE(signatureBreach(seen, *m_upstream), QByteArray());
    QCOMPARE(m_gateway->lastTrace().head.usage.output.value_or(0), std::int64_t(4));
}

void TestGatewayAws::invokeExceptionWithinStream()
{
    m_upstream->setDefault(binaryStream(
        chunkLine(
            R"({"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[],"usage":{"input_tokens":9,"output_tokens":1}}})") +
        chunkLine(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})") +
        chunkLine(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Half"}})") +
        "exception serviceUnavailableException {\"message\":\"gone\"}\n"));
    const Reply reply = m_gateway->post("/router/claude/v1/messages", messagesBody("any", "Hi", "\"stream\":true"));
    const QByteArray body = QByteArray::fromStdString(reply.body);
    QVERIFY2(body.contains("Half") && body.contains("event: error") && body.contains("gone"), body.constData());
    QVERIFY(body.contains("overloaded_error"));
    QVERIFY(!reply.isClean());
}

void TestGatewayAws::chatByCohere()
{
    Scenario scenario;
    scenario.body =
        R"({"id":"c1","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_plan":"I look.",)"
        R"("tool_calls":[{"id":"w1","type":"function","function":{"name":"weather","arguments":"{}"}}]},)"
        R"("usage":{"billed_units":{"input_tokens":17,"output_tokens":12},"tokens":{"input_tokens":215,"output_tokens":14}}})";
    m_upstream->setDefault(scenario);
    const Reply reply = m_gateway->post(
        "/router/command/v1/chat/completions",
        chatBody("any", "Hi",
                 R"("tools":[{"type":"function","function":{"name":"weather"}}],"tool_choice":"required")"));
    QCOMPARE(reply.status, 200);
    QCOMPARE(QByteArray::fromStdString(jsonAt(reply.body, "choices.0.finish_reason")), QByteArray("tool_calls"));
    QCOMPARE(QByteArray::fromStdString(jsonAt(reply.body, "choices.0.message.content")), QByteArray("I look."));
    QCOMPARE(QByteArray::fromStdString(jsonAt(reply.body, "usage.prompt_tokens")), QByteArray("17"));
    const SeenRequest seen = m_upstream->lastRequest();
    QCOMPARE(QByteArray::fromStdString(seen.path), QByteArray("/v2/chat"));
    QCOMPARE(seen.headers.value("authorization"), std::string_view("Bearer co-key"));
    QCOMPARE(QByteArray::fromStdString(jsonAt(seen.body, "tool_choice")), QByteArray("REQUIRED"));
}

void TestGatewayAws::messagesStreamByCohere()
{
    m_upstream->setDefault(eventStream(
        {{{},
          "event: message-start\ndata: "
          "{\"type\":\"message-start\",\"id\":\"c1\",\"delta\":{\"message\":{\"role\":\"assistant\"}}}\n\n"},
         {{},
          "event: content-delta\ndata: "
          "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":\"Hello.\"}}}}\n\n"},
         {{},
          "event: message-end\ndata: "
          "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"COMPLETE\",\"usage\":{\"billed_units\":{\"input_"
          "tokens\":17,\"output_tokens\":12}}}}\n\n"}}));
    const Reply reply = m_gateway->post("/router/command/v1/messages", messagesBody("any", "Hi", "\"stream\":true"));
    QCOMPARE(reply.status, 200);
    const QByteArray body = QByteArray::fromStdString(reply.body);
    QVERIFY2(body.contains("\"text\":\"Hello.\"") && body.contains("event: message_stop"), body.constData());
    QCOMPARE(m_gateway->lastTrace().head.usage.uncachedInput.value_or(0), std::int64_t(17));
}

QTEST_GUILESS_MAIN(TestGatewayAws)
#include "tst_gateway_aws.moc"
