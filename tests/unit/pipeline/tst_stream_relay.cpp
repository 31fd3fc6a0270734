// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/stream_relay.h"
#include "support/snapshots.h"

#include <QTest>

using namespace pm;
using namespace pm::test;

namespace {

std::string chunk(const std::string &choices, const std::string &rest = {})
{
    return "data: " + test::json("{'id':'c1','object':'chat.completion.chunk','created':7,'model':'gpt-4o','choices':[" + choices
                           + "]" + rest + "}") + "\n\n";
}

const std::string kRole = chunk("{'index':0,'delta':{'role':'assistant','content':''},'finish_reason':null}", ",'x':1");
const std::string kHello = chunk("{'index':0,'delta':{'content':'Hel\\u00e4lo'},'finish_reason':null}");
const std::string kCall = chunk("{'index':0,'delta':{'tool_calls':[{'index':0,'id':'t1','type':'function','function':"
                                "{'name':'short_1a2b','arguments':'{}'}}]},'finish_reason':null}");
const std::string kStop = chunk("{'index':0,'delta':{},'finish_reason':'stop'}");
const std::string kStopWithUsage = chunk("{'index':0,'delta':{},'finish_reason':'stop'}",
                                         ",'usage':{'prompt_tokens':9,'completion_tokens':3}");
const std::string kUsage = chunk("", ",'usage':{'prompt_tokens':11,'completion_tokens':5}");
const std::string kDone = "data: [DONE]\n\n";
const std::string kError = "data: " + test::json("{'error':{'message':'too busy','type':'overloaded_error'}}") + "\n\n";

std::string event(const std::string &name, const std::string &data)
{
    return "event: " + name + "\ndata: " + test::json(data) + "\n\n";
}

const std::string kMessageStart = event("message_start",
                                        "{'type':'message_start','message':{'id':'msg_1','type':'message','role':"
                                        "'assistant','model':'claude-haiku-4-5','content':[],'stop_reason':null,"
                                        "'usage':{'input_tokens':10,'cache_read_input_tokens':2,'output_tokens':1}}}");
const std::string kBlock =
    event("content_block_start", "{'type':'content_block_start','index':0,'content_block':{'type':'text','text':''}}")
    + event("ping", "{'type':'ping'}")
    + event("content_block_delta", "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'Hi'}}")
    + event("content_block_stop", "{'type':'content_block_stop','index':0}");
const std::string kMessageStop =
    event("message_delta", "{'type':'message_delta','delta':{'stop_reason':'max_tokens'},'usage':{'output_tokens':4}}")
    + event("message_stop", "{'type':'message_stop'}");
const std::string kMessageError =
    event("error", "{'type':'error','error':{'type':'overloaded_error','message':'too busy'}}");

std::string withCrLf(std::string text)
{
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2))
        text.insert(at, 1, '\r');
    return text;
}

StreamRelay::Options options(DialectId provider, DialectId client, bool dropUsage = false)
{
    return {&dialect(provider), &dialect(client), ReplyContext{"req1", "asked", true, 10, 7}, {{"short_1a2b", "long_name"}},
            "anthropic", dropUsage};
}

/// What came of one stream, in words; the same for every split.
struct Outcome
{
    std::string out;
    QString facts;
};

Outcome relayed(const StreamRelay::Options &options, const std::vector<std::string> &pieces)
{
    StreamRelay relay(options);
    Outcome outcome;
    Result<void> result;
    for (const std::string &piece : pieces) {
        result = relay.feed(piece, outcome.out);
        if (!result)
            break;
    }
    if (result)
        result = relay.finish(outcome.out);
    const Usage &usage = relay.usage();
    QStringList facts{q(relay.model()), q("events %1").arg(relay.events()),
                      q("in %1 out %2").arg(usage.totalInput().value_or(-1)).arg(usage.output.value_or(-1)),
                      q("finish %1").arg(static_cast<int>(relay.finishReason()))};
    facts << q(relay.hasContent() ? "content" : "no content") << q(relay.hasEnded() ? "ended" : "open");
    facts << (result ? q("ok") : q(traits(result.error().kind).label));
    outcome.facts = facts.join(q(", "));
    return outcome;
}

} // namespace

Q_DECLARE_METATYPE(pm::DialectId)

class TestStreamRelay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameDialect_data()
    {
        QTest::addColumn<DialectId>("dialect");
        QTest::addColumn<bool>("dropsUsage");
        QTest::addColumn<QByteArray>("in");
        QTest::addColumn<QByteArray>("out");
        QTest::addColumn<QString>("facts");
        const auto row = [](const char *what, DialectId dialect, bool drops, const std::string &in, const std::string &out,
                            const char *facts) {
            QTest::newRow(what) << dialect << drops << QByteArray::fromStdString(in) << QByteArray::fromStdString(out)
                                << q(facts);
        };
        const DialectId chat = DialectId::OpenAiChat;
        const DialectId messages = DialectId::AnthropicMessages;
        const std::string start = kRole + kHello + kStop;
        const std::string all = start + kUsage + kDone;
        const char *seen = "gpt-4o, events 5, in 11 out 5, finish 1, content, ended, ok";
        row("usage asked for: every byte", chat, false, all, all, seen);
        row("usage not asked for: all but its event", chat, true, all, start + kDone, seen);
        row("no usage event to drop", chat, true, start + kDone, start + kDone,
            "gpt-4o, events 4, in -1 out -1, finish 1, content, ended, ok");
        row("usage beside the finish is no event of its own", chat, true, kRole + kHello + kStopWithUsage + kDone,
            kRole + kHello + kStopWithUsage + kDone, "gpt-4o, events 5, in 9 out 3, finish 1, content, ended, ok");
        row("Azure's first chunk has no choices either", chat, true, chunk("", ",'prompt_filter_results':[]") + all,
            chunk("", ",'prompt_filter_results':[]") + start + kDone, seen);
        row("CRLF", chat, true, withCrLf(all), withCrLf(start + kDone), seen);
        row("comments and what nobody knows", chat, true, ": hello\n\n" + all + "event: new\n\n",
            ": hello\n\n" + start + kDone + "event: new\n\n", seen);
        row("the last blank line is missing", chat, true, start + "data: [DONE]", start + "data: [DONE]",
            "gpt-4o, events 4, in -1 out -1, finish 1, content, ended, ok");
        const std::string lines = test::json("{'model':'q','created_at':'','message':{'role':'assistant','content':'a'},'done':false}\n"
                                       "{'model':'q','done':true,'x':1.50,'prompt_eval_count':3,'eval_count':2}");
        row("Ollama's lines", DialectId::Ollama, false, lines + "\n", lines + "\n",
            "q, events 5, in 3 out 2, finish 1, content, ended, ok");
        row("Ollama's last line without its end", DialectId::Ollama, false, lines, lines,
            "q, events 5, in 3 out 2, finish 1, content, ended, ok");
        row("Anthropic", messages, false, kMessageStart + kBlock + kMessageStop, kMessageStart + kBlock + kMessageStop,
            "claude-haiku-4-5, events 6, in 12 out 4, finish 4, content, ended, ok");
        row("cut before the end", chat, false, kRole + kHello, kRole + kHello,
            "gpt-4o, events 2, in -1 out -1, finish 0, content, open, upstream_broken");
        row("cut within an event, with the filter", chat, true, kRole + kHello + "data: {\"id", kRole + kHello + "data: {\"id",
            "gpt-4o, events 2, in -1 out -1, finish 0, content, open, upstream_broken");
        row("cut before anything", messages, false, "", "",
            ", events 0, in -1 out -1, finish 0, no content, open, upstream_broken");
    }
    void sameDialect()
    {
        QFETCH(DialectId, dialect);
        QFETCH(bool, dropsUsage);
        QFETCH(QByteArray, in);
        const auto made = options(dialect, dialect, dropsUsage);
        const std::string bytes = in.toStdString();
        const Outcome whole = relayed(made, {bytes});
        QTEST(QByteArray::fromStdString(whole.out), "out");
        QTEST(whole.facts, "facts");
        everySplit(made, bytes, whole);
    }

    void anotherDialect_data()
    {
        QTest::addColumn<bool>("toMessages");
        QTest::addColumn<QByteArray>("in");
        QTest::addColumn<QStringList>("pieces"); // of what the client gets; '!' in front: not there
        QTest::addColumn<QString>("facts");
        const auto row = [](const char *what, bool toMessages, const std::string &in, QStringList pieces, const char *facts) {
            for (QString &piece : pieces)
                piece.replace(u'\'', u'"');
            QTest::newRow(what) << toMessages << QByteArray::fromStdString(in) << pieces << q(facts);
        };
        row("chat to messages", true, kRole + kHello + kStop + kUsage + kDone,
            {q("event: message_start\n"), q("'model':'asked'"), q("'text':'Hel\u00e4lo'"), q("'stop_reason':'end_turn'"),
             q("'output_tokens':5"), q("event: message_stop\n"), q("![DONE]"), q("!chat.completion")},
            "gpt-4o, events 5, in 11 out 5, finish 1, content, ended, ok");
        row("a shortened tool gets its name back", true, kRole + kCall + kStop + kDone,
            {q("'name':'long_name'"), q("!short_1a2b"), q("'stop_reason':'tool_use'")},
            "gpt-4o, events 5, in -1 out -1, finish 3, content, ended, ok");
        row("messages to chat", false, kMessageStart + kBlock + kMessageStop,
            {q("'content':'Hi'"), q("'finish_reason':'length'"), q("'prompt_tokens':12"), q("data: [DONE]\n\n"),
             q("!message_start"), q("!claude")},
            "claude-haiku-4-5, events 6, in 12 out 4, finish 4, content, ended, ok");
        row("error before content leaves nothing of it", true, kRole + kError, {q("!busy"), q("!event: error")},
            "gpt-4o, events 2, in -1 out -1, finish 0, no content, open, overloaded");
        row("error after content keeps the content", true, kRole + kHello + kError, {q("Hel\u00e4lo"), q("!busy"), q("!message_stop")},
            "gpt-4o, events 3, in -1 out -1, finish 0, content, open, overloaded");
        row("Anthropic's error after content", false, kMessageStart + kBlock + kMessageError, {q("'Hi'"), q("!busy"), q("![DONE]")},
            "claude-haiku-4-5, events 4, in 12 out 1, finish 0, content, open, overloaded");
        row("cut: no clean end is made up", true, kRole + kHello, {q("Hel\u00e4lo"), q("!message_stop")},
            "gpt-4o, events 2, in -1 out -1, finish 0, content, open, upstream_broken");
        row("cut: nor a [DONE]", false, kMessageStart + kBlock, {q("'Hi'"), q("![DONE]"), q("!finish_reason\":\"")},
            "claude-haiku-4-5, events 3, in 12 out 1, finish 0, content, open, upstream_broken");
        row("garbage", true, kRole + kHello + "data: <html>\n\n" + kStop + kDone, {q("!html")},
            "gpt-4o, events 2, in -1 out -1, finish 0, content, open, upstream_broken");
    }
    void anotherDialect()
    {
        QFETCH(bool, toMessages);
        QFETCH(QByteArray, in);
        QFETCH(QStringList, pieces);
        const DialectId chat = DialectId::OpenAiChat;
        const DialectId messages = DialectId::AnthropicMessages;
        const auto made = toMessages ? options(chat, messages) : options(messages, chat);
        const std::string bytes = in.toStdString();
        const Outcome whole = relayed(made, {bytes});
        QTEST(whole.facts, "facts");
        for (const QString &piece : pieces) {
            const bool isUnwanted = piece.startsWith(u'!');
            QVERIFY2(q(whole.out).contains(isUnwanted ? piece.mid(1) : piece) != isUnwanted,
                     qPrintable(piece + q(" in ") + q(whole.out)));
        }
        everySplit(made, bytes, whole);
    }

    void errorsInTheSameDialect()
    {
        const auto made = options(DialectId::OpenAiChat, DialectId::OpenAiChat);
        StreamRelay early(made);
        std::string out;
        const auto refused = early.feed(kRole + kError, out);
        QVERIFY(!refused && refused.error().message.find("too busy") != std::string::npos);
        QVERIFY2(out.empty() && !early.hasContent(), "the next target starts from nothing");
        StreamRelay late(made);
        QVERIFY(late.feed(kRole + kHello, out));
        QVERIFY(!late.feed(kError, out));
        QCOMPARE(q(out), q(kRole + kHello)); // the exchange adds the error event itself
        // Content before an error is never lost, and no part of the error gets out, however the bytes come.
        const std::string bytes = kRole + kHello + kError;
        const Outcome whole = relayed(made, {bytes});
        QCOMPARE(q(whole.out), q(kRole + kHello));
        everySplit(made, bytes, whole);
    }

    void anEventWithoutEndIsRefused()
    {
        StreamRelay relay(options(DialectId::OpenAiChat, DialectId::OpenAiChat));
        const std::string piece(1 << 20, 'x');
        std::string out;
        Result<void> fed = relay.feed("data: ", out);
        for (int i = 0; fed && i < 20; ++i)
            fed = relay.feed(piece, out);
        QVERIFY(!fed);
        QVERIFY(out.empty());
    }

    void errorEvents_data()
    {
        QTest::addColumn<DialectId>("client");
        QTest::addColumn<QString>("start");
        QTest::newRow("OpenAI") << DialectId::OpenAiChat << q("data: {\"error\":{");
        QTest::newRow("Anthropic") << DialectId::AnthropicMessages << q("event: error\ndata: {\"type\":\"error\",\"error\":{");
    }
    void errorEvents()
    {
        QFETCH(DialectId, client);
        QFETCH(QString, start);
        for (const DialectId provider : {DialectId::OpenAiChat, DialectId::AnthropicMessages}) {
            StreamRelay relay(options(provider, client));
            const QString text = q(relay.errorEvent({ErrorKind::UpstreamBroken, "cut \"here\"\n"}));
            QCOMPARE(text.left(start.size()), start);
            QVERIFY(text.contains(q("cut \\\"here\\\"\\n")) && text.endsWith(q("\n\n")));
            QVERIFY2(!text.contains(q("[DONE]")) && !text.contains(q("message_stop")), "no clean end");
            QVERIFY(relay.keepAlive().ends_with("\n\n"));
        }
    }

private:
    /// What came before the first content is the exchange's to hold and drop: there only the facts must agree.
    static void everySplit(const StreamRelay::Options &made, const std::string &bytes, const Outcome &whole)
    {
        const bool isSent = !whole.facts.contains(q("no content"));
        std::vector<std::string> single;
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            const Outcome two = relayed(made, {bytes.substr(0, at), bytes.substr(at)});
            const bool isSame = two.facts == whole.facts && (!isSent || two.out == whole.out);
            QVERIFY2(isSame, qPrintable(q("split at byte %1: ").arg(at) + two.facts + q("\n") + q(two.out)));
            single.emplace_back(1, bytes[at]);
        }
        const Outcome bytewise = relayed(made, single);
        if (isSent)
            QCOMPARE(q(bytewise.out), q(whole.out));
        QCOMPARE(bytewise.facts, whole.facts);
    }
};

QTEST_GUILESS_MAIN(TestStreamRelay)
#include "tst_stream_relay.moc"
