// SPDX-License-Identifier: GPL-3.0-or-later
// Keys that the gateway makes: what they open, what they do not, and what is told.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "support/qt_text.h"

#include "policy/client_keys.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

constexpr const char *kChat = "/v1/chat/completions";
constexpr const char *kMessages = "/v1/messages";

policy::ClientKey named(std::string name)
{
    policy::ClientKey key;
    key.name = std::move(name);
    return key;
}

} // namespace

class TestGatewayClientKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<FakeUpstream>(openAiReply("hello", "m"));
        m_fixture = std::make_unique<GatewayFixture>(
            "providers:\n  fake: {format: openai, base-url: '" + m_upstream->url("/v1")
            + "', models: [m, other], price: {input: 1000, output: 2000}}\n"
              "routers:\n  work:\n    route:\n      strategy: conditional\n"
              "      rules: [{when: {metadata.team: ml}, use: fake/other}]\n      default: fake/m\n  home: {route: fake/m}\n"
              "model-aliases: {fast: fake/m}\n");
        QCOMPARE(q(m_fixture->startError()), QString());
    }
    void cleanup()
    {
        m_fixture.reset();
        m_upstream.reset();
    }

    void openUntilThereIsOne()
    {
        QCOMPARE(ask({}).status, 200);
        const std::string secret = make(named("alice"));
        QVERIFY(policy::isClientSecret(secret));
        QCOMPARE(ask({}).status, 401);
        QCOMPARE(ask("pm-00000000000000000000000000000000").status, 401);
        QCOMPARE(ask(secret).status, 200);
        QCOMPARE(q(m_fixture->lastTrace(4).head.client), q("alice"));
        QCOMPARE(m_upstream->lastRequest().headers.contains("authorization"), false);
    }

    void theFileHoldsNoSecret()
    {
        const std::string secret = make(named("alice"));
        QFile file(q(m_fixture->dataDir() + "/client-keys.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY(!text.contains(secret.c_str()));
        QVERIFY(text.contains(policy::hashOf(secret).c_str()));
        QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
                 QFile::Permissions());
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("typeAt");
        QTest::addColumn<QString>("unauthorized");
        QTest::addColumn<QString>("forbidden");
        QTest::newRow("OpenAI") << kChat << "error.code" << "invalid_api_key" << "permission_denied";
        QTest::newRow("Anthropic") << kMessages << "error.type" << "authentication_error" << "permission_error";
    }
    void refusals()
    {
        QFETCH(QString, path);
        QFETCH(QString, typeAt);
        QFETCH(QString, unauthorized);
        QFETCH(QString, forbidden);
        policy::ClientKey held = named("alice");
        held.routers = {"work"};
        held.models = {"m", "fast"};
        const std::string secret = make(held);
        policy::ClientKey late = named("late");
        late.expiresAt = 1'000'000'000;
        const std::string expired = make(late);
        const std::string gone = make(named("gone"));
        QVERIFY(m_fixture->gateway().revokeClientKey("gone"));
        const auto refused = [&](const std::string &url, const std::string &key, std::string_view model, int status,
                                 std::string_view text) {
            const Reply reply = m_fixture->post(url, messagesBody(model), {{"x-api-key", key}});
            const std::string message = jsonAt(reply.body, "error.message");
            QCOMPARE(reply.status, status);
            QVERIFY2(message.find(text) != std::string::npos, message.c_str());
            if (status == 401)
                QCOMPARE(q(jsonAt(reply.body, typeAt.toStdString())), unauthorized);
        };
        const std::string plain = path.toStdString();
        refused(plain, "nobody", "m", 401, "not known");
        refused(plain, expired, "m", 401, "client key \"late\" expired on 2001-09-0");
        refused(plain, gone, "m", 401, "client key \"gone\" was revoked on ");
        refused(plain, secret, "m", 403, "may use work only");
        refused("/router/home" + plain, secret, "m", 403, "may use work only");
        refused("/router/work" + plain, secret, "other", 403, "may not ask for \"other\"; it may ask for m, fast");
        QCOMPARE(m_fixture->post("/router/work" + plain, messagesBody("m"), {{"x-api-key", secret}}).status, 200);
        QCOMPARE(m_fixture->post("/router/work" + plain, messagesBody("fast"), {{"x-api-key", secret}}).status, 200);
        const Reply forced = m_fixture->post("/router/work" + plain, messagesBody("m"),
                                             {{"x-api-key", secret}, {"x-pointsman-model", "other"}});
        QCOMPARE(forced.status, 403);
    }

    void modelsOfDirectCalls()
    {
        policy::ClientKey held = named("alice");
        held.models = {"fake/m"};
        const std::string secret = make(held);
        const auto direct = [&](std::string_view model) {
            return m_fixture->post("/fake/v1/chat/completions", chatBody(model), {{"x-api-key", secret}}).status;
        };
        QCOMPARE(direct("m"), 200);
        QCOMPARE(direct("other"), 403);
        QCOMPARE(m_fixture->get("/fake/v1/files", {{"x-api-key", secret}}).status, 403);
    }

    void madeKeysDoNotAdminister()
    {
        const std::string secret = make(named("alice"));
        QCOMPARE(m_fixture->get("/api/v1/admin/client-keys", {{"x-api-key", secret}}).status, 403);
        QCOMPARE(m_fixture->post("/api/v1/admin/client-keys", R"({"name":"eve"})", {{"x-api-key", secret}}).status, 403);
        const http::Headers own{{std::string(Gateway::ownKeyHeader()), std::string(m_fixture->gateway().ownKey().reveal())}};
        QCOMPARE(m_fixture->get("/api/v1/admin/client-keys", own).status, 200);
    }

    void throughTheAdminApi()
    {
        QSignalSpy changed(&m_fixture->gateway(), &Gateway::clientKeysChanged);
        const Reply made = m_fixture->post(
            "/api/v1/admin/client-keys",
            R"({"name":"bob","routers":["work"],"budgets":[{"usd":0.02,"per":"month"}],"limits":[{"tokens":100000,"per":"1h"}],"expires":"30d"})");
        QCOMPARE(made.status, 201);
        QVERIFY(changed.count() > 0);
        const std::string secret = jsonAt(made.body, "secret");
        const auto work = [&] { return m_fixture->post("/router/work/v1/chat/completions", chatBody("m"), {{"x-api-key", secret}}); };
        QCOMPARE(work().status, 200);
        const Reply spent = work();
        QCOMPARE(spent.status, 402);
        QVERIFY2(spent.body.find("budget bob/month is spent") != std::string::npos, spent.body.c_str());
        const http::Headers own{{std::string(Gateway::ownKeyHeader()), std::string(m_fixture->gateway().ownKey().reveal())}};
        const Reply list = m_fixture->get("/api/v1/admin/client-keys", own);
        QCOMPARE(q(jsonAt(list.body, "keys.0.name")), q("bob"));
        QCOMPARE(q(jsonAt(list.body, "keys.0.limits.0.tokens")), q("100000"));
        QVERIFY(jsonAt(list.body, "keys.0.used") != "0");
        const std::string limits = m_fixture->get("/api/v1/admin/limits", own).body;
        QCOMPARE(q(jsonAt(limits, "limits.0.scope")), q("key bob"));
        QVERIFY(list.body.find("sha256") == std::string::npos);
        QCOMPARE(m_fixture->post("/api/v1/admin/client-keys", R"({"name":"bob"})", own).status, 400);
        QCOMPARE(m_fixture->post("/api/v1/admin/client-keys", R"({"name":"b b"})", own).status, 400);
        QCOMPARE(m_fixture->post("/api/v1/admin/client-keys", R"({"name":"x","routers":["none"]})", own).status, 404);
        QCOMPARE(m_fixture->send("DELETE", "/api/v1/admin/client-keys/none", {}, own).status, 404);
        QCOMPARE(m_fixture->send("DELETE", "/api/v1/admin/client-keys/bob", {}, own).status, 200);
        QCOMPARE(work().status, 401);
    }

    void metadataForWhoSaysNone()
    {
        policy::ClientKey key = named("alice");
        key.metadata = {{"team", "ml"}};
        const std::string secret = make(key);
        const auto model = [&](http::Headers headers) {
            headers.add("x-api-key", secret);
            return std::string(m_fixture->post("/router/work/v1/chat/completions", chatBody("m"), headers)
                                   .headers.value("x-pointsman-model"));
        };
        QCOMPARE(q(model({})), q("other"));
        QCOMPARE(q(model({{"x-pointsman-metadata-team", "web"}})), q("m"));
    }

    void anotherProcessMakesAndRevokes()
    {
        const policy::ClientKeyFile file(m_fixture->dataDir());
        QSignalSpy changed(&m_fixture->gateway(), &Gateway::clientKeysChanged);
        const auto secret = file.create(named("alice"), 1'700'000'000);
        QVERIFY(secret.has_value());
        QVERIFY(changed.wait(5000));
        QCOMPARE(ask({}).status, 401);
        QCOMPARE(ask(std::string(secret->reveal())).status, 200);
        QVERIFY(file.revoke("alice", 1'700'000'001));
        QVERIFY(changed.wait(5000));
        QCOMPARE(ask(std::string(secret->reveal())).status, 401);
    }
    void losingTheFileOpensNothing()
    {
        QSignalSpy changed(&m_fixture->gateway(), &Gateway::clientKeysChanged);
        const std::string secret = make(named("alice"));
        QTRY_VERIFY(changed.count() >= 2); // made, and seen by the watch
        QVERIFY(QFile::remove(q(m_fixture->dataDir() + "/client-keys.json")));
        QVERIFY(changed.wait(5000));
        QCOMPARE(ask({}).status, 401);
        QCOMPARE(ask(secret).status, 401);
    }

    void otherAddressesNeedOne()
    {
        const std::string anywhere = "server: {address: 0.0.0.0}\n";
        QVERIFY(!m_fixture->gateway().check(anywhere).isUsable());
        make(named("alice"));
        QVERIFY(m_fixture->gateway().check(anywhere).isUsable());
    }

private:
    std::string make(const policy::ClientKey &key)
    {
        const auto secret = m_fixture->gateway().createClientKey(key);
        return secret ? std::string(secret->reveal()) : std::string();
    }
    Reply ask(const std::string &secret)
    {
        http::Headers headers;
        if (!secret.empty())
            headers.add("authorization", "Bearer " + secret);
        return m_fixture->post(kChat, chatBody("fake/m"), headers);
    }

    std::unique_ptr<FakeUpstream> m_upstream;
    std::unique_ptr<GatewayFixture> m_fixture;
};

QTEST_GUILESS_MAIN(TestGatewayClientKeys)
#include "tst_gateway_client_keys.moc"
