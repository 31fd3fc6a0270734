// SPDX-License-Identifier: GPL-3.0-or-later
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

class TestAdmit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hosts_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<bool>("isAllowed");
        const auto row = [](const char *what, const char *host, bool isAllowed) {
            QTest::newRow(what) << q(host) << isAllowed;
        };
        row("localhost with port", "localhost:8080", true);
        row("localhost with another port", "localhost:1", true);
        row("localhost alone", "localhost", true);
        row("localhost in capitals", "LOCALHOST:8080", true);
        row("IPv4 loopback", "127.0.0.1:8080", true);
        row("another address of the loopback net", "127.0.0.2", true);
        row("IPv6 loopback", "[::1]:8080", true);
        row("IPv6 loopback without port", "[::1]", true);
        row("name below localhost", "x.localhost:8080", true);
        row("name below localhost in capitals", "X.LocalHost", true);
        row("bound address", "10.1.2.3:8080", true);
        row("listed name", "gateway.lan", true);
        row("listed name in capitals, with a port", "GATEWAY.lan:1234", true);
        row("listed with port, that port", "strict.lan:9000", true);
        row("listed with port, another port", "strict.lan:9001", false);
        row("listed with port, no port", "strict.lan", false);
        row("listed IPv6 address", "[fd00::1]:8080", true);
        row("another name", "evil.com", false);
        row("DNS rebinding keeps the page's name", "evil.com:8080", false);
        row("name that begins like a loopback address", "127.0.0.1.evil.com:8080", false);
        row("name that begins like the loopback net", "127.evil.com", false);
        row("short form that only looks like an address", "127.1.evil", false);
        row("number too big for an address", "127.0.0.256", false);
        row("name that begins like localhost", "localhost.evil.com", false);
        row("name that ends like localhost", "evillocalhost", false);
        row("listed name below another", "gateway.lan.evil.com", false);
        row("name behind a port", "localhost:8080.evil.com", false);
        row("name behind brackets", "[::1].evil.com", false);
        row("brackets that do not close", "[::1", false);
        row("no host", "", false);
        row("port alone", ":8080", false);
    }
    void hosts()
    {
        QFETCH(QString, host);
        QFETCH(bool, isAllowed);
        const auto snapshot = snapshotOf("server: {allowed-hosts: [gateway.lan, 'strict.lan:9000', 'fd00::1']}\n");
        snapshot->config.server.address = "10.1.2.3";
        const auto caller = admit(requestOf("GET", "/v1/models", {{"Host", host.toStdString()}}), *snapshot);
        QCOMPARE(verdict(caller), q(isAllowed ? "ok" : "forbidden"));
    }

    void theRefusalNamesTheSetting()
    {
        const auto caller = admit(requestOf("GET", "/", {{"Host", std::string(5000, 'h')}}), *snapshotOf(""));
        QVERIFY(!caller);
        QVERIFY(caller.error().message.find("server.allowed-hosts") != std::string::npos);
        QVERIFY2(caller.error().message.size() < 300, "hostile names are cut");
    }

    void origins_data()
    {
        QTest::addColumn<QString>("origin");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("verdict");
        const auto row = [](const char *what, const char *origin, const char *verdict, const char *path = "/v1/models") {
            QTest::newRow(what) << q(origin) << q(path) << q(verdict);
        };
        row("no page", "", "ok");
        row("listed page", "https://app.example.com", "ok");
        row("listed page in capitals", "HTTPS://APP.example.com", "ok");
        row("another page", "https://evil.com", "forbidden");
        row("another page asks for health", "https://evil.com", "forbidden", "/health");
        row("listed name by plain http", "http://app.example.com", "forbidden");
        row("listed name, another port", "https://app.example.com:444", "forbidden");
        row("page on this machine", "http://localhost:3000", "forbidden");
        row("sandboxed page or file", "null", "forbidden");
        row("name that begins alike", "https://app.example.com.evil.com", "forbidden");
    }
    void origins()
    {
        QFETCH(QString, origin);
        QFETCH(QString, path);
        http::Headers headers;
        if (!origin.isEmpty())
            headers.add("Origin", origin.toStdString());
        const auto caller = admit(requestOf("GET", path.toStdString(), headers),
                                  *snapshotOf("server: {allowed-origins: ['https://app.example.com']}\n"));
        QTEST(verdict(caller), "verdict");
        if (caller)
            QCOMPARE(q(caller->origin), origin); // what the CORS answer will repeat
    }

    void loops_data()
    {
        QTest::addColumn<QStringList>("via");
        QTest::addColumn<bool>("isLoop");
        QTest::newRow("no proxy") << QStringList{} << false;
        QTest::newRow("a proxy") << QStringList{q("1.1 squid")} << false;
        const QString own = q(viaName());
        QTest::newRow("this gateway") << QStringList{q("1.1 ") + own} << true;
        QTest::newRow("behind a proxy") << QStringList{q("1.1 squid, 1.1 ") + own + q(", 2.0 nginx")} << true;
        QTest::newRow("over HTTP/2") << QStringList{q("2 ") + own} << true;
        QTest::newRow("a proxy added its own field") << QStringList{q("1.1 squid"), q("1.1 ") + own} << true;
        QTest::newRow("a proxy changed the case") << QStringList{q("1.1 ") + own.toUpper()} << true;
        QTest::newRow("another gateway of the kind") << QStringList{q("1.1 pointsman-Zz9")} << false;
        QTest::newRow("another program's comment") << QStringList{q("1.1 cache (like pointsmanship)")} << false;
    }
    void loops()
    {
        QFETCH(QStringList, via);
        QFETCH(bool, isLoop);
        http::Headers headers;
        for (const QString &value : via)
            headers.add("Via", value.toStdString());
        const auto caller = admit(requestOf("POST", "/v1/messages", headers), *snapshotOf(""));
        QCOMPARE(verdict(caller), q(isLoop ? "loop_detected" : "ok"));
    }

    void apps_data()
    {
        QTest::addColumn<QString>("agent");
        QTest::addColumn<QString>("originator");
        QTest::addColumn<QString>("app");
        const auto row = [](const char *agent, const char *app, const char *originator = "") {
            QTest::newRow(*agent ? agent : "no agent") << q(agent) << q(originator) << q(app);
        };
        row("claude-cli/2.0.14 (external, cli)", "claude-code");
        row("codex_cli_rs/0.46.0 (Debian 12; x86_64)", "codex");
        row("opencode/0.15.2", "opencode");
        row("GeminiCLI/0.9.0 (linux; x64)", "gemini-cli");
        row("QwenCode/0.0.14", "qwen-code");
        row("OpenAI/JS 6.1.0", "openai-js");
        row("OpenAI/Python 1.109.1", "openai-py");
        row("openai/python 1.0", "openai-py");
        row("Anthropic/JS 0.65.0", "anthropic-js");
        row("Anthropic/Python 0.69.0", "anthropic-py");
        row("curl/7.88.1", "curl");
        row("ai-sdk/openai/2.0.42", "ai-sdk");
        row("python-requests/2.32", "python-requests");
        row("Mozilla 5.0", "Mozilla");
        row("a-very-long-agent-name-that-goes-on-and-on-for-ever", "a-very-long-agent-name-that-goes");
        row("", "");
        row("node", "codex", "codex_vscode");
        row("node/22", "node", "something");
    }
    void apps()
    {
        QFETCH(QString, agent);
        QFETCH(QString, originator);
        http::Headers headers;
        if (!agent.isEmpty())
            headers.add("User-Agent", agent.toStdString());
        if (!originator.isEmpty())
            headers.add("originator", originator.toStdString());
        QTEST(q(appOf(headers)), "app");
    }
};

QTEST_GUILESS_MAIN(TestAdmit)
#include "tst_admit.moc"
