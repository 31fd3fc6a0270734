// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/scalars.h"

#include <QTest>

using namespace pm::config;

class TestScalars : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void durations_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("expected"); // ms; -1: refused
        const auto row = [](const char *text, qint64 expected) {
            QTest::newRow(text) << QString::fromUtf8(text) << expected;
        };
        row("500ms", 500);
        row("10s", 10'000);
        row("1m", 60'000);
        row("1h 30m", 5'400'000);
        row("1h30m", 5'400'000);
        row("2 days 3 hours", 183'600'000);
        row("30d", 2'592'000'000);
        row("1w", 604'800'000);
        row("0", 0);
        row("0s", 0);
        row("", -1);
        row("10", -1);
        row("s", -1);
        row("-1s", -1);
        row("1.5s", -1);
        row("1x", -1);
        row("1s 2", -1);
        row("99999999999999999999s", -1);
        row("9223372036854775807d", -1);
        row("101w 99999w", -1);
    }
    void durations()
    {
        QFETCH(QString, text);
        QFETCH(qint64, expected);
        const auto value = parseDuration(text.toStdString());
        QCOMPARE(value ? qint64(value->count()) : -1, expected);
        if (value)
            QVERIFY(parseDuration(writeDuration(*value)) == value);
    }

    void sizes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("expected"); // bytes; -1: refused
        const auto row = [](const char *text, qint64 expected) {
            QTest::newRow(text) << QString::fromUtf8(text) << expected;
        };
        row("64MiB", 64LL << 20);
        row("2GiB", 2LL << 30);
        row("512 KiB", 512 << 10);
        row("10MB", 10'000'000);
        row("1024", 1024);
        row("0", 0);
        row("7B", 7);
        row("", -1);
        row("MiB", -1);
        row("-1", -1);
        row("1.5GiB", -1);
        row("1mib", -1);
        row("9999999999GiB", -1);
    }
    void sizes()
    {
        QFETCH(QString, text);
        QFETCH(qint64, expected);
        const auto value = parseSize(text.toStdString());
        QCOMPARE(value ? qint64(*value) : -1, expected);
        if (value)
            QVERIFY(parseSize(writeSize(*value)) == value);
    }

    void numbers()
    {
        QVERIFY(parseNumber("0.7") == 0.7);
        QVERIFY(parseNumber("1e3") == 1000.0);
        QVERIFY(!parseNumber("nan") && !parseNumber("inf") && !parseNumber("1,5") && !parseNumber("") &&
                !parseNumber("0x10"));
        QVERIFY(parseInteger("-3") == -3);
        QVERIFY(!parseInteger("3.0") && !parseInteger("+3") && !parseInteger("99999999999999999999"));
        QCOMPARE(writeNumber(0.1), std::string("0.1"));
        QCOMPARE(writeNumber(2), std::string("2"));
        QVERIFY(parseBool("true") == true && parseBool("False") == false && !parseBool("yes"));
    }

    void nearestWord_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("expected");
        QTest::newRow("one letter wrong") << QStringLiteral("latancy") << QStringLiteral("latency");
        QTest::newRow("letters swapped") << QStringLiteral("wieghted") << QStringLiteral("weighted");
        QTest::newRow("letter missing") << QStringLiteral("prt") << QStringLiteral("port");
        QTest::newRow("another word") << QStringLiteral("banana") << QString();
        QTest::newRow("one letter is no hint") << QStringLiteral("x") << QString();
        QTest::newRow("nothing") << QString() << QString();
        QTest::newRow("very long") << QString(100'000, u'a') << QString();
    }
    void nearestWord()
    {
        QFETCH(QString, word);
        QFETCH(QString, expected);
        const auto found = nearest(word.toStdString(), {"latency", "weighted", "port", "a"});
        QCOMPARE(QString::fromStdString(found.value_or("")), expected);
    }
};

QTEST_GUILESS_MAIN(TestScalars)
#include "tst_scalars.moc"
