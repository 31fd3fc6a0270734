// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/providers/demo_ask.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

class TestDemoTools : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void calls_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QStringList>("calls"); // name and arguments
        const QString weather =
            q("\"get_weather\" \"{\\\"city\\\":\\\"demo\\\",\\\"days\\\":3,\\\"unit\\\":\\\"C\\\"}\"");
        const QString ping = q("\"ping\" \"{}\"");
        QTest::newRow("by word") << q(chat("Please CALL get_weather now", kTools)) << QStringList{weather};
        QTest::newRow("by another word") << q(chat("use the tool `ping`", kTools)) << QStringList{ping};
        QTest::newRow("two in the order asked")
            << q(chat("call ping and call get_weather", kTools)) << QStringList{ping, weather};
        QTest::newRow("one at a time")
            << q(chat("call ping, call get_weather", kTools + ",\"parallel_tool_calls\":false"))
            << QStringList{ping};
        QTest::newRow("required") << q(chat("hello", kTools + ",\"tool_choice\":\"required\""))
                                  << QStringList{weather};
        QTest::newRow("forced") << q(chat("hello",
                                          kTools + ",\"tool_choice\":{\"type\":\"function\",\"function\":{"
                                                   "\"name\":\"ping\"}}"))
                                << QStringList{ping};
    }
    void calls()
    {
        QFETCH(QString, body);
        QFETCH(QStringList, calls);
        const http::Script script = ask(body.toStdString());
        QCOMPARE(at(script, "/choices/0/finish_reason"), q("\"tool_calls\""));
        QCOMPARE(at(script, "/choices/0/message/content"), q("null"));
        for (int i = 0; i < calls.size(); ++i) {
            const std::string call = "/choices/0/message/tool_calls/" + std::to_string(i);
            QCOMPARE(at(script, call + "/function/name") + u' ' + at(script, call + "/function/arguments"),
                     calls[i]);
            QVERIFY(at(script, call + "/id").startsWith(q("\"call_demo")));
        }
        QCOMPARE(at(script, "/choices/0/message/tool_calls/" + std::to_string(calls.size())), q("absent"));
        // The stream says the same in pieces.
        const http::Script stream = ask(body.left(body.size() - 1).toStdString() + ",\"stream\":true}");
        QStringList streamed;
        for (const auto &piece : stream.pieces) {
            const std::string_view line = std::string_view(piece.bytes).substr(6);
            const auto chunk = json::Document::parse(line.substr(0, line.find('\n')));
            QVERIFY(chunk.has_value());
            json::Element part;
            if (chunk->root().at_pointer("/choices/0/delta/tool_calls/0/function").get(part) !=
                simdjson::SUCCESS)
                continue;
            if (const auto name = json::findString(part, "name"))
                streamed << q(*name) + u' ';
            streamed.last() += q(json::findString(part, "arguments").value_or("?"));
        }
        QCOMPARE(streamed.size(), calls.size());
        for (int i = 0; i < calls.size(); ++i) {
            QString plain = calls[i];
            plain.remove(q("\"")).remove(u'\\');
            QCOMPARE(streamed[i].remove(q("\"")), plain);
        }
    }

    void schemas_data()
    {
        QTest::addColumn<QString>("schema");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *what, const char *schema, const char *value) {
            QTest::newRow(what) << q(schema) << q(value);
        };
        row("nested",
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\",\"properties\":{\"b\":"
            "{\"type\":\"array\",\"items\":{\"type\":\"boolean\"}}},\"required\":[\"b\"]}},"
            "\"required\":[\"a\"]}",
            "{\"a\":{\"b\":[true]}}");
        row("nothing required", "{\"type\":\"object\",\"properties\":{\"a\":{}}}", "{}");
        row("required without a schema", "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{}}",
            "{\"a\":\"demo\"}");
        row("const", "{\"const\":7}", "7");
        row("default", "{\"type\":\"string\",\"default\":\"x\"}", "\"x\"");
        row("type list", "{\"type\":[\"null\",\"integer\"]}", "1");
        row("first branch", "{\"anyOf\":[{\"type\":\"boolean\"},{\"type\":\"string\"}]}", "true");
        row("reference",
            "{\"$defs\":{\"u\":{\"enum\":[\"C\"]}},\"type\":\"object\",\"properties\":{\"a\":"
            "{\"$ref\":\"#/$defs/u\"}},\"required\":[\"a\"]}",
            "{\"a\":\"C\"}");
        row("reference to itself", "{\"$ref\":\"#\"}", "\"demo\"");
        row("reference to nowhere", "{\"$ref\":\"#/no\"}", "\"demo\"");
        row("true is a schema", "{\"type\":\"array\",\"items\":true}", "[]");
    }
    void schemas()
    {
        QFETCH(QString, schema);
        QFETCH(QString, value);
        const http::Script script =
            ask(chat("x", "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":" +
                              schema.toStdString() + "}}"));
        QString quoted = at(script, "/choices/0/message/content");
        QCOMPARE(quoted.mid(1, quoted.size() - 2).remove(u'\\'), value);
    }

    void recursiveSchemaEnds()
    {
        const http::Script script = ask(chat(
            "x",
            "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{"
            "\"type\":\"object\",\"properties\":{\"next\":{\"$ref\":\"#\"}},\"required\":[\"next\"]}}}"));
        const QString content = at(script, "/choices/0/message/content");
        QVERIFY(content.contains(q("null")));
        QVERIFY(content.size() < 1000);
    }
};

QTEST_GUILESS_MAIN(TestDemoTools)
#include "tst_demo_tools.moc"
