// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"

#include <QTest>

using namespace pm;

class TestText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void clipKeepsCharactersWhole();
    void lowerAsciiLeavesOtherBytes();
    void stableHashIsFnv1a();
    void nearestNameComesFirst();
    void longListsOfNamesAreCut();
};

void TestText::clipKeepsCharactersWhole()
{
    const std::string_view text = "a\xE2\x82\xAC"
                                  "b"; // a, euro sign, b
    QCOMPARE(clipUtf8(text, 9), text);
    QCOMPARE(clipUtf8(text, 4), text.substr(0, 4));
    QCOMPARE(clipUtf8(text, 3), text.substr(0, 1));
    QCOMPARE(clipUtf8(text, 2), text.substr(0, 1));
    QCOMPARE(clipUtf8(text, 0), std::string_view());
}

void TestText::lowerAsciiLeavesOtherBytes()
{
    QCOMPARE(lowerAscii("AZaz[@`{09"), std::string("azaz[@`{09"));
    QCOMPARE(lowerAscii("\xC3\x84\xC4\xB0"), std::string("\xC3\x84\xC4\xB0"));
    QCOMPARE(lowerAscii(""), std::string());
}

void TestText::stableHashIsFnv1a()
{
    // The published values: stored and shown names hang on them.
    QCOMPARE(stableHash(""), std::string("cbf29ce484222325"));
    QCOMPARE(stableHash("a"), std::string("af63dc4c8601ec8c"));
    QCOMPARE(stableHash("foobar"), std::string("85944171f73967e8"));
}

void TestText::nearestNameComesFirst()
{
    const std::vector<std::string> names{"weighted", "priority", "latency"};
    QCOMPARE(nearest("latencie", names).front(), std::string("latency"));
    QCOMPARE(nearest("priorty", names).front(), std::string("priority"));
}

void TestText::longListsOfNamesAreCut()
{
    QCOMPARE(joinNames({"a", "b"}), std::string("a, b"));
    QCOMPARE(joinNames({"a", "b", "c"}, 2), std::string("a, b, … (1 more)"));
    QCOMPARE(joinNames({}), std::string());
}

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"
