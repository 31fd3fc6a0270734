// SPDX-License-Identifier: GPL-3.0-or-later
// Several targets for one request: hedge, race, mirror, cascade. The client sees one answer, the trace all attempts,
// the cost is of all of them.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/qt_text.h"

#include <QTest>

#include <future>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

std::string configFor(const FakeUpstream &first, const FakeUpstream &second)
{
    const auto provider = [](const char *name, const FakeUpstream &at, const char *price) {
        return "  " + std::string(name) + ": {format: openai, base-url: '" + at.url("/v1") + "', models: [m], price: " + price + "}\n";
    };
    return "providers:\n" + provider("one", first, "{input: 1000, output: 2000}") + provider("two", second, "{input: 100, output: 200}")
           + "  free: {format: openai, base-url: '" + second.url("/v1") + "', models: [m]}\n"
             "routers:\n"
             "  hedge:\n"
             "    route: {strategy: hedge, settings: {delay: 150ms, least-delay: 1ms}, children: [one, two]}\n"
             "    retries: {max-retries: 0}\n"
             "    timeouts: {first-token: 2s}\n"
             "  patient: {route: {strategy: hedge, settings: {delay: 10s}, children: [one, two]}}\n"
             "  soon: {route: {strategy: hedge, settings: {delay: 2s}, children: [one, two]}, retries: {max-retries: 0}}\n"
             "  sticky: {route: {strategy: sticky, settings: {switch-when-cheaper: false}, children: [{strategy: round-robin, children: [one, two]}]}}\n"
             "  race: {route: {strategy: race, children: [one, two]}, retries: {max-retries: 0}}\n"
             "  mirror: {route: {strategy: mirror, children: [one, two]}}\n"
             "  cascade:\n"
             "    route: {strategy: cascade, children: [one, two]}\n"
             "    retries: {max-retries: 0}\n"
             "  unknown: {route: {strategy: cascade, children: [free, two]}}\n"
             "active-router: hedge\n";
}

Scenario late(Scenario scenario, std::chrono::milliseconds delay)
{
    scenario.delay = delay;
    return scenario;
}

/// Says nothing until `delay` has passed, then streams.
Scenario lateStream(std::chrono::milliseconds delay)
{
    Scenario scenario = openAiStream({"slow", " words"});
    scenario.chunks.front().pause = delay;
    return scenario;
}

std::string path(const char *router)
{
    return "/router/" + std::string(router) + "/v1/chat/completions";
}

QString outcomes(const trace::Record &record)
{
    QStringList all;
    for (const trace::Attempt &attempt : record.detail.attempts)
        all << q(attempt.provider) + q(": ") + q(attempt.outcome);
    return all.join(q(" | "));
}

/// What is known of the target "one/m": a field of it.
std::string figureOfOne(GatewayFixture &fixture, const std::string &field)
{
    const std::string body = fixture.get("/api/v1/admin/targets").body;
    for (int i = 0; i < 20; ++i) {
        const std::string target = "targets." + std::to_string(i) + ".";
        if (jsonAt(body, target + "target") == "one/m")
            return jsonAt(body, target + field);
    }
    return {};
}

std::string streamBody()
{
    return chatBody("m", "Hello", R"("stream":true)");
}

} // namespace

class TestGatewayRivals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_one = std::make_unique<FakeUpstream>(openAiReply("from one", "m"));
        m_two = std::make_unique<FakeUpstream>(openAiReply("from two", "m"));
        m_fixture = std::make_unique<GatewayFixture>(configFor(*m_one, *m_two));
        QCOMPARE(q(m_fixture->startError()), QString());
    }
    void cleanup()
    {
        m_fixture.reset();
        m_one.reset();
        m_two.reset();
    }

    // Hedge

    void noHedgeForTheQuick()
    {
        const Reply reply = m_fixture->post(path("patient"), chatBody("m"));
        QVERIFY(q(reply.body).contains(u"from one"));
        QCOMPARE(m_two->requestCount(), std::size_t(0));
        QCOMPARE(outcomes(m_fixture->lastTrace()), q("one: answered"));
    }

    void hedgeAnswers()
    {
        m_one->setDefault(late(openAiReply("from one", "m"), 5s));
        const Reply reply = m_fixture->post(path("hedge"), chatBody("m"));
        QCOMPARE(reply.status, 200);
        QVERIFY2(q(reply.body).contains(u"from two"), reply.body.c_str());
        QCOMPARE(q(reply.headers.value("x-pointsman-provider")), q("two"));
        const trace::Record record = m_fixture->lastTrace();
        QCOMPARE(outcomes(record), q("one: lost to two/m | two: answered"));
        QVERIFY(QString::fromUtf8(record.detail.upstreamResponseBody.bytes).contains(u"from two"));
        // What the loser was asked is paid as well: its prompt by estimate, at 1000 dollars a million.
        QVERIFY(record.head.costMicroUsd.has_value());
        const std::int64_t own = record.head.usage.totalInput().value_or(0) * 100 + record.head.usage.output.value_or(0) * 200;
        QVERIFY2(*record.head.costMicroUsd > own, std::to_string(*record.head.costMicroUsd).c_str());
    }

    void firstMayStillWin()
    {
        m_one->setDefault(late(openAiReply("from one", "m"), 1200ms));
        m_two->setDefault(late(openAiReply("from two", "m"), 5s));
        const Reply reply = m_fixture->post(path("hedge"), chatBody("m"));
        QVERIFY2(q(reply.body).contains(u"from one"), reply.body.c_str());
        const trace::Record record = m_fixture->lastTrace();
        QCOMPARE(outcomes(record), q("two: lost to one/m | one: answered"));
        QCOMPARE(record.head.provider, std::string("one"));
        QVERIFY(QString::fromUtf8(record.detail.upstreamResponseBody.bytes).contains(u"from one"));
        QVERIFY(!QString::fromUtf8(record.detail.upstreamResponseBody.bytes).contains(u"from two"));
    }

    void hedgedStreamIsWhole()
    {
        m_one->setDefault(lateStream(5s));
        m_two->setDefault(openAiStream({"a", "b", "c"}));
        const Reply reply = m_fixture->post(path("hedge"), streamBody());
        const QString text = q(reply.body);
        QVERIFY2(text.contains(u"\"a\"") && text.endsWith(u"data: [DONE]\n\n"), reply.body.c_str());
        QVERIFY(!text.contains(u"slow"));
        QCOMPARE(outcomes(m_fixture->lastTrace()), q("one: lost to two/m | two: answered"));
    }

    void hedgeOfTheFailed()
    {
        m_one->setDefault(late(openAiError(500, "no luck"), 1200ms));
        m_two->setDefault(late(openAiReply("from two", "m"), 1500ms));
        const Reply reply = m_fixture->post(path("hedge"), chatBody("m"));
        QVERIFY2(q(reply.body).contains(u"from two"), reply.body.c_str());
        const trace::Record record = m_fixture->lastTrace();
        QCOMPARE(outcomes(record), q("one: others are under way | two: answered"));
        QVERIFY(QString::fromUtf8(record.detail.upstreamResponseBody.bytes).contains(u"from two"));
    }

    void failureBeforeTheHedgeGoesOnAtOnce()
    {
        m_one->setDefault(openAiError(500, "no luck"));
        const Reply reply = m_fixture->post(path("patient"), chatBody("m"));
        QVERIFY(q(reply.body).contains(u"from two"));
        QCOMPARE(m_two->requestCount(), std::size_t(1));
    }

    /// Its circuit opened while the first was waited for.
    void noHedgeAtAnOpenCircuit()
    {
        m_one->setDefault(late(openAiReply("from one", "m"), 4s));
        m_two->setDefault(openAiError(500, "no luck"));
        auto asked = std::async(std::launch::async, [this] { return m_fixture->post(path("soon"), chatBody("m")); });
        QTRY_COMPARE(m_one->requestCount(), std::size_t(1));
        const http::Headers forced{{"x-pointsman-provider", "two"}};
        for (int i = 0; i < 4; ++i)
            QVERIFY(m_fixture->post(path("race"), chatBody("m"), forced).status >= 500);
        const std::size_t before = m_two->requestCount();
        QVERIFY(q(asked.get().body).contains(u"from one"));
        QCOMPARE(m_two->requestCount(), before);
        const auto heads = m_fixture->traces(5);
        QCOMPARE(heads.size(), std::size_t(5));
        const auto store = trace::Query::open(m_fixture->gateway().tracePath());
        const trace::Record record = store->get(heads.back().id).value(); // it began first
        QCOMPARE(outcomes(record), q("one: answered"));
        QCOMPARE(q(record.detail.plan.back().target + ": " + record.detail.plan.back().reason),
                 q("two/m: skipped: circuit open or being tested"));
    }

    void bothFail()
    {
        m_one->setDefault(late(openAiError(500, "first"), 1200ms));
        m_two->setDefault(late(openAiError(503, "second"), 1200ms));
        const Reply reply = m_fixture->post(path("hedge"), chatBody("m"));
        QVERIFY(reply.status >= 500);
        QVERIFY2(q(reply.body).contains(u"tried one/m: 500; two/m: 503"), reply.body.c_str());
        QCOMPARE(m_one->requestCount() + m_two->requestCount(), std::size_t(2));
    }

    void clientLeavesAHedge()
    {
        m_one->setDefault(late(openAiReply("from one", "m"), 5s));
        m_two->setDefault(late(openAiReply("from two", "m"), 5s));
        Call call;
        call.url = m_fixture->url(path("hedge"));
        call.body = chatBody("m");
        call.headers.add("content-type", "application/json");
        call.timeout = 1200ms;
        QVERIFY(!perform(call).isClean());
        QCOMPARE(m_two->requestCount(), std::size_t(1));
        const trace::Record record = m_fixture->lastTrace();
        QVERIFY(record.head.state == trace::State::Cancelled);
        QCOMPARE(record.detail.attempts.size(), std::size_t(2));
        QTRY_COMPARE(m_one->connectionsOpen() + m_two->connectionsOpen(), 0);
    }

    // Race

    void raceAsksAll()
    {
        m_one->setDefault(late(openAiReply("from one", "m"), 5s));
        m_two->setDefault(late(openAiReply("from two", "m"), 500ms)); // so that both have been asked by then
        const Reply reply = m_fixture->post(path("race"), chatBody("m"));
        QVERIFY(q(reply.body).contains(u"from two"));
        QCOMPARE(m_one->requestCount(), std::size_t(1));
        QCOMPARE(outcomes(m_fixture->lastTrace()), q("one: lost to two/m | two: answered"));
    }

    // Mirror

    void mirrorIsKeptAside()
    {
        const Reply reply = m_fixture->post(path("mirror"), chatBody("m"));
        QVERIFY(q(reply.body).contains(u"from one"));
        QTRY_COMPARE(m_two->requestCount(), std::size_t(1));
        const std::vector<trace::Head> heads = m_fixture->traces(2);
        QCOMPARE(heads.size(), std::size_t(2));
        const bool isNewest = heads.front().app == "mirror";
        const trace::Head &mirror = isNewest ? heads.front() : heads.back();
        const trace::Head &own = isNewest ? heads.back() : heads.front();
        QCOMPARE(mirror.provider, std::string("two"));
        QCOMPARE(own.provider, std::string("one"));
        auto query = trace::Query::open(m_fixture->gateway().tracePath());
        const auto record = query->get(mirror.id);
        QVERIFY(record.has_value());
        QCOMPARE(q(record->detail.routeLine), q("mirror of %1").arg(q(own.id)));
        QVERIFY(QString::fromUtf8(record->detail.upstreamResponseBody.bytes).contains(u"from two"));
    }

    void mirrorNeverHarms()
    {
        m_two->setDefault(openAiError(500, "no luck"));
        for (int i = 0; i < 3; ++i) {
            const Reply reply = m_fixture->post(path("mirror"), chatBody("m"));
            QCOMPARE(reply.status, 200);
            QVERIFY(q(reply.body).contains(u"from one"));
        }
    }

    // Sticky

    void conversationsStayWhereTheyWereAnswered()
    {
        const auto providerOf = [this](const char *text) {
            const Reply reply = m_fixture->post(path("sticky"), chatBody("m", text));
            return std::string(reply.headers.value("x-pointsman-provider"));
        };
        const std::string first = providerOf("one talk");
        const std::string second = providerOf("another talk");
        QCOMPARE(q(first == "one" ? second : first + second), q(first == "one" ? "two" : "twoone")); // in turns
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(providerOf("another talk"), second);
            QCOMPARE(providerOf("one talk"), first);
        }
    }

    // Cascade

    void goodAnswerStays()
    {
        const Reply reply = m_fixture->post(path("cascade"), chatBody("m"));
        QVERIFY(q(reply.body).contains(u"from one"));
        QCOMPARE(m_two->requestCount(), std::size_t(0));
    }

    void poorAnswerEscalates_data()
    {
        QTest::addColumn<bool>("stream");
        QTest::newRow("whole") << false;
        QTest::newRow("stream") << true;
    }
    void poorAnswerEscalates()
    {
        QFETCH(bool, stream);
        m_one->setDefault(stream ? openAiStream({"I can't help", " with that."}) : openAiReply("I can't help with that.", "m"));
        m_two->setDefault(stream ? openAiStream({"from", " two"}) : openAiReply("from two", "m"));
        const Reply reply = m_fixture->post(path("cascade"), stream ? streamBody() : chatBody("m"));
        QCOMPARE(reply.status, 200);
        QVERIFY2(!q(reply.body).contains(u"can't help"), reply.body.c_str());
        QVERIFY(q(reply.body).contains(stream ? u" two" : u"from two"));
        const trace::Record record = m_fixture->lastTrace();
        QCOMPARE(outcomes(record), q("one: poor: the model refused | two: answered"));
        QCOMPARE(record.head.attempts, 2);
        QVERIFY(record.head.costMicroUsd.has_value());
        const Usage &usage = record.head.usage;
        const std::int64_t own = usage.totalInput().value_or(0) * 100 + usage.output.value_or(0) * 200;
        // Both answers have the same counts in these scenarios, or the stream of one has none of its own.
        QVERIFY2(*record.head.costMicroUsd >= own, std::to_string(*record.head.costMicroUsd).c_str());
        if (!stream)
            QCOMPARE(*record.head.costMicroUsd, own * 11); // the other is ten times dearer, and paid too
        QVERIFY(!QString::fromUtf8(record.detail.upstreamResponseBody.bytes).contains(u"can't help"));
        // It answered all the same, if not well.
        QVERIFY(figureOfOne(*m_fixture, "last_success_us") != "null");
        QCOMPARE(q(figureOfOne(*m_fixture, "errors")), q("{}"));
        const std::string time = stream ? "sizes.small.stream_end_ms" : "sizes.small.latency_ms";
        QVERIFY2(figureOfOne(*m_fixture, time) != "null", figureOfOne(*m_fixture, "sizes").c_str());
    }

    /// Nobody holds a stream of any length for one request.
    void longStreamsPassUnchecked()
    {
        std::vector<std::string> words{"I can't help with that."};
        words.resize(6, std::string(1024 * 1024, 'x'));
        m_one->setDefault(openAiStream(words));
        const Reply reply = m_fixture->post(path("cascade"), streamBody());
        QVERIFY(q(reply.body.substr(0, 2000)).contains(u"can't help") && reply.body.ends_with("data: [DONE]\n\n"));
        QCOMPARE(m_two->requestCount(), std::size_t(0));
    }

    void goodStreamPasses()
    {
        m_one->setDefault(openAiStream({"fine", " words"}));
        const Reply reply = m_fixture->post(path("cascade"), streamBody());
        QVERIFY2(q(reply.body).contains(u"fine") && q(reply.body).endsWith(u"data: [DONE]\n\n"), reply.body.c_str());
        QCOMPARE(m_two->requestCount(), std::size_t(0));
    }

    /// The better one fails: what was passed over is better than an error.
    void poorIsBetterThanNone_data()
    {
        poorAnswerEscalates_data();
    }
    void poorIsBetterThanNone()
    {
        QFETCH(bool, stream);
        m_one->setDefault(stream ? openAiStream({"I can't help", " with that."}) : openAiReply("I can't help with that.", "m"));
        m_two->setDefault(openAiError(500, "no luck"));
        const Reply reply = m_fixture->post(path("cascade"), stream ? streamBody() : chatBody("m"));
        QCOMPARE(reply.status, 200);
        QVERIFY2(q(reply.body).contains(u"can't help"), reply.body.c_str());
        const trace::Record record = m_fixture->lastTrace();
        QVERIFY(record.head.state == trace::State::Done);
        QCOMPARE(record.head.provider, std::string("one"));
        QCOMPARE(figureOfOne(*m_fixture, "in_flight"), std::string("0"));
        QVERIFY2(outcomes(record).endsWith(u"one: poor, and sent all the same: nobody gave a better one"), qPrintable(outcomes(record)));
        if (!stream) {
            const Usage &usage = record.head.usage;
            QCOMPARE(record.head.costMicroUsd.value_or(-1), usage.totalInput().value_or(0) * 1000 + usage.output.value_or(0) * 2000);
        }
    }

    /// A price that is not known makes the sum unknown, not smaller.
    void unknownPriceStaysUnknown()
    {
        m_two->enqueue(openAiReply("", "m"));
        m_two->enqueue(openAiReply("from two", "m"));
        const Reply reply = m_fixture->post(path("unknown"), chatBody("m"));
        QVERIFY(q(reply.body).contains(u"from two"));
        QVERIFY(!m_fixture->lastTrace().head.costMicroUsd.has_value());
    }

private:
    std::unique_ptr<FakeUpstream> m_one;
    std::unique_ptr<FakeUpstream> m_two;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayRivals)
#include "tst_gateway_rivals.moc"
