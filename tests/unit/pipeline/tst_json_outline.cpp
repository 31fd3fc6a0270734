// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/json_outline.h"

#include <QTest>

using namespace pm;

namespace {

/// "POINTER@OFFSET" for each value.
std::string drawn(const JsonOutline &outline)
{
    std::string out;
    for (JsonOutline::Id id = 0; id < outline.size(); ++id)
        out += outline.pointer(id) + '@' + std::to_string(outline[id].begin) + ' ';
    return out;
}

} // namespace

class TestJsonOutline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void values_data();
    void values();
    void spansAreTheText();
    void lookUps();
    void aTextCutAnywhereIsReadAsFarAsItGoes();
    void itIsBounded();
    void namesInTwoSpellings();
};

void TestJsonOutline::values_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("nothing") << QByteArray() << QByteArray();
    QTest::newRow("a number") << QByteArray(" 12 ") << QByteArray("@1 ");
    QTest::newRow("members stand where their names do")
        << QByteArray(R"({"a": 1, "b":{"c":null}})") << QByteArray("@0 /a@1 /b@9 /b/c@14 ");
    QTest::newRow("elements are counted")
        << QByteArray(R"(["x",[],{"y":[true,-1.5e3]}])") << QByteArray("@0 /0@1 /1@5 /2@8 /2/y@9 /2/y/0@14 /2/y/1@19 ");
    QTest::newRow("brackets and quotes inside strings are text")
        << QByteArray(R"({"a":"}]\"{","b":0})") << QByteArray("@0 /a@1 /b@13 ");
    QTest::newRow("names are escaped in pointers")
        << QByteArray(R"({"a/b~c":0})") << QByteArray("@0 /a~1b~0c@1 ");
    QTest::newRow("what stands behind the value is not its") << QByteArray("{} {\"a\":1}") << QByteArray("@0 ");
}

void TestJsonOutline::values()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, expected);
    QCOMPARE(QByteArray::fromStdString(drawn(JsonOutline({text.constData(), std::size_t(text.size())}))), expected);
}

void TestJsonOutline::spansAreTheText()
{
    const std::string text = R"({"list": [1, "two"], "end": true})";
    const JsonOutline outline(text);
    const auto at = [&](JsonOutline::Id id) {
        return text.substr(outline[id].value, outline[id].end - outline[id].value);
    };
    QCOMPARE(at(outline.member(0, "list")), std::string(R"([1, "two"])"));
    QCOMPARE(at(outline.element(outline.member(0, "list"), 0)), std::string("1"));
    QCOMPARE(at(outline.member(0, "end")), std::string("true"));
}

void TestJsonOutline::lookUps()
{
    const std::string text = R"({"topP": 1, "deep": {"topP": 2}, "list": [{"n": "a"}, {"n": "b"}]})";
    const JsonOutline outline(text);
    const JsonOutline::Id list = outline.member(0, "list");
    QCOMPARE(outline.string(outline.member(outline.element(list, 1), "n")), std::string_view("b"));
    QCOMPARE(outline.pointer(outline.member(0, "top_p")), std::string("/topP"));
    QCOMPARE(outline.member(0, "n"), JsonOutline::kNone);
    QCOMPARE(outline.element(list, 2), JsonOutline::kNone);
    QCOMPARE(outline.elements(list).size(), 2u);
    QVERIFY(outline.elements(0).empty() && outline.elements(JsonOutline::kNone).empty());
    QCOMPARE(outline.element(0, 0), JsonOutline::kNone);
    QCOMPARE(outline.member(JsonOutline::kNone, "n"), JsonOutline::kNone);
    QCOMPARE(outline.string(list), std::string_view());
    QCOMPARE(outline[list].behind, outline.size());
}

void TestJsonOutline::aTextCutAnywhereIsReadAsFarAsItGoes()
{
    const std::string text = R"({"a":[{"b\"c":"d\\"},tru],"e":-1})";
    for (std::size_t size = 0; size <= text.size(); ++size) {
        const std::string piece = text.substr(0, size); // of its own, so that a look behind its end is seen
        const JsonOutline outline(piece);
        for (JsonOutline::Id id = 0; id < outline.size(); ++id) {
            QVERIFY(outline[id].end <= size && outline[id].begin <= outline[id].value);
            QVERIFY(outline[id].behind > id && outline[id].behind <= outline.size());
        }
    }
}

void TestJsonOutline::itIsBounded()
{
    const std::string deep(JsonOutline::kMostNodes + 5, '[');
    QCOMPARE(JsonOutline(deep).size(), JsonOutline::Id(JsonOutline::kMostNodes));
}

void TestJsonOutline::namesInTwoSpellings()
{
    QVERIFY(isSameName("generationConfig", "generation_config"));
    QVERIFY(isSameName("a_", "A"));
    QVERIFY(!isSameName("top_p", "top_k"));
    QVERIFY(!isSameName("top", "top_p"));
    QVERIFY(!isSameName("", "a"));
    QVERIFY(isSameName("", ""));
}

QTEST_APPLESS_MAIN(TestJsonOutline)
#include "tst_json_outline.moc"
