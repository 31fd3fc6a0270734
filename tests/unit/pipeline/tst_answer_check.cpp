// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/answer_check.h"

#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using pm::test::q;

namespace {

ChatRequest asked()
{
    ChatRequest request;
    Tool tool;
    tool.name = "get_weather";
    tool.schema = test::json("{'type':'object','properties':{'city':{'type':'string'}},'required':['city']}");
    request.tools.push_back(tool);
    return request;
}

ChatReply saying(std::string text)
{
    ChatReply reply;
    reply.finish = FinishReason::End;
    reply.parts.push_back({TextPart{std::move(text)}, {}});
    return reply;
}

ChatReply calling(std::string name, std::string arguments)
{
    ChatReply reply;
    reply.finish = FinishReason::ToolCalls;
    ToolCallPart call;
    call.id = "1";
    call.name = std::move(name);
    call.arguments = std::move(arguments);
    reply.parts.push_back({call, {}});
    return reply;
}

constexpr const char *kAll = "empty,refusal,json,tools,cut,logprob";

} // namespace

class TestAnswerCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void texts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("good") << q("42.") << QString();
        QTest::newRow("empty") << QString() << q("the answer is empty");
        QTest::newRow("blank") << q(" \n\t") << q("the answer is empty");
        QTest::newRow("refusal") << q("I can't help with that.") << q("the model refused");
        QTest::newRow("refusal, curly") << q("I\u2019m sorry, but I can\u2019t do this") << q("the model refused");
        QTest::newRow("about refusing") << q("She said: I can't help you.") << QString();
    }
    void texts()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        QCOMPARE(q(poorReason(saying(text.toStdString()), asked(), {kAll, -1, {}})), expected);
    }

    void finishes()
    {
        ChatReply reply = saying("so far");
        reply.finish = FinishReason::Length;
        QCOMPARE(q(poorReason(reply, asked(), {kAll, -1, {}})), q("it was cut at the length limit"));
        QCOMPARE(q(poorReason(reply, asked(), {"empty,refusal,json,tools", -1, {}})), QString()); // only what is asked for
        reply.finish = FinishReason::ContextFull;
        QCOMPARE(q(poorReason(reply, asked(), {kAll, -1, {}})), q("it was cut at the length limit"));
        reply.finish = FinishReason::ContentFilter;
        QCOMPARE(q(poorReason(reply, asked(), {kAll, -1, {}})), q("the provider's content filter stopped it"));
        ChatReply refused;
        refused.parts.push_back({RefusalPart{"no"}, {}});
        QCOMPARE(q(poorReason(refused, asked(), {kAll, -1, {}})), q("the model refused"));
    }

    void calls_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const std::string &arguments, const char *expected) {
            QTest::newRow(arguments.c_str()) << q(name) << q(arguments) << q(expected);
        };
        row("get_weather", test::json("{'city':'Oslo'}"), "");
        row("get_weather", test::json("{'city':'Os"), "arguments of get_weather are no JSON object");
        row("get_weather", test::json("['Oslo']"), "arguments of get_weather are no JSON object");
        row("get_weather", test::json("{'town':'Oslo'}"), "arguments of get_weather lack \"city\", which is required");
        row("get_weather", "", "arguments of get_weather lack \"city\", which is required");
        row("rm_rf", "{}", "it calls rm_rf, which was not offered");
    }
    void calls()
    {
        QFETCH(QString, name);
        QFETCH(QString, arguments);
        QFETCH(QString, expected);
        QCOMPARE(q(poorReason(calling(name.toStdString(), arguments.toStdString()), asked(), {kAll, -1, {}})), expected);
    }

    void formats()
    {
        ChatRequest request = asked();
        request.responseFormat.kind = ResponseFormat::Kind::JsonSchema;
        request.responseFormat.schema = test::json("{'type':'object','required':['answer']}");
        QCOMPARE(q(poorReason(saying(test::json("{'answer':1}")), request, {kAll, -1, {}})), QString());
        QCOMPARE(q(poorReason(saying("```json\n{}\n```"), request, {kAll, -1, {}})), q("JSON was asked for and this is none"));
        QCOMPARE(q(poorReason(saying("{}"), request, {kAll, -1, {}})), q("the JSON lacks \"answer\", which the schema requires"));
        QCOMPARE(q(poorReason(saying("[1]"), request, {kAll, -1, {}})), q("the JSON lacks \"answer\", which the schema requires"));
        QCOMPARE(q(poorReason(calling("get_weather", test::json("{'city':'x'}")), request, {kAll, -1, {}})), QString());
    }

    void logprobs()
    {
        const std::string body = test::json("{'choices':[{'logprobs':{'content':[{'logprob':-0.5},{'logprob':-3.5}]}}]}");
        QCOMPARE(q(poorReason(saying("x"), asked(), {kAll, -2.1, body})), QString());
        QCOMPARE(q(poorReason(saying("x"), asked(), {kAll, -1.9, body})), q("a token's mean log-probability is below -1.90"));
        QCOMPARE(q(poorReason(saying("x"), asked(), {kAll, -0.1, test::json("{'choices':[{}]}")})), QString());
        QCOMPARE(q(poorReason(saying("x"), asked(), {kAll, -0.1, "no json"})), QString());
    }
};

QTEST_APPLESS_MAIN(TestAnswerCheck)
#include "tst_answer_check.moc"
