// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"
#include "dialects/anthropic.h"

#include <QTest>

// The stream writer's state: what the golden cases, which begin with a provider's bytes, do not reach.
using namespace pm;

namespace {

/// The events in short: "start 0 tool_use", "delta 0 {\"a\":", "stop 0", "message_delta tool_use", ...
QStringList outline(const std::string &bytes)
{
    QStringList lines;
    for (const QString &event :
         QString::fromStdString(bytes).split(QStringLiteral("\n\n"), Qt::SkipEmptyParts)) {
        const std::string data = event.section(QStringLiteral("\ndata: "), 1).toStdString();
        const auto document = json::Document::parse(data);
        if (!document) {
            lines << QStringLiteral("not JSON: ") + event;
            continue;
        }
        const json::Element root = document->root();
        const auto word = [](std::optional<std::string_view> view) {
            return view ? QString::fromUtf8(view->data(), qsizetype(view->size())) : QString();
        };
        QString line = word(json::findString(root, "type")).remove(QStringLiteral("content_block_"));
        if (event.section(QLatin1Char('\n'), 0, 0) !=
            QStringLiteral("event: ") + word(json::findString(root, "type")))
            line += QStringLiteral(" MISNAMED");
        if (const auto index = json::findInt(root, "index"))
            line += QStringLiteral(" %1").arg(*index);
        if (const auto block = json::findObject(root, "content_block"))
            line += QLatin1Char(' ') + word(json::findString(*block, "type"));
        if (const auto delta = json::findObject(root, "delta")) {
            for (const std::string_view name :
                 {"text", "thinking", "partial_json", "signature", "stop_reason"}) {
                if (const auto value = json::findString(*delta, name))
                    line += QLatin1Char(' ') + word(value);
            }
        }
        if (const auto error = json::findObject(root, "error"))
            line += QLatin1Char(' ') + word(json::findString(*error, "type"));
        lines << line;
    }
    return lines;
}

std::string written(const std::vector<ChatDelta> &deltas)
{
    ReplyContext context;
    context.requestId = "01J";
    context.model = "shown";
    context.inputTokensEstimate = 25;
    const auto writer = Anthropic().makeWriter(context);
    std::string out;
    for (const ChatDelta &delta : deltas)
        writer->write(delta, out);
    return out;
}

UsageDelta used(std::int64_t input, std::int64_t output)
{
    UsageDelta delta;
    delta.usage.uncachedInput = input;
    delta.usage.output = output;
    return delta;
}

} // namespace

class TestAnthropicStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void interleavedCallsComeOutOneAfterTheOther();
    void callsWithoutArgumentsWaitForTheEnd();
    void textAfterAnUnfinishedCallWaits();
    void theFirstDeltaStartsTheMessage();
    void usageIsCorrectedAtTheEnd();
    void anErrorEndsTheStream();
    void tooMuchWaitingIsAnError();
    void keepsAliveWithPings();
    void manyOpenBlocksAreRefused();
    void aDeadReaderStaysDead();
};

void TestAnthropicStream::interleavedCallsComeOutOneAfterTheOther()
{
    const std::string out = written({StreamStart{}, ToolCallStart{0, "a", "f"}, ToolCallStart{1, "b", "g"},
                                     ToolCallDelta{1, "{\"y\":"}, ToolCallDelta{0, "{\"x\":\"}"},
                                     ToolCallDelta{1, "2"}, ToolCallDelta{0, "\\\"\"}"},
                                     ToolCallDelta{1, "}"}, Finish{FinishReason::End, {}}, StreamEnd{}});
    QCOMPARE(outline(out),
             (QStringList{QStringLiteral("message_start"), QStringLiteral("start 0 tool_use"),
                          QStringLiteral("delta 0 {\"x\":\"}"), QStringLiteral("delta 0 \\\"\"}"),
                          QStringLiteral("stop 0"), QStringLiteral("start 1 tool_use"),
                          QStringLiteral("delta 1 {\"y\":2"), QStringLiteral("delta 1 }"),
                          QStringLiteral("stop 1"), QStringLiteral("message_delta tool_use"),
                          QStringLiteral("message_stop")}));
}

void TestAnthropicStream::callsWithoutArgumentsWaitForTheEnd()
{
    const std::string out =
        written({StreamStart{}, ToolCallStart{0, "", "f"}, ToolCallStart{1, "", "g"}, ToolCallDelta{7, "{}"},
                 Finish{FinishReason::ToolCalls, {}}, StreamEnd{}});
    QCOMPARE(outline(out), (QStringList{QStringLiteral("message_start"), QStringLiteral("start 0 tool_use"),
                                        QStringLiteral("stop 0"), QStringLiteral("start 1 tool_use"),
                                        QStringLiteral("stop 1"), QStringLiteral("message_delta tool_use"),
                                        QStringLiteral("message_stop")}));
    QVERIFY(out.find("\"id\":\"toolu_01J_0\"") != std::string::npos);
    QVERIFY(out.find("\"id\":\"toolu_01J_1\"") != std::string::npos);
}

void TestAnthropicStream::textAfterAnUnfinishedCallWaits()
{
    const std::string out =
        written({ToolCallStart{0, "a", "f"}, ToolCallDelta{0, "{"}, TextDelta{"then"}, ThinkingDelta{"hm"},
                 SignatureDelta{"S"}, RedactedThinkingDelta{"R"}, ToolCallDelta{0, "}"}, TextDelta{"."},
                 Finish{FinishReason::Length, {}}, StreamEnd{}});
    QCOMPARE(
        outline(out),
        (QStringList{QStringLiteral("message_start"), QStringLiteral("start 0 tool_use"),
                     QStringLiteral("delta 0 {"), QStringLiteral("delta 0 }"), QStringLiteral("stop 0"),
                     QStringLiteral("start 1 text"), QStringLiteral("delta 1 then"), QStringLiteral("stop 1"),
                     QStringLiteral("start 2 thinking"), QStringLiteral("delta 2 hm"),
                     QStringLiteral("delta 2 S"), QStringLiteral("stop 2"),
                     QStringLiteral("start 3 redacted_thinking"), QStringLiteral("stop 3"),
                     QStringLiteral("start 4 text"), QStringLiteral("delta 4 ."), QStringLiteral("stop 4"),
                     QStringLiteral("message_delta max_tokens"), QStringLiteral("message_stop")}));
}

void TestAnthropicStream::theFirstDeltaStartsTheMessage()
{
    const std::string out = written({TextDelta{"hi"}});
    QCOMPARE(outline(out).first(), QStringLiteral("message_start"));
    QVERIFY(out.find("\"id\":\"msg_01J\"") != std::string::npos);
    QVERIFY(out.find("\"input_tokens\":25") != std::string::npos);
}

void TestAnthropicStream::usageIsCorrectedAtTheEnd()
{
    const std::string out =
        written({StreamStart{}, TextDelta{"hi"}, Finish{FinishReason::End, {}}, used(31, 4), StreamEnd{}});
    const std::size_t last = out.find("event: message_delta");
    QVERIFY(last != std::string::npos);
    QVERIFY(out.find("\"input_tokens\":31", last) != std::string::npos);
    QVERIFY(out.find("\"output_tokens\":4", last) != std::string::npos);
    QVERIFY(out.find("\"input_tokens\":25") < last);
}

void TestAnthropicStream::anErrorEndsTheStream()
{
    Error error;
    error.kind = ErrorKind::Overloaded;
    const std::string out = written(
        {StreamStart{}, TextDelta{"hi"}, StreamError{error}, TextDelta{"more"}, Finish{}, StreamEnd{}});
    QCOMPARE(outline(out).last(), QStringLiteral("error overloaded_error"));
    QVERIFY(out.find("more") == std::string::npos);
}

void TestAnthropicStream::tooMuchWaitingIsAnError()
{
    std::vector<ChatDelta> deltas{ToolCallStart{0, "a", "f"}, ToolCallStart{1, "b", "g"}};
    for (int i = 0; i < 18; ++i)
        deltas.push_back(ToolCallDelta{1, std::string(1024 * 1024, ' ')});
    deltas.push_back(StreamEnd{});
    const std::string out = written(deltas);
    QCOMPARE(outline(out), (QStringList{QStringLiteral("message_start"), QStringLiteral("start 0 tool_use"),
                                        QStringLiteral("error api_error")}));
}

void TestAnthropicStream::keepsAliveWithPings()
{
    const auto writer = Anthropic().makeWriter({});
    QCOMPARE(outline(writer->keepAlive()), QStringList{QStringLiteral("ping")});
    std::vector<ChatDelta> deltas;
    QVERIFY(Anthropic().makeReader()->feed(writer->keepAlive(), deltas).has_value());
    QVERIFY(deltas.empty());
}

void TestAnthropicStream::manyOpenBlocksAreRefused()
{
    const auto reader = Anthropic().makeReader();
    std::vector<ChatDelta> deltas;
    QVERIFY(reader->feed("data: {\"type\":\"message_start\",\"message\":{}}\n\n", deltas).has_value());
    Result<void> fed;
    for (int i = 0; i < 1000 && fed; ++i) {
        fed = reader->feed("data: {\"type\":\"content_block_start\",\"index\":" + std::to_string(i) +
                               ",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
                           deltas);
    }
    QVERIFY(!fed);
    QCOMPARE(fed.error().kind, ErrorKind::UpstreamBroken);
}

void TestAnthropicStream::aDeadReaderStaysDead()
{
    const auto reader = Anthropic().makeReader();
    std::vector<ChatDelta> deltas;
    QVERIFY(!reader->feed("data: nonsense\n\n", deltas));
    QVERIFY(!reader->feed("data: {\"type\":\"message_start\",\"message\":{}}\n\n", deltas));
    QVERIFY(!reader->finish(deltas));
    QVERIFY(deltas.empty());
}

QTEST_GUILESS_MAIN(TestAnthropicStream)
#include "tst_anthropic_stream.moc"
