// SPDX-License-Identifier: GPL-3.0-or-later
// Who may call, and that no key gets where it does not belong.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"

#include "pipeline/route.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

class TestGatewayCallers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_openAi = std::make_unique<FakeUpstream>(openAiReply("hello there"));
        m_fixture = std::make_unique<GatewayFixture>("providers:\n  fake: {format: openai, base-url: '"
                                                     + m_openAi->url("/v1") + "', models: [m1]}\n");
        QCOMPARE(QString::fromStdString(m_fixture->startError()), QString());
    }
    void cleanup()
    {
        m_fixture.reset();
        m_openAi.reset();
    }

    void secretsStayOut()
    {
        qputenv("PM_TEST_PROVIDER_KEY", "sk-test-0123456789abcdefghijklmn");
        GatewayFixture keyed("providers:\n  fake: {format: openai, base-url: '" + m_openAi->url("/v1")
                             + "', models: [m1], api-key: 'env:PM_TEST_PROVIDER_KEY'}\n");
        QCOMPARE(QString::fromStdString(keyed.startError()), QString());
        m_openAi->setDefault(openAiError(401, "Incorrect API key provided: sk-test-0123456789abcdefghijklmn", "invalid_request_error",
                                         "invalid_api_key"));
        const Reply reply = keyed.post("/v1/chat/completions", chatBody("m1", "my key is sk-proj-aaaabbbbccccddddeeeeffff"));
        QCOMPARE(m_openAi->lastRequest().headers.value("authorization"),
                 std::string_view("Bearer sk-test-0123456789abcdefghijklmn"));
        QCOMPARE(reply.status, 502);
        QVERIFY2(reply.body.find("0123456789abcdefghijklmn") == std::string::npos, reply.body.c_str());
        const trace::Head head = keyed.lastTrace().head;
        const Reply read = keyed.get("/api/v1/admin/traces/" + head.id);
        QVERIFY2(read.body.find("0123456789abcdefghijklmn") == std::string::npos, read.body.c_str());
        QVERIFY2(read.body.find("aaaabbbbcccc") == std::string::npos, read.body.c_str());
        QVERIFY(read.body.find("my key is ****") != std::string::npos);
        QVERIFY(keyed.get("/api/v1/admin/keys").body.find("0123456789") == std::string::npos);
    }

    void mayCall_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<int>("status");
        QTest::newRow("foreign host") << "Host" << "evil.example" << 403;
        QTest::newRow("foreign host with our port") << "Host" << "evil.example:8080" << 403;
        QTest::newRow("localhost") << "Host" << "localhost:1234" << 200;
        QTest::newRow("IPv6 loopback") << "Host" << "[::1]:8080" << 200;
        QTest::newRow("web origin") << "Origin" << "https://evil.example" << 403;
        QTest::newRow("null origin") << "Origin" << "null" << 403;
        QTest::newRow("came back through us") << "Via" << QString::fromStdString("1.1 " + viaName()) << 508;
        QTest::newRow("came through another of us") << "Via" << "1.1 pointsman-Zz9" << 200;
    }
    void mayCall()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(int, status);
        const Reply reply = m_fixture->post("/v1/chat/completions", chatBody("m1"),
                                            {{name.toStdString(), value.toStdString()}});
        QCOMPARE(reply.status, status);
        QVERIFY(!reply.headers.contains("access-control-allow-origin"));
    }

    void placeholderKeysStayHere()
    {
        m_fixture->post("/v1/chat/completions", chatBody("m1"),
                        {{"Authorization", "Bearer sk-placeholder"}, {"x-api-key", "other"}, {"Cookie", "a=b"}});
        const http::Headers seen = m_openAi->lastRequest().headers;
        QVERIFY(!seen.contains("authorization"));
        QVERIFY(!seen.contains("x-api-key"));
        QVERIFY(!seen.contains("cookie"));
        QCOMPARE(std::string(seen.value("via")), "1.1 " + viaName());
    }

private:
    std::unique_ptr<FakeUpstream> m_openAi;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayCallers)
#include "tst_gateway_callers.moc"
