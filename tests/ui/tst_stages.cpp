// SPDX-License-Identifier: GPL-3.0-or-later
// What the detail's stages hold, and where their marks stand.
#include "dialects/framing/aws_event_stream.h"
#include "sample_source.h"
#include "traces/json_text.h"
#include "traces/prepared.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;

namespace {

QString lineOf(const BodyText &body, int line)
{
    return body.text.section(u'\n', line, line).trimmed();
}

/// "KIND: TEXT OF THE LINE" for each mark.
QStringList marked(const BodyText &body)
{
    QStringList lines;
    for (const LineMark &mark : body.marks)
        lines.append((mark.kind == LineMark::Kind::Lost ? u"lost: "_s : u"changed: "_s) + lineOf(body, mark.line));
    return lines;
}

/// Same format: only what the gateway writes into the client's own bytes.
trace::Record passedOn()
{
    trace::Record record = sample::makeTranslatedRecord(0);
    record.detail.attempts[0].dialect = record.head.clientDialect;
    record.detail.losses.clear();
    record.detail.responseBody = {};
    QByteArray &sent = record.detail.upstreamRequestBody.bytes;
    sent = record.detail.requestBody.bytes;
    sent.replace("\"claude-sonnet-5\"", "\"sonnet\"");
    return record;
}

} // namespace

class TestStages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTranslatedRequest();
    void lossesStandWhereTheyWereAsked();
    void whatIsBeyondTheShownPartHasNoLine();
    void aTranslatedAnswer();
    void whatWentOnUnchangedSaysSo();
    void whatTheGatewayWroteIntoTheSameFormatIsMarked();
    void aStreamThatBrokeWasPassedOnUntilThen();
    void nothingWasSent();
    void bodiesThatAreNotKept();
    void binaryMessagesAreShownAsText();
    void formatsThatTheReaderDoesNotKnowAreReadInTheCommonForm();
    void linesOfOffsets_data();
    void linesOfOffsets();
};

void TestStages::aTranslatedRequest()
{
    const BodyStages stages = requestStages(sample::makeTranslatedRecord(0));
    QVERIFY(stages.stages[0].about.startsWith(u"openai · "_s));
    QVERIFY(stages.stages[0].body.text.contains(u"\"max_completion_tokens\": 4096"_s));
    QCOMPARE(stages.stages[1].about, u"read from openai"_s);
    QCOMPARE(stages.stages[1].note, QString());
    QVERIFY(stages.stages[1].body.isJson);
    QVERIFY(stages.stages[1].body.text.contains(u"\"max_tokens\": 4096"_s));
    QVERIFY(stages.stages[1].body.text.contains(u"\"type\": \"tool_result\""_s));
    QVERIFY(stages.stages[2].about.startsWith(u"anthropic · "_s));
    QVERIFY(stages.stages[2].about.endsWith(u"to anthropic/claude-sonnet-5"_s));
    QVERIFY(stages.stages[2].body.text.contains(u"\"input_schema\""_s));
    QVERIFY2(stages.stages[2].body.marks.empty(), "two formats share no lines");
}

void TestStages::lossesStandWhereTheyWereAsked()
{
    const BodyStages stages = requestStages(sample::makeTranslatedRecord(0));
    const BodyText &asked = stages.stages[0].body;
    QCOMPARE(marked(asked),
             (QStringList{u"lost: \"name\": \"ann\","_s, u"lost: \"name\": \"ann\","_s, u"lost: \"seed\": 7,"_s,
                          u"lost: \"logit_bias\": {"_s, u"lost: \"service_tier\": \"flex\","_s}));
    QCOMPARE(asked.marks[2].text, u"Not carried over to anthropic: seed"_s);
    QCOMPARE(stages.losses.size(), 5u);
    QCOMPARE(stages.losses[0].name, u"logit_bias"_s);
    QCOMPARE(lineOf(asked, stages.losses[0].lines.at(0)), u"\"logit_bias\": {"_s);
    QCOMPARE(stages.losses[3].lines.size(), 2u);
    QVERIFY2(stages.losses[4].lines.empty(), "it was added");
    QCOMPARE(stages.target, u"anthropic"_s);
}

void TestStages::whatIsBeyondTheShownPartHasNoLine()
{
    trace::Record record = sample::makeTranslatedRecord(0);
    QByteArray many;
    for (int i = 0; i < 60'000; ++i)
        many += R"({"role":"user","content":"a text of some length"},)";
    QByteArray &body = record.detail.requestBody.bytes;
    body.insert(body.indexOf(R"({"role":"system")"), many);
    record.detail.requestBody.fullSize = body.size();
    const BodyStages stages = requestStages(record);
    QVERIFY(stages.stages[0].body.isCut);
    QVERIFY(stages.losses[0].lines.empty());
    QVERIFY(stages.stages[0].body.marks.empty());
}

void TestStages::aTranslatedAnswer()
{
    const BodyStages stages = answerStages(sample::makeTranslatedRecord(0));
    QVERIFY(stages.stages[0].about.startsWith(u"anthropic · "_s));
    QVERIFY(stages.stages[0].body.text.startsWith(u"event: message_start"_s));
    QCOMPARE(stages.stages[1].about, u"read from anthropic"_s);
    QVERIFY(stages.stages[1].body.text.contains(u"\"text\": \"The gift card is taken off before the coupon.\""_s));
    QVERIFY(stages.stages[1].body.text.contains(u"\"finish\": \"end\""_s));
    QVERIFY(stages.stages[2].about.startsWith(u"openai · "_s));
    QVERIFY(stages.stages[2].body.text.contains(u"[DONE]"_s));
    QVERIFY(stages.losses.empty());
}

void TestStages::whatWentOnUnchangedSaysSo()
{
    trace::Record record = passedOn();
    record.detail.upstreamRequestBody = {};
    const Stage sent = requestStages(record).stages[2];
    QVERIFY(sent.body.text.isEmpty());
    QVERIFY2(sent.empty.startsWith(u"Sent on as it came: anthropic speaks"_s), qPrintable(sent.empty));
    const Stage answered = answerStages(record).stages[2];
    QVERIFY2(answered.empty.startsWith(u"Passed on as it came"_s), qPrintable(answered.empty));
}

void TestStages::whatTheGatewayWroteIntoTheSameFormatIsMarked()
{
    const BodyStages stages = requestStages(passedOn());
    QCOMPARE(marked(stages.stages[0].body), QStringList{u"changed: \"model\": \"claude-sonnet-5\","_s});
    QCOMPARE(marked(stages.stages[2].body), QStringList{u"changed: \"model\": \"sonnet\","_s});
}

void TestStages::aStreamThatBrokeWasPassedOnUntilThen()
{
    trace::Record record = passedOn();
    record.head.state = trace::State::Failed;
    record.head.errorKind = "upstream_broken";
    record.detail.responseBody.bytes = "data: {\"error\":{\"message\":\"it broke\"}}\n\n";
    const Stage answered = answerStages(record).stages[2];
    QVERIFY(answered.note.contains(u"until it broke"_s));
    QVERIFY(answered.body.text.contains(u"it broke"_s));
    const Prepared prepared = prepare(record);
    const ChatMessage &message = prepared.conversation.messages.back();
    QVERIFY(message.isAnswer);
    QCOMPARE(message.blocks.at(0).text, u"The gift card is taken off before the coupon."_s);
}

void TestStages::nothingWasSent()
{
    trace::Record record = sample::makeFailedRecord(0);
    record.detail.attempts.clear();
    record.detail.upstreamRequestBody = {};
    QVERIFY(requestStages(record).stages[2].empty.startsWith(u"Nothing was sent on"_s));
    QCOMPARE(answerStages(record).stages[0].empty, u"Nothing was asked of a provider."_s);
    const Stage understood = answerStages(record).stages[1];
    QVERIFY(understood.body.text.contains(u"openai refused the key (401)"_s));
    QVERIFY2(understood.note.contains(u"refused the request itself"_s), qPrintable(understood.note));
}

void TestStages::bodiesThatAreNotKept()
{
    trace::Record record = sample::makeTranslatedRecord(0);
    for (trace::Body *body : trace::bodiesOf(record.detail))
        *body = {};
    record.detail.losses.clear();
    for (const BodyStages &stages : {requestStages(record), answerStages(record)}) {
        for (const Stage &stage : stages.stages) {
            QVERIFY(stage.body.text.isEmpty());
            QVERIFY2(stage.empty.contains(u"traces.bodies"_s), qPrintable(stage.empty));
        }
    }
}

void TestStages::binaryMessagesAreShownAsText()
{
    trace::Record record = sample::makeTranslatedRecord(0);
    record.detail.attempts[0].dialect = "bedrock";
    std::string wire;
    appendAwsMessage(wire, {"event", "messageStart", {}, R"({"role":"assistant"})"});
    appendAwsMessage(wire, {"event", "contentBlockDelta", {}, R"({"contentBlockIndex":0,"delta":{"text":"Hi"}})"});
    appendAwsMessage(wire, {"event", "messageStop", {}, R"({"stopReason":"end_turn"})"});
    record.detail.upstreamResponseBody.bytes = QByteArray::fromStdString(wire);
    record.detail.upstreamResponseBody.fullSize = qsizetype(wire.size());
    const BodyStages stages = answerStages(record);
    QCOMPARE(stages.stages[0].note, u"Binary messages, shown as text."_s);
    QVERIFY(stages.stages[0].body.text.startsWith(u"event: messageStart\n{\"role\":\"assistant\"}\n\n"_s));
    QVERIFY(!stages.stages[0].body.isCut);
    QVERIFY2(stages.stages[1].body.text.contains(u"\"text\": \"Hi\""_s), qPrintable(stages.stages[1].body.text));
}

void TestStages::formatsThatTheReaderDoesNotKnowAreReadInTheCommonForm()
{
    trace::Record record = sample::makeTranslatedRecord(0);
    record.head.clientDialect = record.detail.attempts[0].dialect = "gemini";
    record.detail.losses.clear();
    record.detail.requestBody.bytes =
        R"({"contents":[{"role":"user","parts":[{"text":"Hello"}]},{"role":"model",)"
        R"("parts":[{"functionCall":{"name":"ls","args":{"p":1}}}]},)"
        R"({"role":"user","parts":[{"functionResponse":{"name":"ls","response":{"output":"a.txt"}}}]}]})";
    record.detail.upstreamResponseBody.bytes =
        "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"Two files\"}]},"
        "\"finishReason\":\"STOP\"}]}\n\n";
    record.detail.upstreamResponseBody.fullSize = record.detail.upstreamResponseBody.bytes.size();
    record.detail.requestBody.fullSize = record.detail.requestBody.bytes.size();
    record.detail.responseBody = {};
    const Prepared prepared = prepare(record);
    const auto &messages = prepared.conversation.messages;
    QCOMPARE(messages.size(), 4u);
    QCOMPARE(messages[0].blocks.at(0).text, u"Hello"_s);
    QCOMPARE(messages[1].blocks.at(0), (ChatBlock{ChatBlock::Kind::ToolCall, u"ls"_s, u"{\"p\":1}"_s}));
    QCOMPARE(messages[2].blocks.at(0).kind, ChatBlock::Kind::ToolResult);
    QVERIFY(messages[3].isAnswer && !messages[3].isCut);
    QCOMPARE(messages[3].blocks.at(0).text, u"Two files"_s);
}

void TestStages::linesOfOffsets_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("lines");
    QTest::newRow("members") << QByteArray("{^\"a\":1,^\"b\":{^\"c\":2}}") << QByteArray("1 2 3");
    QTest::newRow("elements") << QByteArray("[^1,^[],^{\"x\":[^true]}]") << QByteArray("1 2 3 5");
    QTest::newRow("white space of its own") << QByteArray("{\n\n  ^\"a\" : 1 ,\r\n ^\"b\": 2}") << QByteArray("1 2");
    QTest::newRow("the whole") << QByteArray("^{\"a\":1}") << QByteArray("0");
    QTest::newRow("cut") << QByteArray("{\"a\":[1,^2") << QByteArray("3");
    QTest::newRow("no JSON") << QByteArray("a\n^b") << QByteArray("0");
}

/// "^" stands before each offset. What stands on the line is what stood at the offset.
void TestStages::linesOfOffsets()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, lines);
    std::vector<qsizetype> offsets;
    for (qsizetype at = text.indexOf('^'); at >= 0; at = text.indexOf('^', at)) {
        text.remove(at, 1);
        offsets.push_back(at);
    }
    const PrettyJson pretty = prettyJsonWithLines(text, offsets);
    QByteArray seen;
    for (const int line : pretty.lines)
        seen += QByteArray::number(line) + ' ';
    QCOMPARE(seen.trimmed(), lines);
    QCOMPARE(pretty.text, prettyJson(text));
}

QTEST_APPLESS_MAIN(TestStages)
#include "tst_stages.moc"
