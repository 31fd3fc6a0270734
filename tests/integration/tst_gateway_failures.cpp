// SPDX-License-Identifier: GPL-3.0-or-later
// What happens when a target fails: before the first content the next one is tried and the client sees nothing; after
// it the client sees the failure.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

std::string configFor(const FakeUpstream &first, const FakeUpstream &second)
{
    return "providers:\n"
           "  one: {format: openai, base-url: '" + first.url("/v1") + "', models: [m]}\n"
           "  two: {format: openai, base-url: '" + second.url("/v1") + "', models: [m]}\n"
           "  three: {format: anthropic, base-url: '" + second.url("/a") + "', models: [m]}\n"
           "routers:\n"
           "  pair:\n"
           "    load-balance: {chat: {strategy: priority, providers: [one, two]}}\n"
           "    retries: {strategy: exponential, min-delay: 10ms, max-delay: 20ms, max-retries: 1}\n"
           "    timeouts: {connect: 2s, first-token: 400ms, idle: 500ms, total: 10s}\n"
           "    circuit-breaker: {failures: 3, cooldown: 60s}\n"
           "  mixed:\n"
           "    load-balance: {chat: {strategy: priority, providers: [one, three]}}\n"
           "    retries: {max-retries: 0}\n"
           "  alone:\n"
           "    load-balance: {chat: {strategy: priority, providers: [one]}}\n"
           "    retries: {max-retries: 0}\n"
           "    timeouts: {first-token: 400ms, idle: 500ms}\n"
           "active-router: pair\n";
}

Scenario status(int code)
{
    return openAiError(code, "no luck", code == 429 ? "rate_limit_error" : "server_error");
}

Scenario ending(Scenario scenario, Scenario::Ending end)
{
    scenario.ending = end;
    return scenario;
}

Scenario answer(Scenario::Answer what)
{
    Scenario scenario;
    scenario.answer = what;
    return scenario;
}

Scenario emptyStream()
{
    return eventStream({});
}

Scenario errorFirst()
{
    return eventStream({{{}, "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n"}});
}

Scenario html()
{
    Scenario scenario;
    scenario.contentType = "text/html";
    scenario.body = "<html>please log in</html>";
    return scenario;
}

} // namespace

Q_DECLARE_METATYPE(Scenario)

class TestGatewayFailures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_one = std::make_unique<FakeUpstream>(openAiReply("from one"));
        m_two = std::make_unique<FakeUpstream>(openAiReply("from two"));
        m_fixture = std::make_unique<GatewayFixture>(configFor(*m_one, *m_two));
        QCOMPARE(QString::fromStdString(m_fixture->startError()), QString());
    }
    void cleanup()
    {
        m_fixture.reset();
        m_one.reset();
        m_two.reset();
    }

    void triesTheNextTarget_data()
    {
        QTest::addColumn<Scenario>("failure");
        QTest::addColumn<bool>("stream");
        QTest::addColumn<int>("callsOfOne");
        QTest::newRow("500, retried once") << status(500) << false << 2;
        QTest::newRow("529, retried once") << status(529) << false << 2;
        QTest::newRow("401: next at once") << status(401) << false << 1;
        QTest::newRow("404 model not found: next at once")
            << openAiError(404, "The model does not exist", "invalid_request_error", "model_not_found") << false << 1;
        QTest::newRow("quota: next at once")
            << openAiError(429, "You exceeded your current quota", "insufficient_quota", "insufficient_quota") << false << 1;
        QTest::newRow("closed without a byte") << answer(Scenario::Answer::Close) << false << 2;
        QTest::newRow("garbage") << answer(Scenario::Answer::Garbage) << false << 2;
        QTest::newRow("HTML with 200") << html() << false << 2;
        QTest::newRow("cut body") << ending(openAiReply("half"), Scenario::Ending::Cut) << false << 2;
        QTest::newRow("stream: 503") << status(503) << true << 2;
        QTest::newRow("stream: error as first event") << errorFirst() << true << 2;
        QTest::newRow("stream: empty with 200") << emptyStream() << true << 2;
        QTest::newRow("stream: stalls before content") << ending(eventStream({{{}, ": wait\n\n"}}), Scenario::Ending::Stall)
                                                       << true << 2;
        QTest::newRow("stream: wrong content type") << html() << true << 2;
    }
    void triesTheNextTarget()
    {
        QFETCH(Scenario, failure);
        QFETCH(bool, stream);
        QFETCH(int, callsOfOne);
        m_one->setDefault(failure);
        m_two->setDefault(stream ? openAiStream({"from", " two"}) : openAiReply("from two"));
        const Reply reply = m_fixture->post("/v1/chat/completions", chatBody("m", "hi", stream ? "\"stream\":true" : ""));
        QCOMPARE(reply.status, 200);
        QVERIFY(reply.isClean());
        QVERIFY(reply.body.find("two") != std::string::npos);
        QVERIFY(reply.body.find("error") == std::string::npos);
        QCOMPARE(int(m_one->requestCount()), callsOfOne);
        QCOMPARE(int(m_two->requestCount()), 1);
        QCOMPARE(reply.headers.value("x-pointsman-provider"), std::string_view("two"));
        const trace::Record record = m_fixture->lastTrace();
        QCOMPARE(int(record.detail.attempts.size()), callsOfOne + 1);
        QVERIFY(!record.detail.attempts.front().errorKind.empty());
        QCOMPARE(record.detail.attempts.back().outcome, std::string("answered"));
        QCOMPARE(int(record.head.state), int(trace::State::Done));
    }

    void clientErrorsEndIt_data()
    {
        QTest::addColumn<int>("code");
        QTest::newRow("400") << 400;
        QTest::newRow("422") << 422;
    }
    void clientErrorsEndIt()
    {
        QFETCH(int, code);
        m_one->setDefault(openAiError(code, "messages: bad shape", "invalid_request_error"));
        const Reply reply = m_fixture->post("/v1/chat/completions", chatBody("m"));
        QCOMPARE(reply.status, code);
        QVERIFY(jsonAt(reply.body, "error.message").find("messages: bad shape") != std::string::npos);
        QCOMPARE(int(m_one->requestCount()), 1);
        QCOMPARE(int(m_two->requestCount()), 0);
    }

    void obeysRetryAfter()
    {
        Scenario limited = status(429);
        limited.headers.add("retry-after-ms", "120");
        m_one->enqueue(limited);
        const auto before = std::chrono::steady_clock::now();
        const Reply reply = m_fixture->post("/router/alone/chat/completions", chatBody("m"));
        QCOMPARE(reply.status, 429);
        QVERIFY(reply.headers.contains("retry-after"));
        const Reply pair = m_fixture->post("/router/pair/chat/completions", chatBody("m"));
        QCOMPARE(pair.status, 200);
        QVERIFY(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
    }

    void allFailed()
    {
        m_one->setDefault(status(500));
        m_two->setDefault(status(503));
        const Reply reply = m_fixture->post("/v1/chat/completions", chatBody("m"));
        QCOMPARE(reply.status, 503);
        const std::string message = jsonAt(reply.body, "error.message");
        QVERIFY2(message.find("one/m: 500") != std::string::npos, message.c_str());
        QVERIFY2(message.find("two/m: 503") != std::string::npos, message.c_str());
        QCOMPARE(reply.headers.value("x-should-retry"), std::string_view("false"));
        QCOMPARE(int(m_fixture->lastTrace().head.state), int(trace::State::Failed));
    }

    void otherDialectSeesItsOwnShape()
    {
        m_one->setDefault(status(500));
        m_two->setDefault(anthropicError(529, "overloaded_error", "Overloaded"));
        const Reply reply = m_fixture->post("/router/mixed/v1/messages", messagesBody("m"));
        QCOMPARE(reply.status, 529);
        QCOMPARE(jsonAt(reply.body, "error.type"), std::string("overloaded_error"));
    }

    void midStreamFailureIsSeen_data()
    {
        QTest::addColumn<bool>("translated");
        QTest::addColumn<int>("ending");
        QTest::newRow("cut, same dialect") << false << int(Scenario::Ending::Cut);
        QTest::newRow("reset, same dialect") << false << int(Scenario::Ending::Reset);
        QTest::newRow("stall, same dialect") << false << int(Scenario::Ending::Stall);
        QTest::newRow("cut, translated") << true << int(Scenario::Ending::Cut);
        QTest::newRow("stall, translated") << true << int(Scenario::Ending::Stall);
    }
    void midStreamFailureIsSeen()
    {
        QFETCH(bool, translated);
        QFETCH(int, ending);
        Scenario half = openAiStream({"half", " an"});
        half.chunks.resize(2); // before finish reason and [DONE]
        half.ending = static_cast<Scenario::Ending>(ending);
        m_one->setDefault(half);
        const std::string path = translated ? "/router/alone/v1/messages" : "/router/alone/chat/completions";
        const std::string body = translated ? messagesBody("m", "hi", "\"stream\":true") : chatBody("m", "hi", "\"stream\":true");
        const Reply reply = m_fixture->post(path, body);
        QCOMPARE(reply.status, 200);
        QVERIFY2(!reply.isClean(), "a cut stream must not end like a complete one");
        QVERIFY(reply.body.find("half") != std::string::npos);
        QVERIFY(reply.body.find("[DONE]") == std::string::npos);
        QVERIFY(reply.body.find("message_stop") == std::string::npos);
        QVERIFY2(reply.body.find(translated ? "event: error" : "data: {\"error\"") != std::string::npos, reply.body.c_str());
        QCOMPARE(int(m_one->requestCount()), 1);
        const trace::Record record = m_fixture->lastTrace();
        QCOMPARE(int(record.head.state), int(trace::State::Failed));
        QVERIFY(!record.head.errorKind.empty());
    }

    void breakerOpensAndSparesTheTarget()
    {
        m_one->setDefault(status(500));
        for (int i = 0; i < 3; ++i)
            QCOMPARE(m_fixture->post("/v1/chat/completions", chatBody("m")).status, 200);
        const std::size_t before = m_one->requestCount();
        QCOMPARE(m_fixture->post("/v1/chat/completions", chatBody("m")).status, 200);
        QCOMPARE(m_one->requestCount(), before);
        const trace::Record record = m_fixture->lastTrace(4);
        const bool isNamed = std::any_of(record.detail.plan.begin(), record.detail.plan.end(), [](const auto &entry) {
            return entry.excluded && entry.reason.find("open") != std::string::npos;
        });
        QVERIFY(isNamed);
        const Reply health = m_fixture->get("/api/v1/admin/router/health");
        QVERIFY(health.body.find("\"unhealthy\"") != std::string::npos);
    }

    void usageIsKnownThoughTheClientDidNotAsk()
    {
        m_one->setDefault(openAiStream({"a", " b"}));
        const Reply reply = m_fixture->post("/v1/chat/completions", chatBody("m", "hi", "\"stream\":true"));
        QVERIFY(reply.body.ends_with("data: [DONE]\n\n"));
        QVERIFY2(reply.body.find("\"choices\":[]") == std::string::npos, "the client did not ask for the usage event");
        QVERIFY(m_one->lastRequest().body.find("include_usage") != std::string::npos);
        QVERIFY(m_fixture->lastTrace().head.usage.isKnown());
        const Reply asked = m_fixture->post("/v1/chat/completions",
                                            chatBody("m", "hi", "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        QVERIFY(asked.body.find("\"choices\":[]") != std::string::npos);
    }

    void clientsThatVanishCancelTheCall()
    {
        std::vector<std::string> words(2000, "word ");
        m_one->setDefault(openAiStream(words, std::chrono::milliseconds(5)));
        constexpr std::size_t kClients = 100;
        std::vector<std::future<Reply>> clients;
        for (std::size_t i = 0; i < kClients; ++i) {
            Call call;
            call.url = m_fixture->url("/v1/chat/completions");
            call.headers.add("content-type", "application/json");
            call.body = chatBody("m", "hi", "\"stream\":true");
            call.onBytes = [](std::string_view) { return false; }; // gone at the first byte
            clients.push_back(performAsync(std::move(call)));
        }
        for (auto &client : clients)
            QVERIFY(!client.get().isClean());
        QTRY_COMPARE_WITH_TIMEOUT(m_fixture->gateway().status().inFlight, 0, 5000);
        QTRY_COMPARE_WITH_TIMEOUT(m_one->connectionsOpen(), 0, 5000);
        const auto heads = m_fixture->traces(kClients);
        QCOMPARE(heads.size(), kClients);
        for (const trace::Head &head : heads)
            QCOMPARE(int(head.state), int(trace::State::Cancelled));
        QCOMPARE(m_fixture->gateway().status().activeStreams, 0);
    }

private:
    std::unique_ptr<FakeUpstream> m_one;
    std::unique_ptr<FakeUpstream> m_two;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayFailures)
#include "tst_gateway_failures.moc"
