// SPDX-License-Identifier: GPL-3.0-or-later
// How problems are told: all at once, in order, without keys, bounded whatever the text.
#include "unit/config/config_texts.h"

#include <QTest>

using namespace pm;
using namespace pm::config;
using namespace pm::config::test;

class TestConfigReports : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keysAreNeverRepeated_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("bare key") << QStringLiteral("providers: {openai: {api-key: sk-SECRET}}");
        QTest::newRow("key behind env:") << QStringLiteral("providers: {openai: {api-key: 'env:sk-SECRET'}}");
        QTest::newRow("key in a list")
            << QStringLiteral("providers: {openai: {api-key: [keychain:a, sk-SECRET]}}");
        QTest::newRow("client key") << QStringLiteral("server: {client-keys: [{name: a, key: SECRET}]}");
        QTest::newRow("password in a URL")
            << QStringLiteral("providers: {openai: {base-url: 'http://me:SECRET@x'}}");
        QTest::newRow("key in a header")
            << QStringLiteral("providers: {openai: {headers: {x-api-key: SECRET}}}");
        QTest::newRow("Helicone's key") << QStringLiteral("helicone: {api-key: SECRET}\nserver: {port: x}");
    }
    void keysAreNeverRepeated()
    {
        QFETCH(QString, text);
        const Loaded result = loaded(text);
        QVERIFY(!result.isUsable());
        const std::string said = formatProblems("f", result.problems);
        QVERIFY2(said.find("SECRET") == std::string::npos, said.c_str());
    }

    void allAtOnceInOrder()
    {
        const Loaded result = loaded(QStringLiteral("active-router: x\n"
                                                    "server:\n"
                                                    "  prot: 1\n"
                                                    "  workers: all\n"
                                                    "routers:\n"
                                                    "  r: {route: {strategy: latancy, providers: [opnai]}}\n"
                                                    "helicone: {}\n"
                                                    "server: {}\n"));
        QVERIFY(!result.isUsable());
        QCOMPARE(
            QString::fromStdString(formatProblems("c.yaml", result.problems)),
            QStringLiteral(
                "c.yaml:1:16: error: unknown router 'x'; add it under routers:\n"
                "c.yaml:3:3: error: unknown key 'prot'; did you mean 'port'?\n"
                "c.yaml:4:12: error: workers must be auto or a whole number from 0 to 256, not 'all'\n"
                "c.yaml:6:25: error: unknown strategy 'latancy'; did you mean 'latency'?\n"
                "c.yaml:6:46: error: unknown provider 'opnai'; did you mean 'openai'?\n"
                "c.yaml:7:1: warning: ignored: helicone; Pointsman needs no account and no control plane\n"
                "c.yaml:8:1: error: duplicate key 'server': it is in line 2 already\n"));
    }

    /// A text that breaks off: what came before is checked, what may yet come is not missed.
    void brokenTextTellsTheRestToo()
    {
        const QStringList lines =
            told(loaded(QStringLiteral("server: {port: x}\n"
                                       "active-router: later\n"
                                       "routers:\n"
                                       "  r: {route: {strategy: latency, providers: [mine]\n"))
                     .problems);
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines[0].startsWith(u"1:16+1 E server.port"));
        QVERIFY2(lines[1].contains(u"not valid YAML"), qPrintable(lines[1]));
    }

    void bounds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("depth") << QString(50, u'[') + QString(50, u']')
                               << QStringLiteral("nested deeper than 40");
        QTest::newRow("depth far beyond")
            << QString(100'000, u'[') << QStringLiteral("nested deeper than 40");
        QTest::newRow("values") << QStringLiteral("server: [") + QStringLiteral("1,").repeated(150'000) + u']'
                                << QStringLiteral("more than 100000 values");
        QTest::newRow("size") << QStringLiteral("# ") + QString(4 * 1024 * 1024, u'x')
                              << QStringLiteral("larger than 4 MiB");
        QTest::newRow("alias bomb") << QStringLiteral("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n")
                                    << QStringLiteral("anchors (&name) are not supported");
    }
    void bounds()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const QString said = told(loaded(text).problems).join(u'\n');
        QVERIFY2(said.contains(expected), qPrintable(said.left(500)));
    }

    void problemsAreBounded()
    {
        QString text;
        for (int i = 0; i < 5000; ++i)
            text += QStringLiteral("key%1: 1\n").arg(i);
        QCOMPARE(loaded(text).problems.size(), std::size_t(1000));
    }
};

QTEST_GUILESS_MAIN(TestConfigReports)
#include "tst_config_reports.moc"
