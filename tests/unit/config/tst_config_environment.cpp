// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/config/config_texts.h"

#include <QTest>

using namespace pm;
using namespace pm::config;
using namespace pm::config::test;

class TestConfigEnvironment : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void environmentOverrides()
    {
        const Environment environment{{"POINTSMAN__SERVER__PORT", "9000"},
                                      {"AI_GATEWAY__SERVER__PORT", "7000"},
                                      {"AI_GATEWAY__SERVER__MAX_BODY", "1MiB"},
                                      {"POINTSMAN__SERVER__ALLOWED_HOSTS", "[a, b]"},
                                      {"POINTSMAN__ROUTERS__PRODUCTION__RETRIES__MAX_RETRIES", "7"},
                                      {"POINTSMAN__TRACES__BODIES", "off"},
                                      {"POINTSMAN_CONFIG", "/nowhere"},
                                      {"POINTSMAN__SERVER__ALLOWED_ORIGINS__0", "https://c.example"},
                                      {"PATH", "/bin"}};
        const Loaded result =
            loaded(QStringLiteral("server: {port: 1, allowed-origins: ['https://a.example']}\n"
                                  "routers: {Production: {route: openai}}\n"),
                   environment);
        QCOMPARE(told(result.problems), QStringList());
        QCOMPARE(result.config.server.port, 9000);
        QCOMPARE(result.config.server.maxBody, 1LL << 20);
        QVERIFY((result.config.server.allowedHosts == std::vector<std::string>{"a", "b"}));
        QVERIFY((result.config.server.allowedOrigins == std::vector<std::string>{"https://c.example"}));
        QCOMPARE(result.config.findRouter("Production")->retries.maxRetries, 7);
        QVERIFY(result.config.traces.bodies == Traces::Bodies::Off);
    }

    void environmentProblems_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *title, const char *name, const char *value, const char *expected) {
            QTest::newRow(title) << QString::fromUtf8(name) << QString::fromUtf8(value)
                                 << QString::fromUtf8(expected);
        };
        row("wrong value", "POINTSMAN__SERVER__PORT", "x",
            "port must be a whole number from 0 to 65535, not 'x'");
        row("unknown key", "POINTSMAN__SERVER__PROT", "1", "unknown key 'prot'; did you mean 'port'?");
        row("unknown section", "AI_GATEWAY__SERVR__PORT", "1", "unknown key 'servr'; did you mean 'server'?");
        row("below a value", "POINTSMAN__SERVER__ADDRESS__X", "1", "'x' has no place");
        row("empty part", "POINTSMAN__SERVER____PORT", "1",
            "not a path; write it like POINTSMAN__SERVER__PORT");
        row("nothing after the prefix", "POINTSMAN__", "1", "not a path");
        row("not YAML", "POINTSMAN__SERVER__PORT", "[", "the value is not valid YAML");
        row("unknown strategy", "POINTSMAN__ROUTERS__R__ROUTE__STRATEGY", "latancy",
            "unknown strategy 'latancy'; did you mean 'latency'?");
        row("not in this version", "POINTSMAN__TELEMETRY__OTLP_ENDPOINT", "http://x",
            "otlp-endpoint is not supported yet");
        row("open to others", "POINTSMAN__SERVER__ADDRESS", "0.0.0.0", "other machines could call");
    }
    void environmentProblems()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(QString, expected);
        const Loaded result = loaded(QStringLiteral("server: {address: 127.0.0.1}\nrouters: {r: {route: "
                                                    "{strategy: latency, providers: [openai]}}}\n"),
                                     {{name.toStdString(), value.toStdString()}});
        const QStringList lines = told(result.problems);
        QVERIFY2(lines.size() == 1, qPrintable(lines.join(u'\n')));
        QVERIFY2(lines.front().startsWith(QStringLiteral("0:0+0 E env %1 | %2").arg(name, expected)),
                 qPrintable(lines.front()));
        QVERIFY(QString::fromStdString(formatProblems("f", result.problems))
                    .startsWith(QStringLiteral("env %1: error: ").arg(name)));
    }
};

QTEST_GUILESS_MAIN(TestConfigEnvironment)
#include "tst_config_environment.moc"
