// SPDX-License-Identifier: GPL-3.0-or-later
// Embeddings of each client's format from each provider's, over real sockets.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

Scenario ollamaEmbeddings(std::string_view vectors)
{
    Scenario scenario;
    scenario.body = R"({"model":"q","embeddings":)" + std::string(vectors)
                    + R"(,"total_duration":14143917,"load_duration":1019500,"prompt_eval_count":8})";
    return scenario;
}

} // namespace

class TestGatewayEmbeddings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_openAi = std::make_unique<FakeUpstream>(openAiEmbeddings(2, 2));
        m_ollama = std::make_unique<FakeUpstream>(ollamaEmbeddings("[[0.1,0.2],[0.1,0.2]]"));
        m_fixture = std::make_unique<GatewayFixture>(
            "providers:\n"
            "  fake: {format: openai, base-url: '" + m_openAi->url("/v1") + "', models: [m1], price: {input: 2, output: 4}}\n"
            "  claudish: {format: anthropic, base-url: '" + m_openAi->url("/v1") + "', models: [c1]}\n"
            "  boxed: {format: ollama, base-url: '" + m_ollama->url() + "', models: [q], price: {input: 2, output: 0}}\n");
        QCOMPARE(QString::fromStdString(m_fixture->startError()), QString());
    }
    void cleanup()
    {
        m_fixture.reset();
        m_openAi.reset();
        m_ollama.reset();
    }

    void matrix_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("vector"); // of the second input
        QTest::addColumn<QString>("asked");  // where the upstream was asked
        QTest::newRow("OpenAI from OpenAI") << "/v1/embeddings" << "fake/m1" << "data.1.embedding" << "/v1/embeddings";
        QTest::newRow("OpenAI from Ollama") << "/v1/embeddings" << "boxed/q" << "data.1.embedding" << "/api/embed";
        QTest::newRow("Ollama from OpenAI") << "/api/embed" << "fake/m1" << "embeddings.1" << "/v1/embeddings";
        QTest::newRow("Ollama from Ollama") << "/api/embed" << "boxed/q" << "embeddings.1" << "/api/embed";
    }
    void matrix()
    {
        QFETCH(QString, path);
        QFETCH(QString, model);
        QFETCH(QString, vector);
        QFETCH(QString, asked);
        const Reply reply =
            m_fixture->post(path.toStdString(), "{\"model\":\"" + model.toStdString() + "\",\"input\":[\"a\",\"b\"]}");
        QVERIFY2(reply.status == 200, reply.body.c_str());
        QCOMPARE(jsonAt(reply.body, vector.toStdString()), std::string("[0.1,0.2]"));
        const FakeUpstream &upstream = model.startsWith(QStringLiteral("fake")) ? *m_openAi : *m_ollama;
        const SeenRequest seen = upstream.lastRequest();
        QCOMPARE(QString::fromStdString(seen.path), asked);
        QCOMPARE(jsonAt(seen.body, "input.1"), std::string("b"));
        QCOMPARE(jsonAt(seen.body, "model"), std::string(model.startsWith(QStringLiteral("fake")) ? "m1" : "q"));
        QCOMPARE(seen.headers.value("accept"), std::string_view("application/json"));
        QCOMPARE(reply.headers.value("content-type"), std::string_view("application/json"));
        const trace::Record record = m_fixture->lastTrace();
        QCOMPARE(record.head.usage.uncachedInput.value_or(-1), 8);
        QCOMPARE(record.head.costMicroUsd.value_or(-1), 16);
        QVERIFY(!record.head.stream);
        QCOMPARE(reply.headers.value("x-pointsman-cost"), std::string_view("0.000016"));
    }

    void base64FromAServerThatHasNone()
    {
        const Reply reply = m_fixture->post(
            "/v1/embeddings", R"({"model":"boxed/q","input":["a","b"],"encoding_format":"base64","dimensions":2})");
        QCOMPARE(reply.status, 200);
        QCOMPARE(jsonAt(reply.body, "data.0.embedding"), std::string("zczMPc3MTD4="));
        QCOMPARE(jsonAt(m_ollama->lastRequest().body, "dimensions"), std::string("2"));
        QCOMPARE(jsonAt(m_ollama->lastRequest().body, "truncate"), std::string("false"));
    }

    void theOldPath()
    {
        m_openAi->setDefault(openAiEmbeddings(1, 2));
        const Reply other = m_fixture->post("/api/embeddings", R"({"model":"fake/m1","prompt":"a"})");
        QCOMPARE(other.body, std::string(R"({"embedding":[0.1,0.2]})"));
        Scenario old;
        old.body = R"({ "embedding" : [0.50] })";
        m_ollama->on("/api/embeddings", old);
        const Reply same = m_fixture->post("/api/embeddings", R"({"model":"boxed/q","prompt":"a"})");
        QCOMPARE(same.body, old.body);
    }

    void whatCannotBeDone_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("says");
        QTest::newRow("tokens to Ollama") << "/v1/embeddings" << R"({"model":"boxed/q","input":[1,2]})" << 400 << "input[0]";
        QTest::newRow("no embeddings") << "/v1/embeddings" << R"({"model":"claudish/c1","input":"a"})" << 400
                                       << "claudish has no embeddings";
        QTest::newRow("no input") << "/api/embed" << R"({"model":"fake/m1"})" << 400 << "input must be";
        QTest::newRow("fewer vectors than inputs") << "/v1/embeddings" << R"({"model":"boxed/q","input":["a","b","c"]})"
                                                   << 502 << "2 vectors to 3 inputs";
    }
    void whatCannotBeDone()
    {
        QFETCH(QString, path);
        QFETCH(QString, body);
        QFETCH(QString, says);
        const Reply reply = m_fixture->post(path.toStdString(), body.toStdString());
        QTEST(reply.status, "status");
        QVERIFY2(reply.body.find(says.toStdString()) != std::string::npos, reply.body.c_str());
    }

private:
    std::unique_ptr<FakeUpstream> m_openAi;
    std::unique_ptr<FakeUpstream> m_ollama;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayEmbeddings)
#include "tst_gateway_embeddings.moc"
