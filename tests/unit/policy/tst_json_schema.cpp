// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/json_schema.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::policy;
using pm::test::q;

class TestJsonSchema : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checks_data()
    {
        QTest::addColumn<QString>("schema");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("problem"); // a piece of it; empty: none
        const QString person = q("{'type':'object','required':['name'],'properties':{'name':{'type':'string'},'age':{'type':'integer','minimum':0}},'additionalProperties':false}");
        QTest::newRow("fits") << person << q("{'name':'Bob','age':3}") << QString();
        QTest::newRow("missing") << person << q("{'age':3}") << q("name");
        QTest::newRow("wrong type") << person << q("{'name':3}") << q("it");
        QTest::newRow("too small") << person << q("{'name':'B','age':-1}") << q("it");
        QTest::newRow("a member too many") << person << q("{'name':'B','secret-value':1}") << q("it");
        QTest::newRow("no JSON") << person << q("Sure! {}") << q("it is not JSON");
        QTest::newRow("cut JSON") << person << q("{'name':'B'") << q("it is not JSON");
        QTest::newRow("enum") << q("{'enum':['a','b']}") << q("'c'") << q("it");
        QTest::newRow("a reference") << q("{'definitions':{'n':{'type':'number'}},'items':{'$ref':'#/definitions/n'},'type':'array'}") << q("[1,2,'x']") << q("it");
        QTest::newRow("format says nothing") << q("{'type':'string','format':'date'}") << q("'no date'") << QString();
        QTest::newRow("a property called pattern") << q("{'properties':{'pattern':{'type':'string'}}}") << q("{'pattern':'x'}") << QString();
        QTest::newRow("any of") << q("{'anyOf':[{'type':'string'},{'type':'null'}]}") << q("null") << QString();
    }
    void checks()
    {
        QFETCH(QString, schema);
        QFETCH(QString, text);
        QFETCH(QString, problem);
        const auto parsed = JsonSchema::parse(pm::test::json(schema.toStdString()));
        QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().message.c_str());
        const std::string told = parsed->problem(pm::test::json(text.toStdString())).value_or("");
        QVERIFY2(problem.isEmpty() ? told.empty() : !told.empty(), told.c_str());
        QVERIFY2(problem == q("it") || q(told).contains(problem), told.c_str());
        QVERIFY2(told.find("secret-value") == std::string::npos, told.c_str());
    }

    void refused_data()
    {
        QTest::addColumn<QString>("schema");
        QTest::newRow("no JSON") << q("{");
        QTest::newRow("no object") << q("[]");
        QTest::newRow("a pattern") << q("{'pattern':'^(a+)+$'}");
        QTest::newRow("a pattern within") << q("{'items':{'anyOf':[{'patternProperties':{'x':{}}}]}}");
        QTest::newRow("another file") << q("{'$ref':'http://example.com/x.json'}");
        QTest::newRow("itself") << q("{'properties':{'a':{'$ref':'#'}}}");
        QTest::newRow("no such place") << q("{'$ref':'#/definitions/none'}");
        QTest::newRow("a type that is none") << q("{'type':'shoe'}");
    }
    void refused()
    {
        QFETCH(QString, schema);
        QVERIFY(!JsonSchema::parse(pm::test::json(schema.toStdString())).has_value());
    }

    void boundsHold()
    {
        const auto schema = JsonSchema::parse("{}");
        QVERIFY(schema.has_value());
        std::string many = "[0";
        for (std::size_t i = 0; i < JsonSchema::kMaxValues; ++i)
            many += ",0";
        QVERIFY(schema->problem(many + "]").has_value());
        QVERIFY(schema->problem("\"" + std::string(JsonSchema::kMaxText, 'x') + "\"").has_value());
        QVERIFY(schema->problem(std::string(200, '[') + std::string(200, ']')).has_value());
    }
};

QTEST_GUILESS_MAIN(TestJsonSchema)
#include "tst_json_schema.moc"
