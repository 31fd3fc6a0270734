// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/protocol_anthropic.h"
#include "support/protocol_openai_chat.h"
#include "support/qt_text.h"

#include <QTest>

using namespace pm::test;

/// The judges of streams find fault where there is one: a judge that always nods proves nothing.
class TestStreamProtocols : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chat_data();
    void chat();
    void messages_data();
    void messages();
};

namespace {

/// Lines of a chat stream: each a choice's delta and finish_reason, or "[DONE]", or a whole object.
QString chunks(const QStringList &lines)
{
    QString stream;
    for (const QString &line : lines) {
        const bool isWhole = line.startsWith(QStringLiteral("{\"")) || line == QStringLiteral("[DONE]");
        stream += QStringLiteral("data: ");
        stream += isWhole ? line
                          : QStringLiteral(R"({"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[%1]})")
                                .arg(line);
        stream += QStringLiteral("\n\n");
    }
    return stream;
}

QString delta(const QString &inner, const QString &reason = QStringLiteral("null"))
{
    return QStringLiteral(R"( {"index":0,"delta":{%1},"finish_reason":%2})").arg(inner, reason);
}

const QString kDone = QStringLiteral("[DONE]");
const QString kStop = QStringLiteral("\"stop\"");

/// Events of a messages stream; each name is the type in its data.
QString events(const QStringList &data)
{
    QString stream;
    for (const QString &each : data) {
        const QString type = each.section(u'"', 3, 3);
        stream += QStringLiteral("event: %1\ndata: %2\n\n").arg(type, each);
    }
    return stream;
}

const QString kStart = QStringLiteral(
    R"({"type":"message_start","message":{"id":"msg_1","role":"assistant","content":[],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}})");
const QString kText = QStringLiteral(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})");
const QString kHi = QStringLiteral(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}})");
const QString kClose = QStringLiteral(R"({"type":"content_block_stop","index":0})");
const QString kReason =
    QStringLiteral(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}})");
const QString kEnd = QStringLiteral(R"({"type":"message_stop"})");

} // namespace

void TestStreamProtocols::chat_data()
{
    QTest::addColumn<QString>("stream");
    QTest::addColumn<QString>("fault");
    const QString role = delta(QStringLiteral(R"("role":"assistant","content":"")"));
    const QString hi = delta(QStringLiteral(R"("content":"hi")"));
    const QString stop = delta({}, kStop);
    const QString call = delta(QStringLiteral(
        R"("tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}])"));
    const QString second = delta(QStringLiteral(R"("tool_calls":[{"index":1,"function":{"arguments":"{}"}}])"));
    const QString counts = QStringLiteral(
        R"({"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}})");
    const QString other =
        QStringLiteral(R"({"id":"d","object":"chat.completion.chunk","created":1,"model":"m","choices":[]})");
    const auto row = [](const char *name, const QStringList &lines, const char *fault) {
        QTest::newRow(name) << chunks(lines) << QString::fromLatin1(fault);
    };
    row("whole", {role, hi, stop, counts, kDone}, "");
    row("no end", {role, hi, stop}, "no [DONE]");
    row("no reason", {role, hi, kDone}, "[DONE] before a finish_reason");
    row("two reasons", {role, stop, stop, kDone}, "a choice behind its finish_reason");
    row("words before the role", {hi, stop, kDone}, "a piece before the role");
    row("two roles", {role, role, stop, kDone}, "a second role");
    row("another id", {role, other, kDone}, "id, model or created is missing or another one");
    row("counts too early", {role, counts, stop, kDone}, "counts twice, or before the finish_reason");
    row("a piece of no call", {role, call, second, stop, kDone}, "a piece of a call that was not opened");
    row("two calls with one index", {role, call, call, stop, kDone}, "calls are not counted from 0");
    row("tool_calls without one", {role, delta({}, QStringLiteral("\"tool_calls\"")), kDone},
        "finish_reason tool_calls without a call");
    row("something behind the end", {role, stop, kDone, hi}, "something follows the end");
    row("an error is an end", {role, hi, QStringLiteral(R"({"error":{"message":"m","type":"t"}})")}, "");
    row("a clean end behind an error", {role, QStringLiteral(R"({"error":{"message":"m","type":"t"}})"), kDone},
        "something follows the end");
}

void TestStreamProtocols::chat()
{
    QFETCH(QString, stream);
    QFETCH(QString, fault);
    QCOMPARE(q(openAiChatBreach(stream.toStdString())), fault);
}

void TestStreamProtocols::messages_data()
{
    QTest::addColumn<QString>("stream");
    QTest::addColumn<QString>("fault");
    const QString ping = QStringLiteral(R"({"type":"ping"})");
    const QString error = QStringLiteral(R"({"type":"error","error":{"type":"t","message":"m"}})");
    const QString json =
        QStringLiteral(R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{"}})");
    const QString call = QStringLiteral(
        R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}})");
    const QString toolUse =
        QStringLiteral(R"({"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2}})");
    const auto row = [](const char *name, const QStringList &data, const char *fault) {
        QTest::newRow(name) << events(data) << QString::fromLatin1(fault);
    };
    row("whole", {kStart, ping, kText, kHi, ping, kClose, kReason, kEnd}, "");
    row("no end", {kStart, kText, kHi, kClose, kReason}, "no message_stop");
    row("no start", {kText, kHi, kClose, kReason, kEnd}, "content_block_start before message_start");
    row("two open blocks", {kStart, kText, kText, kClose, kReason, kEnd}, "a block within a block, or none");
    row("counted anew", {kStart, kText, kClose, kText, kClose, kReason, kEnd}, "blocks are not counted from 0");
    row("a piece outside", {kStart, kHi, kReason, kEnd}, "content_block_delta of a block that is not open");
    row("a piece of another kind", {kStart, kText, json, kClose, kReason, kEnd}, "input_json_delta in a block of type text");
    row("the reason within a block", {kStart, kText, kHi, kReason, kEnd}, "message_delta while a block is open");
    row("a block behind the reason", {kStart, kReason, kText, kClose, kEnd}, "content_block_start behind message_delta");
    row("half a call", {kStart, call, json, kClose, toolUse, kEnd}, "the pieces of a call are no object");
    row("tool_use without one", {kStart, kText, kClose, toolUse, kEnd}, "stop_reason tool_use without a call");
    row("an error is an end", {kStart, kText, kHi, error}, "");
    row("a clean end behind an error", {kStart, error, kEnd}, "message_stop after the end");
}

void TestStreamProtocols::messages()
{
    QFETCH(QString, stream);
    QFETCH(QString, fault);
    QCOMPARE(q(anthropicBreach(stream.toStdString())), fault);
}

QTEST_GUILESS_MAIN(TestStreamProtocols)
#include "tst_stream_protocols.moc"
