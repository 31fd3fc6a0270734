// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/chat_reader.h"
#include "traces/json_text.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm::ui;

namespace {

/// "user: text | call Bash({...})" for each message: structure as text, compared as text.
QString drawn(const ChatMessage &message)
{
    static const QString kinds[] = {u""_s, u"think "_s, u"call "_s, u"result "_s, u"image "_s, u"other "_s};
    QStringList blocks;
    for (const ChatBlock &block : message.blocks)
        blocks.append(
            (kinds[int(block.kind)] + block.name + (block.name.isEmpty() ? u""_s : u" "_s) + block.text)
                .trimmed());
    return message.role + u": "_s + blocks.join(u" | "_s) + (message.isCut ? u" (cut)"_s : u""_s);
}

QStringList drawn(const Conversation &conversation)
{
    QStringList lines;
    for (const ChatMessage &message : conversation.messages)
        lines.append(drawn(message));
    return lines;
}

} // namespace

class TestChatReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requests_data();
    void requests();
    void answers_data();
    void answers();
    void aStreamCutAnywhereNeverBreaks();
    void whatIsNotJsonSaysSo();
    void prettyJson_data();
    void prettyJson();
};

void TestChatReader::requests_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("lines");
    QTest::newRow("openai: string content")
        << QByteArray("{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief\"},"
                      "{\"role\":\"user\",\"content\":\"Hi\"}]}")
        << QStringList{u"system: Be brief"_s, u"user: Hi"_s};
    QTest::newRow("openai: tool call and its result")
        << QByteArray("{\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"a\","
                      "\"type\":"
                      "\"function\",\"function\":{\"name\":\"ls\",\"arguments\":\"{\\\"p\\\":1}\"}}]},"
                      "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"a.txt\"}]}")
        << QStringList{u"assistant: call ls {\"p\":1}"_s, u"tool: result a.txt"_s};
    QTest::newRow("openai: an image by data URL is a placeholder with type and size")
        << QByteArray("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"See\"},{"
                      "\"type\":"
                      "\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAAAAAA\"}}]}]}")
        << QStringList{u"user: See | image image/png 6 B"_s};
    QTest::newRow("anthropic: system parts, tool use, tool result with parts")
        << QByteArray(
               "{\"system\":[{\"type\":\"text\",\"text\":\"Agent\"}],\"messages\":[{\"role\":\"assistant\","
               "\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"tool_use\",\"id\":\"t\","
               "\"name\":\"Bash\",\"input\":{\"command\":\"ls\"}}]},{\"role\":\"user\",\"content\":[{"
               "\"type\":"
               "\"tool_result\",\"tool_use_id\":\"t\",\"content\":[{\"type\":\"text\",\"text\":\"a.txt\"}]}]}"
               "]}")
        << QStringList{u"system: Agent"_s, u"assistant: think hm | call Bash {\"command\":\"ls\"}"_s,
                       u"user: result a.txt"_s};
    QTest::newRow("responses: instructions, string input")
        << QByteArray("{\"instructions\":\"Be brief\",\"input\":\"Hi\"}")
        << QStringList{u"system: Be brief"_s, u"user: Hi"_s};
    QTest::newRow("responses: items")
        << QByteArray("{\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_"
                      "text\",\"text\":\"Hi\"}]},"
                      "{\"type\":\"function_call\",\"name\":\"ls\",\"arguments\":\"{}\"},"
                      "{\"type\":\"function_call_output\",\"output\":\"a.txt\"}]}")
        << QStringList{u"user: Hi"_s, u"assistant: call ls {}"_s, u"tool: result a.txt"_s};
    QTest::newRow("an unknown part is shown, not lost")
        << QByteArray("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"hologram\",\"x\":1}]}]}")
        << QStringList{u"user: other hologram {\"type\":\"hologram\",\"x\":1}"_s};
}

void TestChatReader::requests()
{
    QFETCH(QByteArray, body);
    QTEST(drawn(readRequest(body)), "lines");
}

void TestChatReader::answers_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("line");
    QTest::newRow("openai, whole")
        << QByteArray("{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"Yes\"}}]}")
        << u"assistant: Yes"_s;
    QTest::newRow("anthropic, whole")
        << QByteArray("{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Yes\"}]}")
        << u"assistant: Yes"_s;
    QTest::newRow("an error body") << QByteArray("{\"error\":{\"message\":\"no\"}}")
                                   << u"assistant: other error {\"message\":\"no\"}"_s;
    QTest::newRow("openai, stream with reasoning and two calls")
        << QByteArray(
               "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"reasoning_content\":\"hm\"}}]}\n\n"
               "data: {\"choices\":[{\"delta\":{\"content\":\"Ye\"}}]}\n\ndata: "
               "{\"choices\":[{\"delta\":{\"content\":\"s\"}}]}\n\n"
               "data: "
               "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"a\","
               "\"arguments\":\"{\\\"x\\\"\"}}]}}]}\n\n"
               "data: "
               "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":1,\"function\":{\"name\":\"b\","
               "\"arguments\":\"{}\"}}]}}]}\n\n"
               "data: "
               "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":1}\"}}]"
               "}}]}\n\n"
               "data: [DONE]\n\n")
        << u"assistant: think hm | Yes | call a {\"x\":1} | call b {}"_s;
    QTest::newRow("anthropic, stream, CRLF, comment and ping")
        << QByteArray(": hello\r\n\r\nevent: ping\r\ndata: {\"type\":\"ping\"}\r\n\r\nevent: "
                      "content_block_start\r\ndata: {\"type\":"
                      "\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":"
                      "\"\"}}\r\n\r\ndata: {\"type\":"
                      "\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":"
                      "\"Yes\"}}\r\n\r\ndata: {\"type\":"
                      "\"message_stop\"}\r\n\r\n")
        << u"assistant: Yes"_s;
    QTest::newRow("a stream without an end is cut")
        << QByteArray("data: {\"choices\":[{\"delta\":{\"content\":\"Ye\"}}]}\n\n")
        << u"assistant: Ye (cut)"_s;
    QTest::newRow("an error in the stream ends it")
        << QByteArray("data: {\"choices\":[{\"delta\":{\"content\":\"Ye\"}}]}\n\ndata: "
                      "{\"error\":{\"message\":\"gone\"}}\n\n")
        << u"assistant: Ye | other error {\"message\":\"gone\"}"_s;
    QTest::newRow("responses, stream")
        << QByteArray("data: "
                      "{\"type\":\"response.output_item.added\",\"output_index\":1,\"item\":{\"type\":"
                      "\"function_call\",\"name\":"
                      "\"ls\"}}\n\ndata: "
                      "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"Hi\"}\n\ndata:"
                      " {\"type\":"
                      "\"response.function_call_arguments.delta\",\"output_index\":1,\"delta\":\"{}\"}"
                      "\n\ndata: {\"type\":"
                      "\"response.completed\"}\n\n")
        << u"assistant: Hi | call ls {}"_s;
}

void TestChatReader::answers()
{
    QFETCH(QByteArray, body);
    QTEST(drawn(readAnswer(body)), "line");
}

void TestChatReader::aStreamCutAnywhereNeverBreaks()
{
    const QByteArray whole =
        "data: {\"choices\":[{\"delta\":{\"content\":\"Yes\"}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    for (qsizetype length = 5; length <= whole.size(); ++length) {
        const ChatMessage message = readAnswer(whole.left(length));
        const bool hasEnd = whole.left(length).contains("\"stop\"}]}");
        QCOMPARE(message.isCut, !hasEnd);
        QVERIFY(message.blocks.size() <= 1);
    }
}

void TestChatReader::whatIsNotJsonSaysSo()
{
    QVERIFY(!readRequest("{\"messages\":[{\"role\":").problem.isEmpty());
    QVERIFY(!readRequest({}).problem.isEmpty());
    QVERIFY(!readRequest("{\"model\":\"x\"}").problem.isEmpty());
    QVERIFY(readAnswer("Bad gateway").blocks.empty());
}

void TestChatReader::prettyJson_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("pretty");
    QTest::newRow("order and digits stay") << QByteArray("{\"b\":1.0,\"a\":12345678901234567890}")
                                           << u"{\n  \"b\": 1.0,\n  \"a\": 12345678901234567890\n}"_s;
    QTest::newRow("empty containers stay on their line")
        << QByteArray("{\"a\":[ ],\"b\":{}}") << u"{\n  \"a\": [],\n  \"b\": {}\n}"_s;
    QTest::newRow("signs inside strings are text")
        << QByteArray("[\"{,:\\\"}\"]") << u"[\n  \"{,:\\\"}\"\n]"_s;
    QTest::newRow("what is not JSON stays") << QByteArray("data: {\"a\":1}") << u"data: {\"a\":1}"_s;
    QTest::newRow("a string that never ends") << QByteArray("{\"a\":\"b\\") << u"{\n  \"a\": \"b\\"_s;
    QTest::newRow("a long string is cut at a whole character and says how long it is")
        << QByteArray("[\"" + QByteArray("\xc3\xa9").repeated(150) + "\"]")
        << u"[\n  \"%1 … 302 B\"\n]"_s.arg(QString(u"é"_s).repeated(99));
}

void TestChatReader::prettyJson()
{
    QFETCH(QByteArray, text);
    QTEST(pm::ui::prettyJson(text, 250), "pretty");
}

QTEST_MAIN(TestChatReader)
#include "tst_chat_reader.moc"
