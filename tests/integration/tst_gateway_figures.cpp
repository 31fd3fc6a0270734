// SPDX-License-Identifier: GPL-3.0-or-later
// What a gateway knows of its targets, over restarts: an orderly one, one without a store, kill -9. The
// process that is killed is this program again.
#include "support/fake_upstream.h"
#include "support/gateway_fixture.h"
#include "trace/target_rows.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <csignal>
#include <cstdio>

using namespace pm;
using namespace pm::test;
using namespace std::chrono_literals;

namespace {

constexpr const char *kConfig = "routers:\n"
                                "  one: {route: {strategy: priority, children: [{target: demo/demo}]}}\n"
                                "active-router: one\n";

GatewayOptions optionsIn(const QString &folder)
{
    GatewayOptions options;
    options.dataDir = folder.toStdString() + "/state";
    options.configPath = folder.toStdString() + "/config.yaml";
    options.discover = false;
    options.keychain = false;
    options.port = 0;
    options.workers = 2;
    QFile file(QString::fromStdString(options.configPath));
    if (file.open(QIODevice::WriteOnly))
        file.write(kConfig);
    return options;
}

Reply get(const std::string &url, std::string_view path)
{
    Call call;
    call.method = "GET";
    call.url = url + std::string(path);
    return perform(call);
}

int ask(const std::string &url, std::string_view extra = {})
{
    Call call;
    call.url = url + "/v1/chat/completions";
    call.body =
        chatBody("demo", "a sentence of some words, to have an answer of more than a few tokens", extra);
    call.headers.add("content-type", "application/json");
    return perform(call).status;
}

/// What the admin API says of demo/demo; empty where it is not listed.
std::string demoOf(const std::string &url)
{
    (void)get(url,
              "/api/v1/admin/routers"); // asks for the targets of all routers, which takes over what was kept
    const std::string text = get(url, "/api/v1/admin/targets").body;
    for (int i = 0; i < 100; ++i) {
        const std::string at = "targets." + std::to_string(i);
        const std::string target = jsonAt(text, at + ".target");
        if (target.empty() || target == "demo/demo")
            return jsonAt(text, at);
    }
    return {};
}

/// Asks with and without a stream until both are counted: a client may see the end a moment before that.
bool use(const std::string &url)
{
    return ask(url) == 200 && ask(url, R"("stream":true)") == 200 && QTest::qWaitFor([&] {
               const std::string demo = demoOf(url);
               return jsonAt(demo, "sizes.small.stream_end_ms") != "null" && jsonAt(demo, "in_flight") == "0";
           });
}

int serveUntilKilled(const char *folder)
{
    GatewayOptions options = optionsIn(QString::fromUtf8(folder));
    options.figuresInterval = 100ms;
    Gateway gateway(std::move(options));
    if (!gateway.start())
        return 1;
    std::printf("%s\n", gateway.status().baseUrl.c_str());
    std::fflush(stdout);
    return QCoreApplication::exec();
}

} // namespace

class TestGatewayFigures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anOrderlyRestartKeepsThem()
    {
        const QTemporaryDir folder;
        std::string before;
        {
            Gateway gateway(optionsIn(folder.path()));
            QVERIFY(gateway.start());
            const std::string url = gateway.status().baseUrl;
            QVERIFY(use(url));
            before = demoOf(url);
            QCOMPARE(jsonAt(before, "requests_last_minute"), std::string("2"));
            QVERIFY(std::stoi(jsonAt(before, "tokens_last_minute")) > 20);
            QVERIFY2(std::stod(jsonAt(before, "sizes.small.tokens_per_second")) > 0, before.c_str());
            QVERIFY(std::stod(jsonAt(before, "sizes.small.latency_ms")) >= 0);
            QCOMPARE(jsonAt(before, "sizes.medium.latency_ms"), std::string("null"));
            QCOMPARE(jsonAt(before, "errors"), std::string("{}"));
            gateway.stop(1s);
        }
        Gateway gateway(optionsIn(folder.path()));
        QVERIFY(gateway.start());
        const std::string after = demoOf(gateway.status().baseUrl);
        QCOMPARE(jsonAt(after, "sizes"), jsonAt(before, "sizes"));
        QCOMPARE(jsonAt(after, "error_rate"), jsonAt(before, "error_rate"));
        QCOMPARE(jsonAt(after, "requests_last_minute"), std::string("0"));
        const auto seen = [](const std::string &demo) { return std::stoll(jsonAt(demo, "last_success_us")); };
        QVERIFY(std::abs(seen(after) - seen(before)) < 1'000'000);
    }

    void withoutAStoreNothingIsKept()
    {
        const QTemporaryDir folder;
        GatewayOptions options = optionsIn(folder.path());
        options.store = false;
        {
            Gateway gateway(options);
            QVERIFY(gateway.start());
            QVERIFY(use(gateway.status().baseUrl));
        }
        Gateway gateway(options);
        QVERIFY(gateway.start());
        QCOMPARE(jsonAt(demoOf(gateway.status().baseUrl), "last_success_us"), std::string("null"));
        QCOMPARE(ask(gateway.status().baseUrl), 200);
    }

    void aBrokenStoreIsNoError()
    {
        const QTemporaryDir folder;
        GatewayOptions options = optionsIn(folder.path());
        options.dataDir = "/proc/no/such/folder";
        Gateway gateway(options);
        QVERIFY(gateway.start());
        QVERIFY(use(gateway.status().baseUrl));
    }

    void aKillTakesNoMoreThanTheInterval()
    {
        QCOMPARE(GatewayOptions().figuresInterval, std::chrono::milliseconds(30s));
        const QTemporaryDir folder;
        QProcess server;
        server.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--serve"), folder.path()});
        QVERIFY(server.waitForReadyRead(20'000));
        const std::string url = server.readLine().trimmed().toStdString();
        QVERIFY(use(url));
        const std::string before = demoOf(url);
        const std::string path = folder.path().toStdString() + "/state/traces.db";
        QTRY_VERIFY_WITH_TIMEOUT(
            [&] {
                const auto rows = trace::readTargetRows(path);
                return rows.size() == 1 && rows[0].data.find("\"end\"") != std::string::npos;
            }(),
            10'000);
        QCOMPARE(::kill(pid_t(server.processId()), SIGKILL), 0);
        QVERIFY(server.waitForFinished(10'000));
        Gateway gateway(optionsIn(folder.path()));
        QVERIFY(gateway.start());
        QCOMPARE(jsonAt(demoOf(gateway.status().baseUrl), "sizes"), jsonAt(before, "sizes"));
    }

    void failuresAreCounted()
    {
        FakeUpstream upstream(openAiError(529, "busy", "overloaded_error"));
        GatewayFixture gateway("providers:\n  one: {format: openai, base-url: '" + upstream.url("/v1") +
                               "', models: [m]}\n"
                               "routers:\n  r: {route: {target: one/m}, retries: {max-retries: 0}}\n"
                               "active-router: r\n");
        QCOMPARE(gateway.post("/v1/chat/completions", chatBody("m")).status, 529);
        upstream.setDefault(openAiReply("fine"));
        QCOMPARE(gateway.post("/v1/chat/completions", chatBody("m")).status, 200);
        const std::string text = gateway.get("/api/v1/admin/targets").body;
        QCOMPARE(jsonAt(text, "targets.0.target"), std::string("one/m"));
        QCOMPARE(jsonAt(text, "targets.0.errors"), std::string("{\"overloaded\":1}"));
        const double rate = std::stod(jsonAt(text, "targets.0.error_rate"));
        QVERIFY2(rate > 0.4 && rate < 0.5, text.c_str());
        QVERIFY(jsonAt(text, "targets.0.last_failure_us") != "null");
        QCOMPARE(jsonAt(text, "targets.0.quality"), std::string("null"));
        // The health of providers has the shape that it always had.
        const std::string health = gateway.get("/api/v1/admin/router/health").body;
        for (const char *member :
             {"name", "status", "health", "latency_ms", "success_rate", "title", "last_error"})
            QVERIFY2(!jsonAt(health, std::string("providers.0.") + member).empty() ||
                         std::string_view(member) == "last_error",
                     member);
    }
};

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    if (argc == 3 && std::string_view(argv[1]) == "--serve")
        return serveUntilKilled(argv[2]);
    TestGatewayFigures test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_gateway_figures.moc"
