// SPDX-License-Identifier: GPL-3.0-or-later
// Rules by example: the prompt is embedded before the choice, examples once.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/qt_text.h"

#include <QTest>

#include <cmath>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

std::string configFor(const FakeUpstream &upstream, std::string_view extra = {})
{
    return "providers:\n  one: {format: openai, base-url: '" + upstream.url("/v1")
           + "', models: [code, language, other, embed]}\n"
             "routers:\n"
             "  topics:\n"
             "    route:\n"
             "      strategy: semantic\n"
             "      settings: {embedding: one/embed, threshold: 0.6, timeout: 400ms" + std::string(extra) + "}\n"
             "      rules:\n"
             "        - {examples: [fix this error], name: code, use: one/code}\n"
             "        - {examples: [translate this], use: one/language}\n"
             "      default: one/other\n"
             "  nested:\n"
             "    route:\n"
             "      strategy: semantic\n"
             "      settings: {embedding: one/embed}\n"
             "      rules: [{examples: [fix this error], use: one/code}]\n"
             "      default:\n"
             "        strategy: semantic\n"
             "        settings: {embedding: one/embed}\n"
             "        rules: [{examples: [translate this], use: one/language}]\n"
             "        default: one/other\n"
             "active-router: topics\n";
}

/// Vectors in the plane at these angles, in degrees.
Scenario vectors(const std::vector<double> &degrees)
{
    std::string data;
    for (std::size_t i = 0; i < degrees.size(); ++i) {
        const double angle = degrees[i] / 180 * M_PI;
        data += (i == 0 ? "" : ",") + std::string(R"({"object":"embedding","index":)") + std::to_string(i) + R"(,"embedding":[)"
                + std::to_string(5 * std::cos(angle)) + "," + std::to_string(5 * std::sin(angle)) + "]}";
    }
    Scenario scenario;
    scenario.body = R"({"object":"list","model":"embed","data":[)" + data + R"(],"usage":{"prompt_tokens":3,"total_tokens":3}})";
    return scenario;
}

} // namespace

class TestGatewaySemantic : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<FakeUpstream>(openAiReply("hello"));
        m_fixture = std::make_unique<GatewayFixture>(configFor(*m_upstream));
        QCOMPARE(q(m_fixture->startError()), QString());
    }
    void cleanup()
    {
        m_fixture.reset();
        m_upstream.reset();
    }

    void nearestExample()
    {
        m_upstream->enqueue("/v1/embeddings", vectors({10, 0, 90})); // prompt, then the examples
        const Reply first = ask();
        QCOMPARE(q(first.headers.value("x-pointsman-model")), q("code"));
        QCOMPARE(q(first.headers.value("x-pointsman-route")),
                 q("semantic: one/code (rule 1 (code): \"fix this error\" is 0.985 near)").replace(q("0.985"), q("0.98")));
        QVERIFY(q(lastEmbedding().body).contains(u"translate this"));

        m_upstream->enqueue("/v1/embeddings", vectors({80})); // examples are known now
        QCOMPARE(q(ask().headers.value("x-pointsman-model")), q("language"));
        QVERIFY(!q(lastEmbedding().body).contains(u"translate this"));

        m_upstream->enqueue("/v1/embeddings", vectors({-120}));
        const Reply far = ask();
        QCOMPARE(q(far.headers.value("x-pointsman-model")), q("other"));
        QVERIFY2(q(far.headers.value("x-pointsman-route")).contains(u"below 0.6: default"), far.headers.value("x-pointsman-route").data());
    }

    void theThresholdIsTheNodes()
    {
        m_upstream->enqueue("/v1/embeddings", vectors({57, 0, 180})); // 0.54, below its 0.6
        QCOMPARE(q(ask().headers.value("x-pointsman-model")), q("other"));
    }

    void oneCallForAllNodesOfAModel()
    {
        m_upstream->on("/v1/embeddings", vectors({80, 0, 90}));
        const Reply reply = m_fixture->post("/router/nested/v1/chat/completions", chatBody("any"));
        QCOMPARE(q(reply.headers.value("x-pointsman-model")), q("language"));
        QCOMPARE(m_upstream->requestCount(), std::size_t(2)); // the embedding and the chat
    }

    void longPromptsAreCut()
    {
        m_upstream->enqueue("/v1/embeddings", vectors({10, 0, 90}));
        (void)m_fixture->post("/v1/chat/completions", chatBody("any", std::string(20'000, 'x')));
        const std::string sent = lastEmbedding().body;
        QVERIFY2(sent.find(std::string(4096, 'x')) != std::string::npos && sent.size() < 4500, std::to_string(sent.size()).c_str());
    }

    void withoutAnEmbedding_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("delay");
        QTest::addColumn<QString>("why");
        QTest::newRow("error") << 500 << 0 << q("no embedding from one/embed, answered 500: default");
        QTest::newRow("slow") << 200 << 3000 << q("no embedding from one/embed, ");
        QTest::newRow("nonsense") << 200 << 0 << q("no embedding from one/embed, ");
        QTest::newRow("too few") << 200 << -2 << q("no embedding from one/embed, sent other vectors than were asked for: default");
    }
    void withoutAnEmbedding()
    {
        QFETCH(int, status);
        QFETCH(int, delay);
        QFETCH(QString, why);
        Scenario scenario = delay < 0 ? vectors({0, 0}) : Scenario();
        scenario.status = status;
        scenario.delay = std::chrono::milliseconds(std::max(0, delay));
        m_upstream->on("/v1/embeddings", scenario);
        const auto began = std::chrono::steady_clock::now();
        const Reply reply = ask();
        QVERIFY(std::chrono::steady_clock::now() - began < 2500ms); // its time is 400 ms
        QCOMPARE(reply.status, 200);
        QCOMPARE(q(reply.headers.value("x-pointsman-model")), q("other"));
        QVERIFY2(q(reply.headers.value("x-pointsman-route")).contains(why), reply.headers.value("x-pointsman-route").data());
    }

    void clientLeavesMeanwhile()
    {
        Scenario slow = vectors({0, 0, 90});
        slow.delay = 300ms;
        m_upstream->on("/v1/embeddings", slow);
        Call call;
        call.url = m_fixture->url("/v1/chat/completions");
        call.body = chatBody("any");
        call.headers.add("content-type", "application/json");
        call.timeout = 100ms;
        QVERIFY(!perform(call).isClean());
        QVERIFY(m_fixture->lastTrace().head.state == trace::State::Cancelled);
        m_upstream->enqueue("/v1/embeddings", vectors({90, 0, 90})); // and the gateway goes on
        QCOMPARE(q(ask().headers.value("x-pointsman-model")), q("language"));
    }

private:
    Reply ask() { return m_fixture->post("/v1/chat/completions", chatBody("any", "Why does it not compile?")); }
    SeenRequest lastEmbedding()
    {
        SeenRequest last;
        for (const SeenRequest &request : m_upstream->requests()) {
            if (request.path == "/v1/embeddings")
                last = request;
        }
        return last;
    }

    std::unique_ptr<FakeUpstream> m_upstream;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewaySemantic)
#include "tst_gateway_semantic.moc"
