// SPDX-License-Identifier: GPL-3.0-or-later
// Who may call where client keys are configured, and how far a key reaches.
#include "pipeline/route.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

/// "ok", or the label of the refusal.
QString verdict(const Result<Caller> &caller)
{
    return caller ? q("ok") : q(traits(caller.error().kind).label);
}

} // namespace

class TestClientKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keys_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("who"); // the caller's name, or the label of the refusal
        const auto row = [](const char *what, const char *name, const char *value, const char *who,
                            const char *target = "/v1/models") {
            QTest::newRow(what) << q(target) << q(name) << q(value) << q(who);
        };
        row("Authorization", "Authorization", "Bearer alice-secret", "alice");
        row("scheme in another case", "authorization", "bearer bob/secret+1", "bob");
        row("two blanks after the scheme", "authorization", "Bearer  alice-secret", "alice");
        row("x-api-key", "x-api-key", "alice-secret", "alice");
        row("x-goog-api-key", "X-Goog-Api-Key", "bob/secret+1", "bob");
        row("api-key", "api-key", "alice-secret", "alice");
        row("query", "x", "y", "alice", "/v1/models?key=alice-secret");
        row("query among others", "x", "y", "bob", "/v1/models?beta=true&key=bob/secret+1&x=1");
        row("query, encoded", "x", "y", "bob", "/v1/models?key=bob%2Fsecret%2B1");
        row("another parameter", "x", "y", "unauthorized", "/v1/models?apikey=alice-secret");
        row("no key", "x", "y", "unauthorized");
        row("empty key", "x-api-key", "", "unauthorized");
        row("empty bearer", "authorization", "Bearer ", "unauthorized");
        row("another scheme", "authorization", "Basic alice-secret", "unauthorized");
        row("scheme alone", "authorization", "alice-secret", "unauthorized");
        row("wrong key", "x-api-key", "mallory", "unauthorized");
        row("a key and more", "x-api-key", "alice-secretX", "unauthorized");
        row("the key twice", "x-api-key", "alice-secretalice-secret", "unauthorized");
        row("the start of a key", "x-api-key", "alice-secre", "unauthorized");
        row("another case", "x-api-key", "ALICE-SECRET", "unauthorized");
        row("admin wants one", "x", "y", "unauthorized", "/api/v1/admin/config");
        row("metrics want one", "x", "y", "unauthorized", "/metrics");
        row("direct calls want one", "x", "y", "unauthorized", "/openai/models");
        row("health is open", "x", "y", "", "/health");
        row("root is open", "x", "y", "", "/");
        row("what only begins like health is not", "x", "y", "unauthorized", "/healthy");
    }
    void keys()
    {
        QFETCH(QString, target);
        QFETCH(QString, name);
        QFETCH(QString, value);
        const auto snapshot = snapshotOf("");
        snapshot->callerKeys = {{"unreadable", Secret(), {}},
                                {"alice", Secret("alice-secret"), {"main"}},
                                {"bob", Secret("bob/secret+1"), {}}};
        const auto caller =
            admit(requestOf("GET", target.toStdString(), {{name.toStdString(), value.toStdString()}}), *snapshot);
        QTEST(caller ? q(caller->name) : q(traits(caller.error().kind).label), "who");
        if (caller && caller->name == "alice")
            QCOMPARE(caller->routers, std::vector<std::string>{"main"});
        if (!caller)
            QVERIFY2(caller.error().message.find("secret") == std::string::npos, "nothing of a key in a message");
    }

    void aFieldGoesBeforeASubprotocol()
    {
        const auto snapshot = snapshotOf("");
        snapshot->callerKeys = {{"alice", Secret("alice-secret"), {}}, {"bob", Secret("bob-secret"), {}}};
        const std::pair<std::string, std::string> protocol{"sec-websocket-protocol", "realtime, openai-insecure-api-key.bob-secret"};
        QCOMPARE(q(admit(requestOf("GET", "/v1/realtime", {protocol}), *snapshot)->name), q("bob"));
        QCOMPARE(q(admit(requestOf("GET", "/v1/realtime", {protocol, {"x-api-key", "alice-secret"}}), *snapshot)->name), q("alice"));
    }

    void thisProcesssWindowNeedsNoClientKey_data()
    {
        QTest::addColumn<QString>("ownKey");
        QTest::addColumn<QString>("header");
        QTest::addColumn<QString>("sent");
        QTest::addColumn<QString>("verdict");
        const auto row = [](const char *what, const char *ownKey, const char *header, const char *sent, const char *verdict) {
            QTest::newRow(what) << q(ownKey) << q(header) << q(sent) << q(verdict);
        };
        row("its key", "own", "x-pointsman-own-key", "own", "ok");
        row("another", "own", "x-pointsman-own-key", "owm", "unauthorized");
        row("the beginning of it", "own", "x-pointsman-own-key", "ow", "unauthorized");
        row("as a client's key", "own", "x-api-key", "own", "unauthorized");
        row("there is no window", "", "x-pointsman-own-key", "", "unauthorized");
        row("there is no window, no header either", "", "x-other", "", "unauthorized");
    }
    void thisProcesssWindowNeedsNoClientKey()
    {
        QFETCH(QString, ownKey);
        QFETCH(QString, header);
        QFETCH(QString, sent);
        const auto snapshot = snapshotOf("");
        snapshot->callerKeys = {{"alice", Secret("alice-secret"), {"main"}}};
        snapshot->ownKey = Secret(ownKey.toStdString());
        const http::Headers headers{{header.toStdString(), sent.toStdString()}};
        const auto caller = admit(requestOf("POST", "/v1/messages", headers), *snapshot);
        QTEST(verdict(caller), "verdict");
        QVERIFY(!caller || (caller->name.empty() && caller->routers.empty()));
        const http::Headers page{{header.toStdString(), sent.toStdString()}, {"Origin", "https://evil.example"}};
        QCOMPARE(verdict(admit(requestOf("POST", "/v1/messages", page), *snapshot)), q("forbidden"));
    }

    void preflightsCarryNoKey()
    {
        const auto snapshot = snapshotOf("server: {allowed-origins: ['https://app.example.com']}\n");
        snapshot->callerKeys = {{"alice", Secret("alice-secret"), {}}};
        const http::Headers page{{"Origin", "https://app.example.com"}};
        QCOMPARE(verdict(admit(requestOf("OPTIONS", "/v1/messages", page), *snapshot)), q("ok"));
        QCOMPARE(verdict(admit(requestOf("POST", "/v1/messages", page), *snapshot)), q("unauthorized"));
    }

    void withoutClientKeysAnyPlaceholderPasses()
    {
        const auto caller = admit(requestOf("POST", "/v1/messages", {{"x-api-key", "dummy"}}), *snapshotOf(""));
        QVERIFY(caller);
        QVERIFY(caller->name.empty() && caller->routers.empty());
    }

    void limitedKeys_data()
    {
        QTest::addColumn<int>("endpoint");
        QTest::addColumn<int>("scope");
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("forces");
        QTest::addColumn<bool>("isAllowed");
        const auto row = [](const char *what, Endpoint endpoint, Scope scope, const char *name, bool forces, bool isAllowed) {
            QTest::newRow(what) << static_cast<int>(endpoint) << static_cast<int>(scope) << q(name) << forces << isAllowed;
        };
        row("its router", Endpoint::Chat, Scope::Router, "main", false, true);
        row("its other router", Endpoint::Embeddings, Scope::Router, "openai", false, true);
        row("another router", Endpoint::Chat, Scope::Router, "spare", false, false);
        row("its router, a provider forced", Endpoint::Chat, Scope::Router, "main", true, false);
        row("whatever the model says", Endpoint::Chat, Scope::Ai, "ai", false, false);
        row("a provider directly", Endpoint::PassThrough, Scope::Direct, "groq", false, false);
        row("a provider with its router's name", Endpoint::PassThrough, Scope::Direct, "openai", false, false);
        row("admin", Endpoint::Admin, Scope::None, "", false, false);
        row("models", Endpoint::Models, Scope::Ai, "ai", false, true);
        row("metrics", Endpoint::Metrics, Scope::None, "", false, true);
        row("health", Endpoint::Health, Scope::None, "", false, true);
    }
    void limitedKeys()
    {
        QFETCH(int, endpoint);
        QFETCH(int, scope);
        QFETCH(QString, name);
        QFETCH(bool, forces);
        Route route;
        route.endpoint = static_cast<Endpoint>(endpoint);
        route.scope = static_cast<Scope>(scope);
        route.name = name.toStdString();
        const auto limited = authorize({"alice", {"main", "openai"}, ""}, route, forces);
        QTEST(limited.has_value(), "isAllowed");
        if (!limited) {
            QCOMPARE(limited.error().status(), 403);
            QCOMPARE(q(limited.error().message), q("client key \"alice\" may use main, openai only"));
        }
        QVERIFY2(authorize({"bob", {}, ""}, route, forces), "a key without a list may go anywhere");
    }
};

QTEST_GUILESS_MAIN(TestClientKeys)
#include "tst_client_keys.moc"
