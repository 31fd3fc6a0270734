// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/search_text.h"

#include <QTest>

using namespace pm::trace;

class TestSearchText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void expressions_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("expression");
        QTest::newRow("nothing") << "" << "";
        QTest::newRow("blanks") << " \t " << "";
        QTest::newRow("one word may go on") << "kube" << "\"kube\" *";
        QTest::newRow("a finished word may not") << "kube " << "\"kube\"";
        QTest::newRow("all words, the last may go on") << "fix the bu" << "\"fix\" \"the\" \"bu\" *";
        QTest::newRow("operators are words") << "a OR b NOT" << "\"a\" \"OR\" \"b\" \"NOT\" *";
        QTest::newRow("quotes are doubled") << "say \"hi\"" << "\"say\" \"\"\"hi\"\"\" *";
        QTest::newRow("syntax is quoted") << "col:x (y* -z ^w" << "\"col:x\" \"(y*\" \"-z\" \"^w\" *";
        QTest::newRow("punctuation alone is left out") << "a && b" << "\"a\" \"b\" *";
        QTest::newRow("only punctuation") << "+ - ()" << "";
        QTest::newRow("other scripts") << QString::fromUtf8("\xE6\x97\xA5\xE6\x9C\xAC") << QString::fromUtf8("\"\xE6\x97\xA5\xE6\x9C\xAC\" *");
    }
    void expressions()
    {
        QFETCH(QString, typed);
        QFETCH(QString, expression);
        QCOMPARE(QString::fromStdString(ftsExpression(typed.toStdString())), expression);
    }

    void wordsAreBounded()
    {
        std::string typed;
        for (int i = 0; i < 10'000; ++i)
            typed += "word ";
        QVERIFY(ftsExpression(typed).size() < 1000);
    }

    void trims()
    {
        QCOMPARE(QByteArray(trimmed("  a b\n").data(), 3), QByteArray("a b"));
        QVERIFY(trimmed(" \n").empty());
    }
};

QTEST_GUILESS_MAIN(TestSearchText)
#include "tst_search_text.moc"
