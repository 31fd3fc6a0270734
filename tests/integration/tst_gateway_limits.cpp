// SPDX-License-Identifier: GPL-3.0-or-later
// Rate limits through the whole gateway: what is taken and settled, and what each client sees.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

class TestGatewayLimits : public QObject
{
    Q_OBJECT

    /// Routers with limits over one provider; spans of an hour, so that nothing comes back while a test runs.
    std::string configWith(const std::string &limits, const std::string &above = {}) const
    {
        return above +
               "providers:\n"
               "  fake: {format: openai, base-url: '" +
               m_upstream->url("/v1") +
               "', models: [m1], price: {input: 1, output: 2}}\n"
               "routers:\n"
               "  r: {route: fake, retries: {max-retries: 0}, rate-limit: " +
               limits +
               "}\n"
               "  free: {route: fake}\n";
    }

    void serve(const std::string &limits, const std::string &above = {})
    {
        m_fixture = std::make_unique<GatewayFixture>(configWith(limits, above));
        QCOMPARE(QString::fromStdString(m_fixture->startError()), QString());
    }

    Reply ask(std::string_view extra = {}, http::Headers headers = {})
    {
        return m_fixture->post("/router/r/v1/chat/completions", chatBody("m1", "Hello", extra),
                               std::move(headers));
    }

    static std::string field(const Reply &reply, std::string_view name)
    {
        return std::string(reply.headers.value(name));
    }

private Q_SLOTS:
    void init() { m_upstream = std::make_unique<FakeUpstream>(openAiReply("hello there")); }
    void cleanup()
    {
        m_fixture.reset();
        m_upstream.reset();
    }

    void requestsInHeaders()
    {
        serve("{per-api-key: {capacity: 3, refill-frequency: 3h}}");
        Reply reply = ask();
        QCOMPARE(reply.status, 200);
        QCOMPARE(field(reply, "x-ratelimit-limit-requests"), std::string("3"));
        QCOMPARE(field(reply, "x-ratelimit-remaining-requests"), std::string("2"));
        QCOMPARE(field(reply, "x-ratelimit-reset-requests"), std::string("1h0m0s"));
        QCOMPARE(field(reply, "x-ratelimit-limit"), std::string("3"));
        QCOMPARE(field(reply, "x-ratelimit-remaining"), std::string("2"));
        ask();
        ask();
        reply = ask();
        QCOMPARE(reply.status, 429);
        QCOMPARE(field(reply, "x-ratelimit-remaining-requests"), std::string("0"));
        QVERIFY(field(reply, "retry-after") == "3600" || field(reply, "retry-after") == "3599");
        QVERIFY(std::stoll(field(reply, "retry-after-ms")) > 3'590'000);
        QVERIFY(!reply.headers.contains("x-should-retry"));
        QCOMPARE(jsonAt(reply.body, "error.code"), std::string("rate_limit_exceeded"));
        QVERIFY2(jsonAt(reply.body, "error.message")
                     .starts_with("rate limit reached: 3 requests per 3h, for each client (router r)"),
                 reply.body.c_str());
        QCOMPARE(m_upstream->requestCount(), std::size_t(3));
        const trace::Record record = m_fixture->lastTrace(4);
        QCOMPARE(record.head.state, trace::State::Refused);
        QCOMPARE(record.detail.verdicts.size(), std::size_t(1));
        QCOMPARE(record.detail.verdicts.front().policy, std::string("limit"));
        QCOMPARE(record.detail.verdicts.front().word, std::string("refused"));
        QVERIFY(m_fixture->get("/metrics")
                    .body.find(
                        "pointsman_limit_refusals_total{limit=\"router r|requests|api-key|10800000\"} 1") !=
                std::string::npos);
        QVERIFY(!m_fixture->post("/router/free/v1/chat/completions", chatBody("m1"))
                     .headers.contains("x-ratelimit-limit-requests"));
    }

    void refusedInEachFormat_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("expected");
        const QString chat = QString::fromStdString(chatBody("m1"));
        QTest::newRow("OpenAI") << "/router/r/v1/chat/completions" << chat << "error.code"
                                << "rate_limit_exceeded";
        QTest::newRow("Responses") << "/router/r/v1/responses"
                                   << R"({"model":"m1","input":"hi"})"
                                   << "error.code"
                                   << "rate_limit_exceeded";
        QTest::newRow("Anthropic") << "/router/r/v1/messages" << QString::fromStdString(messagesBody("m1"))
                                   << "error.type"
                                   << "rate_limit_error";
        QTest::newRow("Gemini") << "/router/r/v1beta/models/m1:generateContent"
                                << R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})"
                                << "error.status"
                                << "RESOURCE_EXHAUSTED";
        QTest::newRow("Ollama") << "/router/r/api/chat" << chat << "error"
                                << "rate limit reached: ";
        QTest::newRow("a stream") << "/router/r/v1/chat/completions"
                                  << QString::fromStdString(chatBody("m1", "hi", "\"stream\":true"))
                                  << "error.code"
                                  << "rate_limit_exceeded";
    }
    void refusedInEachFormat()
    {
        QFETCH(QString, path);
        QFETCH(QString, body);
        QFETCH(QString, where);
        QFETCH(QString, expected);
        serve("{requests: {capacity: 1, refill-frequency: 1h, by: global}}");
        QCOMPARE(ask().status, 200);
        const Reply reply = m_fixture->post(path.toStdString(), body.toStdString());
        QCOMPARE(reply.status, 429);
        QVERIFY2(jsonAt(reply.body, where.toStdString()).starts_with(expected.toStdString()),
                 reply.body.c_str());
        QVERIFY(reply.headers.contains("retry-after"));
        QVERIFY(reply.headers.contains("retry-after-ms"));
        QCOMPARE(field(reply, "x-ratelimit-remaining-requests"), std::string("0"));
    }

    /// What is reserved is prompt and answer; what stays taken is the provider's count (9 and 5).
    void tokensSettle()
    {
        serve("{tokens: {capacity: 10000, refill-frequency: 1000h}}");
        Reply reply = ask("\"max_tokens\":6000");
        QCOMPARE(reply.status, 200);
        const std::int64_t reserved = 10'000 - std::stoll(field(reply, "x-ratelimit-remaining-tokens"));
        QVERIFY(reserved > 6000 && reserved < 6100);
        QCOMPARE(field(reply, "x-ratelimit-limit-tokens"), std::string("10000"));
        QVERIFY(!reply.headers.contains("x-ratelimit-limit"));
        const auto used = m_fixture->lastTrace().head.usage;
        reply = ask("\"max_tokens\":6000");
        QCOMPARE(10'000 - std::stoll(field(reply, "x-ratelimit-remaining-tokens")),
                 reserved + *used.totalInput() + *used.output);
        // a failure that used nothing gives everything back
        m_upstream->enqueue(openAiError(500, "broken"));
        QCOMPARE(ask("\"max_tokens\":6000").status, 500);
        reply = ask("\"max_tokens\":6000");
        QCOMPARE(10'000 - std::stoll(field(reply, "x-ratelimit-remaining-tokens")),
                 reserved + 2 * (*used.totalInput() + *used.output));
    }

    void streamsSettle()
    {
        m_upstream->setDefault(openAiStream({"a", "b", "c"}));
        serve("{tokens: {capacity: 10000, refill-frequency: 1000h}}");
        const Reply first = ask("\"stream\":true,\"max_tokens\":6000");
        QCOMPARE(first.status, 200);
        const auto used = m_fixture->lastTrace().head.usage;
        QVERIFY(used.isKnown());
        const Reply second = ask("\"stream\":true,\"max_tokens\":6000");
        QCOMPARE(std::stoll(field(first, "x-ratelimit-remaining-tokens")) -
                     std::stoll(field(second, "x-ratelimit-remaining-tokens")),
                 *used.totalInput() + *used.output);
    }

    /// More than was taken is a debt, and the next one waits for it.
    void debts()
    {
        Scenario costly = openAiReply("hello");
        const std::size_t at = costly.body.find("\"prompt_tokens\":");
        costly.body.replace(costly.body.find(':', at) + 1,
                            costly.body.find(',', at) - costly.body.find(':', at) - 1, "50000");
        m_upstream->setDefault(costly);
        serve("{tokens: {capacity: 10000, refill-frequency: 10h}}");
        QCOMPARE(ask("\"max_tokens\":10").status, 200);
        (void)m_fixture->lastTrace();
        const Reply reply = ask("\"max_tokens\":10");
        QCOMPARE(reply.status, 429);
        QCOMPARE(field(reply, "x-ratelimit-remaining-tokens"), std::string("0"));
        QVERIFY(std::stoll(field(reply, "retry-after")) >
                40 * 3600 - 60); // 40 000 tokens too much, 1000 an hour
    }

    void costSettles()
    {
        serve("{cost: {usd: 1, per: 1000h}}");
        Reply reply = ask("\"max_tokens\":100000");
        QCOMPARE(reply.status, 200);
        QCOMPARE(field(reply, "x-ratelimit-limit-cost"), std::string("1.00"));
        QCOMPARE(field(reply, "x-ratelimit-remaining-cost").substr(0, 5),
                 std::string("0.799")); // 100 000 at $2 a million
        const auto cost = m_fixture->lastTrace().head.costMicroUsd;
        QVERIFY(cost && *cost > 0);
        const auto micro = [](const std::string &usd) { return std::llround(std::stod(usd) * 1e6); };
        const Reply second = ask("\"max_tokens\":100000");
        QCOMPARE(micro(field(reply, "x-ratelimit-remaining-cost")) -
                     micro(field(second, "x-ratelimit-remaining-cost")),
                 *cost);
    }

    void allOrNone()
    {
        serve("{requests: {capacity: 10, refill-frequency: 1h}, tokens: {capacity: 3000, refill-frequency: "
              "1h}}");
        Reply reply = ask();
        QCOMPARE(field(reply, "x-ratelimit-remaining-requests"), std::string("9"));
        std::string words;
        for (int i = 0; i < 2990; ++i)
            words += "word ";
        reply = m_fixture->post("/router/r/v1/chat/completions", chatBody("m1", words));
        QCOMPARE(reply.status, 429);
        QVERIFY2(reply.body.find("tokens per hour") != std::string::npos, reply.body.c_str());
        QCOMPARE(field(reply, "x-ratelimit-remaining-requests"), std::string("9"));
        QCOMPARE(field(ask(), "x-ratelimit-remaining-requests"), std::string("8"));
    }

    void moreThanEver()
    {
        serve("{tokens: {capacity: 1000, refill-frequency: 1s}}");
        std::string words;
        for (int i = 0; i < 1500; ++i)
            words += "word ";
        const Reply reply = m_fixture->post("/router/r/v1/chat/completions", chatBody("m1", words));
        QCOMPARE(reply.status, 429);
        QCOMPARE(field(reply, "x-should-retry"), std::string("false"));
        QVERIFY(!reply.headers.contains("retry-after"));
        QVERIFY2(reply.body.find("no more than 1000 tokens ever pass at once") != std::string::npos,
                 reply.body.c_str());
        QCOMPARE(ask("\"max_tokens\":5000").status, 200); // not for the sake of a long answer
    }

    void whoseLimitItIs_data()
    {
        QTest::addColumn<QString>("by");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::addColumn<int>("status"); // of the second
        QTest::newRow("another user") << "user"
                                      << "helicone-user-id"
                                      << "alice"
                                      << "bob" << 200;
        QTest::newRow("the same user") << "user"
                                       << "helicone-user-id"
                                       << "alice"
                                       << "alice" << 429;
        QTest::newRow("another app") << "app"
                                     << "user-agent"
                                     << "one/1"
                                     << "two/1" << 200;
        QTest::newRow("another version of an app") << "app"
                                                   << "user-agent"
                                                   << "one/1"
                                                   << "one/2" << 429;
        QTest::newRow("no key: the app") << "api-key"
                                         << "user-agent"
                                         << "one/1"
                                         << "two/1" << 200;
        QTest::newRow("another team") << "team"
                                      << "x-pointsman-metadata-team"
                                      << "ml"
                                      << "web" << 200;
        QTest::newRow("the same team") << "team"
                                       << "x-pointsman-metadata-team"
                                       << "ml"
                                       << "ml" << 429;
        QTest::newRow("metadata") << "metadata.project"
                                  << "helicone-property-project"
                                  << "a"
                                  << "b" << 200;
        QTest::newRow("metadata, the same") << "metadata.project"
                                            << "helicone-property-project"
                                            << "a"
                                            << "a" << 429;
        QTest::newRow("the router: all") << "router"
                                         << "user-agent"
                                         << "one/1"
                                         << "two/1" << 429;
        QTest::newRow("the model") << "model"
                                   << "user-agent"
                                   << "one/1"
                                   << "two/1" << 429;
        QTest::newRow("nobody says") << "user"
                                     << "x-other"
                                     << "a"
                                     << "b" << 429;
    }
    void whoseLimitItIs()
    {
        QFETCH(QString, by);
        QFETCH(QString, name);
        QFETCH(QString, first);
        QFETCH(QString, second);
        QFETCH(int, status);
        serve("{limits: [{requests: 1, per: hour, by: " + by.toStdString() + "}]}");
        QCOMPARE(ask({}, {{name.toStdString(), first.toStdString()}}).status, 200);
        QCOMPARE(ask({}, {{name.toStdString(), second.toStdString()}}).status, status);
    }

    void directCallsKnowTheGlobalOnes()
    {
        serve("{requests: {capacity: 1, refill-frequency: 1h}}",
              "global: {rate-limit: {limits: [{requests: 3, per: hour, by: global}, {tokens: 5000, per: "
              "hour, by: global}]}}\n");
        Reply reply = m_fixture->post("/fake/v1/chat/completions", chatBody("m1"));
        QCOMPARE(reply.status, 200);
        QCOMPARE(field(reply, "x-ratelimit-remaining-requests"), std::string("2"));
        QCOMPARE(ask().status, 200);
        reply = ask(); // the router's own refuses: of the global one nothing is taken
        QCOMPARE(reply.status, 429);
        QCOMPARE(m_fixture->post("/fake/v1/chat/completions", chatBody("m1")).status, 200);
        QCOMPARE(m_fixture->post("/fake/v1/chat/completions", chatBody("m1")).status, 429);
        QCOMPARE(m_fixture->post("/router/free/v1/chat/completions", chatBody("m1")).status, 429);
        QCOMPARE(m_fixture->get("/v1/models").status, 200); // takes nothing
    }

    void theProvidersOwnFieldsPass()
    {
        Scenario reply = openAiReply("hello");
        reply.headers = {{"x-ratelimit-limit-requests", "9999"}, {"x-ratelimit-remaining-tokens", "42"}};
        m_upstream->setDefault(reply);
        serve("{requests: {capacity: 7, refill-frequency: 1h}}");
        const Reply answer = ask();
        QCOMPARE(field(answer, "x-ratelimit-limit-requests"), std::string("7"));
        QCOMPARE(field(answer, "x-ratelimit-remaining-tokens"), std::string("42"));
    }

    void countsOutliveAReload()
    {
        serve("{requests: {capacity: 2, refill-frequency: 2h}}");
        QCOMPARE(ask().status, 200);
        QCOMPARE(ask().status, 200);
        QVERIFY(m_fixture->gateway().apply(configWith("{requests: {capacity: 2, refill-frequency: 2h}}") +
                                           "# changed\n"));
        QCOMPARE(ask().status, 429);
        QVERIFY(m_fixture->gateway().apply(
            configWith("{requests: {capacity: 2, refill-frequency: 2h}, tokens: {capacity: 100000}}")));
        QCOMPARE(ask().status, 429);
        QVERIFY(m_fixture->gateway().apply(configWith("{}")));
        QCOMPARE(ask().status, 200);
    }

    void adminTellsWhoIsNear()
    {
        serve("{requests: {capacity: 2, refill-frequency: 2h, by: user}, concurrency: {requests: 4}}");
        for (int i = 0; i < 3; ++i)
            ask({}, {{"helicone-user-id", "alice"}});
        const std::string body = m_fixture->get("/api/v1/admin/limits").body;
        QCOMPARE(jsonAt(body, "limits.0.scope"), std::string("router r"));
        QCOMPARE(jsonAt(body, "limits.0.kind"), std::string("requests"));
        QCOMPARE(jsonAt(body, "limits.0.limit"), std::string("2"));
        QCOMPARE(jsonAt(body, "limits.0.refused_today"), std::string("1"));
        QCOMPARE(jsonAt(body, "limits.0.callers.0.who"), std::string("alice"));
        QCOMPARE(jsonAt(body, "limits.0.callers.0.remaining"), std::string("0"));
        QCOMPARE(jsonAt(body, "limits.1.kind"), std::string("at once"));
        QCOMPARE(jsonAt(body, "limits.1.running"), std::string("0"));
        QCOMPARE(m_fixture->gateway().limits().size(), std::size_t(2));
    }

private:
    std::unique_ptr<FakeUpstream> m_upstream;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayLimits)
#include "tst_gateway_limits.moc"
