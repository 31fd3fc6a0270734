// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"

#include <QTest>

using namespace pm;

class TestJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("cut object") << QByteArray(R"({"a":1)");
        QTest::newRow("trailing comma") << QByteArray(R"({"a":1,})");
        QTest::newRow("two values") << QByteArray(R"({} {})");
        QTest::newRow("bad UTF-8") << QByteArray("{\"a\":\"\xC3\x28\"}");
        QTest::newRow("too deep") << QByteArray(200, '[') + QByteArray(200, ']');
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        const auto parsed = json::Document::parse({text.constData(), std::size_t(text.size())});
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().kind, ErrorKind::BadRequest);
    }

    void nestsToTheLimit()
    {
        // More than once: parsers are used again.
        for (int round = 0; round < 3; ++round) {
            const std::string allowed = std::string(json::kMaxDepth, '[') + "1" + std::string(json::kMaxDepth, ']');
            QVERIFY(json::Document::parse(allowed));
            const auto refused = json::Document::parse("{\"a[\":" + allowed + "}");
            QVERIFY(!refused);
            QCOMPARE(QString::fromStdString(refused.error().message),
                     QStringLiteral("JSON nests deeper than %1 levels at byte %2")
                         .arg(json::kMaxDepth)
                         .arg(6 + json::kMaxDepth - 1));
        }
    }

    void integersHaveNoLimit()
    {
        const std::string text = R"({"most":18446744073709551615,"over":18446744073709551616,"s":"99999999999999999999",)"
                                 R"("list":[-9223372036854775808,-9223372036854775809,115792089237316195423570985008687907853269984665640564039457584007913129639935]})";
        const auto document = json::Document::parse(text);
        QVERIFY(document.has_value());
        QCOMPARE(document->root()["most"].get_uint64().value(), std::numeric_limits<std::uint64_t>::max());
        QCOMPARE(document->root()["over"].get_double().value(), 18446744073709551616.0);
        QCOMPARE(json::findString(document->root(), "s"), std::optional<std::string_view>("99999999999999999999"));
        const auto list = json::findArray(document->root(), "list");
        QCOMPARE(list->at(0).get_int64().value(), std::numeric_limits<std::int64_t>::min());
        QCOMPARE(list->at(1).get_double().value(), -9223372036854775809.0);
        QCOMPARE(list->at(2).get_double().value(), 1.157920892373162e77);
        QVERIFY(!json::Document::parse("{\"a\":18446744073709551616,\"b\":01}"));
    }

    void documentsDoNotShare()
    {
        const auto first = json::Document::parse(R"({"name":"first"})");
        {
            const auto second = json::Document::parse(R"({"name":"second"})");
            QCOMPARE(json::findString(second->root(), "name"), std::optional<std::string_view>("second"));
        }
        const auto third = json::Document::parse(R"({"name":")" + std::string(200000, 'x') + R"("})");
        QCOMPARE(json::findString(third->root(), "name")->size(), std::size_t(200000));
        QCOMPARE(json::findString(first->root(), "name"), std::optional<std::string_view>("first"));
    }

    void membersHaveTheirSpans()
    {
        const std::string_view text = " { \"model\" : \"a\\\"b\" , \"n\": 12 ,\"list\":[1, {\"x\":[]}],"
                                      " \"o\":{ \"y\":1 } } ";
        const auto members = json::members(text);
        QVERIFY(members.has_value());
        QCOMPARE(members->size(), std::size_t(4));
        const auto value = [&](std::size_t i) {
            const json::Span span = members->at(i).value;
            return std::string(text.substr(span.begin, span.end - span.begin));
        };
        QCOMPARE(std::string(members->at(0).name(text)), std::string("model"));
        QCOMPARE(value(0), std::string("\"a\\\"b\""));
        QCOMPARE(value(1), std::string("12"));
        QCOMPARE(value(2), std::string(R"([1, {"x":[]}])"));
        QCOMPARE(value(3), std::string(R"({ "y":1 })"));
    }

    void splice_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("after");
        QTest::newRow("replaces and keeps the rest byte for byte")
            << R"({"z": 12345678901234567890, "model":"a",  "x":1.0})" << "model" << R"("b")"
            << R"({"z": 12345678901234567890, "model":"b",  "x":1.0})";
        QTest::newRow("adds when absent") << R"({"a":1})" << "b" << "2" << R"({"a":1,"b":2})";
        QTest::newRow("adds to an empty object") << "{}" << "b" << "2" << R"({"b":2})";
        QTest::newRow("removes the first") << R"({"a":1, "b":2})" << "a" << "" << R"({"b":2})";
        QTest::newRow("removes the last") << R"({"a":1, "b":2 })" << "b" << "" << R"({"a":1 })";
        QTest::newRow("removes the only one") << R"({"a":1})" << "a" << "" << "{}";
    }
    void splice()
    {
        QFETCH(QString, before);
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(QString, after);
        const std::string text = before.toStdString();
        const auto members = json::members(text);
        QVERIFY(members.has_value());
        json::Splice splice(text);
        if (value.isEmpty())
            splice.remove(*members, name.toStdString());
        else
            splice.set(*members, name.toStdString(), value.toStdString());
        QCOMPARE(QString::fromStdString(splice.apply()), after);
    }

    /// Whatever is removed, in whatever order, the rest stays an object; a member may be added after it.
    void removesSeveral()
    {
        const std::string text = R"({ "a":1, "b":[2,3] ,"c":{"d":4} })";
        const auto members = json::members(text);
        QVERIFY(members.has_value());
        for (const std::string_view order : {"ab", "ba", "ac", "ca", "bc", "cb", "abc", "acb", "bac", "bca", "cab", "cba"}) {
            for (const bool isAdded : {false, true}) {
                json::Splice splice(text);
                for (const char name : order)
                    splice.remove(*members, std::string(1, name));
                if (isAdded)
                    splice.set(*members, "e", "5");
                const std::string result = splice.apply();
                const auto parsed = json::Document::parse(result);
                QVERIFY2(parsed.has_value(), result.c_str());
                for (const char name : std::string_view("abc")) {
                    const bool isGone = order.find(name) != std::string_view::npos;
                    QVERIFY2(json::find(parsed->root(), std::string(1, name)).has_value() != isGone, result.c_str());
                }
                QCOMPARE(json::find(parsed->root(), "e").has_value(), isAdded);
            }
        }
    }

    void quotes_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("quoted");
        QTest::newRow("control characters with names") << QByteArray("\b\f\n\r\t\x01") << QByteArray("\"\\b\\f\\n\\r\\t\\u0001\"");
        QTest::newRow("plain") << QByteArray("abc") << QByteArray(R"("abc")");
        QTest::newRow("escapes") << QByteArray("a\"b\\c\n\x01") << QByteArray("\"a\\\"b\\\\c\\n\\u0001\"");
        QTest::newRow("UTF-8 stays") << QByteArray("é漢😀") << QByteArray("\"é漢😀\"");
        QTest::newRow("bad byte") << QByteArray("a\xFFz") << QByteArray("\"a\xEF\xBF\xBDz\"");
        QTest::newRow("cut sequence") << QByteArray("a\xE6\xBC") << QByteArray("\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
    }
    void quotes()
    {
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, quoted);
        std::string out;
        json::appendQuoted(out, {value.constData(), std::size_t(value.size())});
        QCOMPARE(QByteArray::fromStdString(out), quoted);
    }

    void writesNestedValues()
    {
        json::Writer out;
        out.beginObject();
        out.member("a", 1);
        out.key("b");
        out.beginArray();
        out.string("x");
        out.number(0.1);
        out.beginObject();
        out.endObject();
        out.endArray();
        out.member("c", true);
        out.memberNull("d");
        out.endObject();
        QCOMPARE(out.text(), std::string(R"({"a":1,"b":["x",0.1,{}],"c":true,"d":null})"));
    }
};

QTEST_GUILESS_MAIN(TestJson)
#include "tst_json.moc"
