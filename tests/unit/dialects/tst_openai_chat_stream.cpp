// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat.h"

#include <QTest>

using namespace pm;

namespace {

const OpenAiChat kDialect;

QString text(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), qsizetype(bytes.size()));
}

std::string chunk(std::string_view delta, std::string_view finish = "null")
{
    return "data: {\"id\":\"i\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" +
           std::string(delta) + ",\"finish_reason\":" + std::string(finish) + "}]}\n\n";
}

/// The `delta` objects of the chunks that are written, one a line; other data lines as they are.
QString deltasWritten(const std::vector<ChatDelta> &deltas, bool includeUsage = false)
{
    ReplyContext context;
    context.requestId = "r";
    context.includeUsage = includeUsage;
    const auto writer = kDialect.makeWriter(context);
    std::string out;
    for (const ChatDelta &delta : deltas)
        writer->write(delta, out);
    QStringList lines;
    for (const QString &line : text(out).split(QStringLiteral("\n\n"), Qt::SkipEmptyParts)) {
        const std::string data = line.mid(6).toStdString();
        const auto parsed = json::Document::parse(data);
        const auto choices = parsed ? json::findArray(parsed->root(), "choices") : std::nullopt;
        if (!choices || choices->size() == 0) {
            lines << text(data);
            continue;
        }
        const json::Element choice = choices->at(0).value_unsafe();
        lines << text(json::text(*json::find(choice, "delta"))) + QLatin1Char(' ') +
                     text(json::findString(choice, "finish_reason").value_or("-"));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace

/// What the golden streams cannot show: other dialects' deltas, limits, and what a reader holds back.
class TestOpenAiChatStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesOtherDialectsDeltas()
    {
        const std::vector<ChatDelta> deltas{StreamStart{"msg_1", "x", 5},
                                            ThinkingDelta{"hm"},
                                            SignatureDelta{"sig"},
                                            RedactedThinkingDelta{"secret"},
                                            TextDelta{"a"},
                                            TextDelta{""},
                                            ToolCallStart{0, "t", "f"},
                                            Finish{FinishReason::ToolCalls, {}},
                                            StreamEnd{}};
        QCOMPARE(deltasWritten(deltas),
                 QStringLiteral("{\"role\":\"assistant\",\"content\":\"\"} -\n"
                                "{\"reasoning_content\":\"hm\"} -\n"
                                "{\"content\":\"a\"} -\n"
                                "{\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"type\":\"function\","
                                "\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]} -\n"
                                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]} -\n"
                                "{} tool_calls\n[DONE]"));
    }

    void finishReasons_data()
    {
        QTest::addColumn<int>("reason");
        QTest::addColumn<bool>("hasCall");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, FinishReason reason, bool hasCall, const char *expected) {
            QTest::newRow(name) << int(reason) << hasCall << QString::fromLatin1(expected);
        };
        row("end", FinishReason::End, false, "stop");
        row("end after a call", FinishReason::End, true, "tool_calls");
        row("unknown", FinishReason::Unknown, false, "stop");
        row("stop sequence", FinishReason::StopSequence, false, "stop");
        row("pause", FinishReason::Pause, false, "stop");
        row("length", FinishReason::Length, false, "length");
        row("length within a call", FinishReason::Length, true, "length");
        row("context full", FinishReason::ContextFull, false, "length");
        row("filtered after a call", FinishReason::ContentFilter, true, "content_filter");
        row("call announced but not made", FinishReason::ToolCalls, false, "stop");
    }
    void finishReasons()
    {
        QFETCH(int, reason);
        QFETCH(bool, hasCall);
        QFETCH(QString, expected);
        std::vector<ChatDelta> deltas{StreamStart{}};
        ChatReply reply;
        if (hasCall) {
            deltas.push_back(ToolCallStart{0, "t", "f"});
            reply.parts.push_back({ToolCallPart{"t", "f", "{}"}, {}});
        }
        deltas.push_back(Finish{FinishReason(reason), {}});
        QCOMPARE(deltasWritten(deltas).section(QLatin1Char(' '), -1), expected);
        reply.finish = FinishReason(reason);
        const QString whole = text(kDialect.writeReply(reply, {}));
        QVERIFY2(whole.contains(QStringLiteral("\"finish_reason\":\"%1\"").arg(expected)), qPrintable(whole));
    }

    void anErrorHasNoCleanEnd()
    {
        const QString out =
            deltasWritten({StreamStart{}, TextDelta{"a"}, StreamError{Error{ErrorKind::Overloaded, "busy"}}});
        QVERIFY(out.endsWith(QStringLiteral("\"code\":\"overloaded\"}}")));
        QVERIFY(!out.contains(QStringLiteral("[DONE]")));
    }

    void usageOnlyWhenAskedAndKnown()
    {
        Usage usage;
        usage.uncachedInput = 10;
        usage.cacheRead = 5;
        usage.cacheWrite1h = 2;
        usage.output = 3;
        const std::vector<ChatDelta> known{StreamStart{}, UsageDelta{usage}, Finish{}, StreamEnd{}};
        const QString asked = deltasWritten(known, true);
        QVERIFY2(
            asked.contains(QStringLiteral(
                "\"choices\":[],\"usage\":{\"prompt_tokens\":17,\"completion_tokens\":3,\"total_tokens\":20,"
                "\"prompt_tokens_details\":{\"cached_tokens\":5,\"cache_write_tokens\":2}}}")),
            qPrintable(asked));
        QVERIFY(!deltasWritten(known, false).contains(QStringLiteral("prompt_tokens")));
        QVERIFY(!deltasWritten({StreamStart{}, Finish{}, StreamEnd{}}, true)
                     .contains(QStringLiteral("prompt_tokens")));
    }

    void aPieceOfACallThatNeverStartedIsDropped()
    {
        QVERIFY(!deltasWritten({StreamStart{}, ToolCallDelta{3, "{}"}, ToolCallDelta{-1, "{}"}})
                     .contains(QStringLiteral("tool_calls")));
    }

    void keepsAliveWithAComment()
    {
        QCOMPARE(text(kDialect.makeWriter({})->keepAlive()), QStringLiteral(": keep-alive\n\n"));
    }

    void nothingFollowsTheEnd()
    {
        const auto reader = kDialect.makeReader();
        std::vector<ChatDelta> deltas;
        QVERIFY(reader->feed(chunk("{\"content\":\"a\"}", "\"stop\"") + "data: [DONE]\n\n" +
                                 chunk("{\"content\":\"b\"}"),
                             deltas));
        QVERIFY(std::holds_alternative<StreamEnd>(deltas.back()));
        const std::size_t count = deltas.size();
        QVERIFY(reader->feed(chunk("{\"content\":\"c\"}"), deltas));
        QVERIFY(reader->finish(deltas));
        QCOMPARE(deltas.size(), count);
    }

    void aBrokenReaderStaysBroken()
    {
        const auto reader = kDialect.makeReader();
        std::vector<ChatDelta> deltas;
        const auto broken = reader->feed("data: <html>\n\n", deltas);
        QVERIFY(!broken);
        QCOMPARE(broken.error().kind, ErrorKind::UpstreamBroken);
        QVERIFY(!reader->feed(chunk("{\"content\":\"a\"}", "\"stop\""), deltas));
        QVERIFY(!reader->finish(deltas));
        QVERIFY(deltas.empty());
    }

    void refusesDeepNesting()
    {
        const auto reader = kDialect.makeReader();
        std::vector<ChatDelta> deltas;
        QVERIFY(!reader->feed("data: {\"a\":" + std::string(2000, '[') + std::string(2000, ']') + "}\n\n",
                              deltas));
    }

    void refusesTooManyCalls()
    {
        const auto reader = kDialect.makeReader();
        std::vector<ChatDelta> deltas;
        Result<void> fed;
        int calls = 0;
        while (fed && calls < 3000) {
            const std::string index = std::to_string(calls++);
            fed = reader->feed(chunk("{\"tool_calls\":[{\"index\":" + index + ",\"id\":\"c" + index +
                                     "\",\"function\":{\"name\":\"f\"}}]}"),
                               deltas);
        }
        QVERIFY(!fed);
        QCOMPARE(calls, 1025);
    }

    void argumentsBeforeTheNameWait()
    {
        const auto reader = kDialect.makeReader();
        std::vector<ChatDelta> deltas;
        QVERIFY(reader->feed(
            chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\"\"}}]}"), deltas));
        QCOMPARE(deltas.size(), std::size_t(1)); // the start of the stream
        QVERIFY(reader->feed(chunk("{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
                                   "\"arguments\":\":1}\"}}]}"),
                             deltas));
        QCOMPARE(std::get<ToolCallStart>(deltas.at(1)), (ToolCallStart{0, "c", "f"}));
        QCOMPARE(std::get<ToolCallDelta>(deltas.at(2)).arguments, std::string("{\"a\""));
        QCOMPARE(std::get<ToolCallDelta>(deltas.at(3)).arguments, std::string(":1}"));
    }

    void aCallWithoutANameIsBroken()
    {
        const auto reader = kDialect.makeReader();
        std::vector<ChatDelta> deltas;
        QVERIFY(reader->feed(
            chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}", "\"stop\""),
            deltas));
        QVERIFY(!reader->finish(deltas));
    }
};

QTEST_GUILESS_MAIN(TestOpenAiChatStream)
#include "tst_openai_chat_stream.moc"
