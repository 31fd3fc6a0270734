// SPDX-License-Identifier: GPL-3.0-or-later
// Configuration while it serves: file watch, admin API, active router, pause; nothing in flight is dropped.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <thread>

using namespace pm;
using namespace pm::test;

class TestGatewayReload : public QObject
{
    Q_OBJECT

    std::string configFor(std::string_view target) const
    {
        return "# which one serves\n"
               "providers:\n"
               "  a: {format: openai, base-url: '" + m_a->url("/v1") + "', models: [m]}\n"
               "  b: {format: openai, base-url: '" + m_b->url("/v1") + "', models: [m]}\n"
               "routers:\n"
               "  one: {load-balance: {chat: {strategy: priority, providers: [" + std::string(target) + "]}}}\n"
               "  other: {load-balance: {chat: {strategy: priority, providers: [b]}}}\n"
               "active-router: one\n";
    }

    void writeConfig(const std::string &text) const
    {
        QFile file(QString::fromStdString(m_fixture->configPath()));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(QByteArray::fromStdString(text));
    }

    std::string servedBy()
    {
        return std::string(m_fixture->post("/v1/chat/completions", chatBody("m")).headers.value("x-pointsman-provider"));
    }

private Q_SLOTS:
    void init()
    {
        m_a = std::make_unique<FakeUpstream>(openAiReply("a"));
        m_b = std::make_unique<FakeUpstream>(openAiReply("b"));
        m_fixture = std::make_unique<GatewayFixture>(configFor("a"));
        QCOMPARE(QString::fromStdString(m_fixture->startError()), QString());
    }
    void cleanup() { m_fixture.reset(); }

    void aGoodChangeOfTheFileApplies()
    {
        QCOMPARE(servedBy(), std::string("a"));
        QSignalSpy changed(&m_fixture->gateway(), &Gateway::configChanged);
        writeConfig(configFor("b"));
        QVERIFY(changed.wait(5000));
        QCOMPARE(servedBy(), std::string("b"));
    }

    void aBadChangeLeavesTheRunningOne()
    {
        QSignalSpy problems(&m_fixture->gateway(), &Gateway::configProblemsChanged);
        writeConfig(configFor("nobody"));
        QVERIFY(problems.wait(5000));
        QCOMPARE(servedBy(), std::string("a"));
        QVERIFY(!m_fixture->gateway().configProblems().empty());
    }

    void aFileThatIsGoneLeavesTheRunningOne()
    {
        const Gateway &gateway = m_fixture->gateway();
        QSignalSpy problems(&gateway, &Gateway::configProblemsChanged);
        QSignalSpy changed(&gateway, &Gateway::configChanged);
        QFile file(QString::fromStdString(m_fixture->configPath()));
        QVERIFY(file.remove());
        QVERIFY(problems.wait(5000));
        QCOMPARE(gateway.configProblems().size(), std::size_t(1));
        const std::string told = gateway.configProblems().front().message;
        QVERIFY2(told.find("file is gone") != std::string::npos, told.c_str());
        QCOMPARE(servedBy(), std::string("a"));
        const Reply reload = m_fixture->send("POST", "/api/v1/admin/reload");
        QVERIFY2(reload.status >= 400 && reload.body.find("file is gone") != std::string::npos, reload.body.c_str());

        writeConfig(configFor("a"));
        QTRY_VERIFY_WITH_TIMEOUT(gateway.configProblems().empty(), 5000);
        QCOMPARE(changed.size(), 0);
        QVERIFY(file.remove());
        QTRY_VERIFY_WITH_TIMEOUT(!gateway.configProblems().empty(), 5000);
        writeConfig(configFor("b"));
        QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 1, 5000);
        QCOMPARE(servedBy(), std::string("b"));
        QVERIFY(gateway.configProblems().empty());
    }

    void theAdminApiChecksAndApplies()
    {
        const Reply bad = m_fixture->send("PUT", "/api/v1/admin/config", configFor("nobody"));
        QCOMPARE(bad.status, 400);
        QVERIFY2(jsonAt(bad.body, "error.message").find("nobody") != std::string::npos, bad.body.c_str());
        QCOMPARE(servedBy(), std::string("a"));
        QCOMPARE(m_fixture->send("PUT", "/api/v1/admin/config", configFor("b")).status, 200);
        QCOMPARE(servedBy(), std::string("b"));
        QCOMPARE(m_fixture->get("/api/v1/admin/config").body, configFor("b"));
        QVERIFY(QFile::exists(QString::fromStdString(m_fixture->configPath() + ".bak")));
        QCOMPARE(m_fixture->send("POST", "/api/v1/admin/reload").status, 200);
    }

    void adminReads_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("holds");
        QTest::newRow("router health") << "router/health" << "\"providers\":[{\"name\":";
        QTest::newRow("routers") << "routers" << "\"name\":\"one\",\"active\":true";
        QTest::newRow("one router") << "routers/other" << "\"target\":\"b\"";
        QTest::newRow("providers") << "providers" << "\"name\":\"a\"";
        QTest::newRow("models of one provider") << "models?provider=openai" << "\"id\":\"gpt-4o\"";
        QTest::newRow("keys") << "keys" << "\"provider\":\"openai\",\"state\":";
        QTest::newRow("targets") << "targets" << "{\"targets\":[";
        QTest::newRow("stats") << "stats" << "\"requests\":";
        QTest::newRow("traces") << "traces?limit=5" << "\"traces\":[";
    }
    void adminReads()
    {
        QFETCH(QString, path);
        QFETCH(QString, holds);
        const Reply reply = m_fixture->get("/api/v1/admin/" + path.toStdString());
        QCOMPARE(reply.status, 200);
        QVERIFY2(reply.body.find(holds.toStdString()) != std::string::npos, reply.body.substr(0, 2000).c_str());
    }

    void aTraceIsReadById()
    {
        const Reply reply = m_fixture->post("/v1/chat/completions", chatBody("m", "find the needle"));
        const std::string id(reply.headers.value("x-request-id"));
        QCOMPARE(m_fixture->traces(1).size(), std::size_t(1));
        const Reply read = m_fixture->get("/api/v1/admin/traces/" + id);
        QCOMPARE(jsonAt(read.body, "id"), id);
        QVERIFY(jsonAt(read.body, "request_body.text").find("needle") != std::string::npos);
        QTRY_VERIFY(m_fixture->get("/api/v1/admin/traces?q=needle").body.find(id) != std::string::npos);
    }

    void theActiveRouterSurvivesARestart()
    {
        QVERIFY(m_fixture->gateway().setActiveRouter("other").has_value());
        QCOMPARE(servedBy(), std::string("b"));
        QVERIFY(!m_fixture->gateway().setActiveRouter("missing").has_value());
        GatewayOptions options;
        options.configPath = m_fixture->configPath();
        options.dataDir = m_fixture->dataDir();
        options.keychain = false;
        Gateway second(options);
        QVERIFY(second.load().has_value());
        QCOMPARE(second.status().activeRouter, std::string("other"));
    }

    void pauseRefuses()
    {
        m_fixture->gateway().setPaused(true);
        const Reply reply = m_fixture->post("/v1/chat/completions", chatBody("m"));
        QCOMPARE(reply.status, 503);
        QVERIFY(jsonAt(reply.body, "error.message").find("paused") != std::string::npos);
        QCOMPARE(m_fixture->get("/health").status, 200);
        m_fixture->gateway().setPaused(false);
        QCOMPARE(servedBy(), std::string("a"));
    }

    void reloadUnderLoadDropsNothing()
    {
        std::atomic<bool> stop{false};
        std::atomic<int> done{0};
        std::atomic<int> failed{0};
        const auto load = [&, url = m_fixture->url("/v1/chat/completions")] {
            Call call;
            call.url = url;
            call.headers.add("content-type", "application/json");
            call.body = chatBody("m");
            while (!stop) {
                const Reply reply = perform(call);
                (reply.isClean() && reply.status == 200 ? done : failed).fetch_add(1);
            }
        };
        std::vector<std::thread> clients;
        for (int i = 0; i < 4; ++i)
            clients.emplace_back(load);
        for (int i = 0; i < 20; ++i) {
            const int before = done;
            QVERIFY(m_fixture->gateway().apply(configFor(i % 2 ? "a" : "b")).has_value());
            QTRY_VERIFY(done > before + 5);
        }
        stop = true;
        for (std::thread &client : clients)
            client.join();
        QCOMPARE(failed.load(), 0);
        QVERIFY(done > 100);
        QVERIFY(m_a->requestCount() > 0 && m_b->requestCount() > 0);
    }

    void whatWaitsForARestartIsSaid()
    {
        Gateway &gateway = m_fixture->gateway();
        const int port = gateway.status().port;
        QVERIFY(gateway.status().atRestart.empty());
        const auto apply = [&](const std::string &server) {
            return gateway.apply("server: {" + server + "}\n" + configFor("a")).has_value();
        };
        QVERIFY(apply("address: 127.0.0.2, max-connections: 50"));
        QCOMPARE(QString::fromStdString(gateway.status().atRestart),
                 QStringLiteral("at the next start only: server.address 127.0.0.2"));
        QVERIFY(apply("address: 127.0.0.3"));
        QVERIFY2(gateway.status().atRestart.ends_with("127.0.0.3"), "still so after another change");
        QCOMPARE(gateway.status().address, std::string("127.0.0.1"));
        QCOMPARE(gateway.status().port, port);
        QCOMPARE(servedBy(), std::string("a"));
        QVERIFY(apply("address: 127.0.0.1"));
        QVERIFY2(gateway.status().atRestart.empty(), "it is as it was started");
    }

    void theLastClientKeyStaysWhileOthersCanReachIt()
    {
        qputenv("PM_TEST_CLIENT_KEY", "pm-secret-1234567890");
        const std::string keys = "client-keys: [{name: alice, key: 'env:PM_TEST_CLIENT_KEY'}]";
        GatewayFixture open("server: {address: 0.0.0.0, " + keys + "}\n" + configFor("a"));
        QCOMPARE(QString::fromStdString(open.startError()), QString());
        const auto applied = open.gateway().apply("server: {address: 127.0.0.1}\n" + configFor("a"));
        QVERIFY2(!applied, "it still listens on every address");
        QVERIFY2(applied.error().message.find("client-keys") != std::string::npos, applied.error().message.c_str());
        QCOMPARE(open.post("/v1/chat/completions", chatBody("m")).status, 401);
        QVERIFY(open.gateway().apply("server: {address: 127.0.0.1, " + keys + "}\n" + configFor("a")).has_value());
    }

    void anotherAddressNeedsClientKeys()
    {
        const GatewayFixture open("server: {address: 0.0.0.0}\n");
        QVERIFY2(open.startError().find("client-keys") != std::string::npos, open.startError().c_str());
    }

    void clientKeysAreChecked()
    {
        qputenv("PM_TEST_CLIENT_KEY", "pm-secret-1234567890");
        GatewayFixture locked("server:\n  client-keys: [{name: alice, key: 'env:PM_TEST_CLIENT_KEY', routers: [one]}]\n"
                              + configFor("a"));
        QCOMPARE(QString::fromStdString(locked.startError()), QString());
        QCOMPARE(locked.post("/v1/chat/completions", chatBody("m")).status, 401);
        QCOMPARE(locked.post("/v1/chat/completions", chatBody("m"), {{"Authorization", "Bearer wrong"}}).status, 401);
        for (const http::Headers::Field &field : {http::Headers::Field{"Authorization", "Bearer pm-secret-1234567890"},
                                                  http::Headers::Field{"x-api-key", "pm-secret-1234567890"},
                                                  http::Headers::Field{"api-key", "pm-secret-1234567890"}}) {
            http::Headers headers;
            headers.add(field.first, field.second);
            QCOMPARE(locked.post("/v1/chat/completions", chatBody("m"), headers).status, 200);
            QCOMPARE(locked.post("/router/other/chat/completions", chatBody("m"), headers).status, 403);
        }
        QVERIFY(!m_a->lastRequest().headers.contains("authorization"));
        QCOMPARE(locked.get("/health").status, 200);
    }

private:
    std::unique_ptr<FakeUpstream> m_a;
    std::unique_ptr<FakeUpstream> m_b;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayReload)
#include "tst_gateway_reload.moc"
