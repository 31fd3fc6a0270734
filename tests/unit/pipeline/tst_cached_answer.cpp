// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/cache_turn.h"
#include "pipeline/cached_answer.h"
#include "pipeline/reply_assembly.h"
#include "support/snapshots.h"

#include <QTest>

#include <set>

// Any form of a kept answer in any form that is asked for, and which of several is given.

using namespace pm;
using policy::CachedAnswer;
using policy::CachedAnswerPtr;

namespace {

const std::vector<DialectId> kClients{DialectId::OpenAiChat, DialectId::AnthropicMessages, DialectId::OpenAiResponses,
                                      DialectId::OpenAiCompletions, DialectId::Gemini, DialectId::Ollama};

ChatReply sample(bool withTool)
{
    ChatReply reply;
    reply.id = "id1";
    reply.model = "m";
    reply.created = 1;
    reply.parts.push_back({TextPart{"Hello there, w\xC3\xB6rld", {}}, {}});
    if (withTool)
        reply.parts.push_back({ToolCallPart{"call_1", "get_weather", R"({"city":"Rome"})", {}}, {}});
    reply.finish = withTool ? FinishReason::ToolCalls : FinishReason::End;
    reply.usage.uncachedInput = 11;
    reply.usage.output = 5;
    return reply;
}

ReplyContext contextFor(const std::string &id)
{
    ReplyContext context;
    context.requestId = id;
    context.model = "m";
    context.created = 7;
    context.request = "{}";
    context.includeUsage = true;
    return context;
}

CachedAnswer kept(const ChatReply &reply, DialectId id, bool isStream)
{
    CachedAnswer answer;
    answer.dialect = id;
    answer.isStream = isStream;
    answer.hasUsageEvent = true;
    answer.usage = reply.usage;
    const ReplyContext context = contextFor("01J0000000000000000000000A");
    if (!isStream) {
        answer.bytes = dialect(id).writeReply(reply, context);
        return answer;
    }
    const auto writer = dialect(id).makeWriter(context);
    for (const ChatDelta &delta : deltasOf(reply)) {
        const std::size_t before = answer.bytes.size();
        writer->write(delta, answer.bytes);
        answer.pieces.push_back({5, std::uint32_t(answer.bytes.size() - before)});
    }
    return answer;
}

ChatReply read(const Replay &replay, DialectId id, bool isStream)
{
    if (!isStream)
        return dialect(id).readReply(replay.bytes).value_or(ChatReply());
    ReplyAssembly assembly;
    const auto reader = dialect(id).makeReader();
    std::vector<ChatDelta> deltas;
    const bool isRead = reader->feed(replay.bytes, deltas).has_value() && reader->finish(deltas).has_value();
    bool hasEnded = false;
    for (const ChatDelta &delta : deltas) {
        assembly.take(delta);
        hasEnded = hasEnded || std::holds_alternative<StreamEnd>(delta);
    }
    return isRead && hasEnded ? assembly.reply() : ChatReply();
}

std::string textOf(const ChatReply &reply)
{
    std::string text;
    for (const Part &part : reply.parts) {
        if (const auto *piece = part.as<TextPart>())
            text += piece->text;
        if (const auto *call = part.as<ToolCallPart>())
            text += "[" + call->name + call->arguments + "]";
    }
    return text;
}

CachedAnswerPtr at(int slot, std::int64_t storedAt, const std::string &request = "q")
{
    auto answer = std::make_shared<CachedAnswer>();
    answer->slot = slot;
    answer->storedAt = storedAt;
    answer->lifetime = 100;
    answer->request = request;
    return answer;
}

} // namespace

class TestCachedAnswer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFormFromEveryForm_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<bool>("wasStream");
        QTest::addColumn<int>("to");
        QTest::addColumn<bool>("isStream");
        for (const DialectId from : kClients) {
            for (const DialectId to : kClients) {
                for (int forms = 0; forms < 4; ++forms) {
                    const std::string name = std::string(dialect(from).name()) + (forms & 1 ? " stream" : " body") + " -> "
                                             + std::string(dialect(to).name()) + (forms & 2 ? " stream" : " body");
                    QTest::newRow(name.c_str()) << int(from) << bool(forms & 1) << int(to) << bool(forms & 2);
                }
            }
        }
    }
    void everyFormFromEveryForm()
    {
        QFETCH(int, from);
        QFETCH(bool, wasStream);
        QFETCH(int, to);
        QFETCH(bool, isStream);
        const auto source = static_cast<DialectId>(from);
        const auto target = static_cast<DialectId>(to);
        const bool hasTools = source != DialectId::OpenAiCompletions && target != DialectId::OpenAiCompletions;
        const ChatReply reply = sample(hasTools);
        const CachedAnswer answer = kept(reply, source, wasStream);
        const ReplyContext context = contextFor("01J0000000000000000000000B");
        const auto made = replay(answer, {&dialect(target), context, isStream, false});
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        const ChatReply again = read(*made, target, isStream);
        QCOMPARE(textOf(again), textOf(reply));
        QVERIFY(again.finish == reply.finish);
        QCOMPARE(again.usage.output.value_or(-1), std::int64_t(5));
        if (source == target && wasStream == isStream && target != DialectId::OpenAiResponses)
            QCOMPARE(made->bytes, answer.bytes);
        if (isStream) {
            std::size_t sum = 0;
            for (const policy::ReplayPiece &piece : made->pieces)
                sum += piece.bytes;
            QCOMPARE(sum, made->bytes.size());
        }
    }
    void responsesGetTheirOwnIds()
    {
        for (const bool isStream : {false, true}) {
            const CachedAnswer answer = kept(sample(false), DialectId::OpenAiResponses, isStream);
            const ReplyContext context = contextFor("01J0000000000000000000000C");
            const auto made = replay(answer, {&dialect(DialectId::OpenAiResponses), context, isStream, false});
            QVERIFY(made.has_value());
            QVERIFY(made->bytes != answer.bytes);
        }
    }
    void usageEventAsAsked()
    {
        CachedAnswer answer = kept(sample(false), DialectId::OpenAiChat, true);
        ReplyContext context = contextFor("x");
        context.includeUsage = false;
        const auto without = replay(answer, {&dialect(DialectId::OpenAiChat), context, true, false});
        QVERIFY(without && without->bytes.find("\"usage\":{") == std::string::npos);
        answer.bytes = without->bytes;
        answer.pieces = without->pieces;
        answer.hasUsageEvent = false;
        context.includeUsage = true;
        const auto with = replay(answer, {&dialect(DialectId::OpenAiChat), context, true, false});
        QVERIFY(with && with->bytes.find("\"completion_tokens\":5") != std::string::npos);
    }
    void whatOnlyItsOwnFormHas()
    {
        const CachedAnswer answer = kept(sample(false), DialectId::OpenAiChat, false);
        const ReplyContext context = contextFor("x");
        QVERIFY(replay(answer, {&dialect(DialectId::OpenAiChat), context, false, true}));
        QVERIFY(!replay(answer, {&dialect(DialectId::OpenAiChat), context, true, true}));
        QVERIFY(!replay(answer, {&dialect(DialectId::Gemini), context, false, true}));
    }
    void cutStreamsAreOfNoUse()
    {
        CachedAnswer answer = kept(sample(false), DialectId::OpenAiChat, true);
        while (answer.pieces.size() > 3) {
            answer.bytes.resize(answer.bytes.size() - answer.pieces.back().bytes);
            answer.pieces.pop_back();
        }
        const ReplyContext context = contextFor("x");
        QVERIFY(!replay(answer, {&dialect(DialectId::Gemini), context, true, false}));
        QVERIFY(!replay(answer, {&dialect(DialectId::Gemini), context, false, false}));
    }

    void choice_data()
    {
        QTest::addColumn<int>("buckets");
        QTest::addColumn<QString>("shelf"); // slot@storedAt, now is 1000, fresh for 100 s
        QTest::addColumn<int>("slot");      // to fill; -1: an answer is given
        const auto row = [](const char *name, int buckets, const char *shelf, int slot) {
            QTest::newRow(name) << buckets << shelf << slot;
        };
        row("empty", 1, "", 0);
        row("fresh", 1, "0@950", -1);
        row("stale is refilled", 1, "0@900", 0);
        row("buckets are collected first", 3, "0@950 1@960", 2);
        row("any of a full shelf", 3, "0@950 1@960 2@970", -1);
        row("a stale one of a full shelf", 3, "0@950 1@800 2@970", 1);
        row("the missing one before the stale one", 3, "0@800 2@970", 1);
        row("the oldest stale one", 3, "0@870 1@800 2@860", 1);
        row("more on the shelf than asked for", 1, "0@800 1@990", 0);
    }
    void choice()
    {
        QFETCH(int, buckets);
        QFETCH(QString, shelf);
        QFETCH(int, slot);
        policy::CacheShelf answers;
        for (const QString &each : shelf.split(QLatin1Char(' '), Qt::SkipEmptyParts))
            answers.push_back(at(each.section(QLatin1Char('@'), 0, 0).toInt(), each.section(QLatin1Char('@'), 1).toInt()));
        CacheAsk ask;
        ask.buckets = buckets;
        Rng rng(1);
        const ShelfChoice chosen = chooseFrom(answers, ask, "q", 1000, rng);
        QCOMPARE(chosen.answer ? -1 : chosen.slot, slot);
        QVERIFY(!chooseFrom(answers, ask, "another request with the same hash", 1000, rng).answer);
    }
    void allOfAFullShelfAreGiven()
    {
        CacheAsk ask;
        ask.buckets = 4;
        Rng rng(1);
        std::set<int> seen;
        for (int i = 0; i < 200; ++i)
            seen.insert(chooseFrom({at(0, 990), at(1, 990), at(2, 990), at(3, 990)}, ask, "q", 1000, rng).slot);
        QCOMPARE(seen.size(), std::size_t(4));
    }

    void headerFields_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("said");
        const auto row = [](const char *name, const char *value, const char *said) {
            QTest::newRow((std::string(name) + ": " + value).c_str()) << name << value << said;
        };
        row("x-pointsman-no-cache", "true", "off");
        row("x-pointsman-no-cache", "false", "looks 1 stores 1 buckets 2 seed s 50");
        row("helicone-cache-enabled", "false", "off");
        row("cf-aig-skip-cache", "true", "off");
        row("cache-control", "no-cache", "looks 0 stores 1 buckets 2 seed s 50");
        row("cache-control", "no-store", "looks 1 stores 0 buckets 2 seed s 50");
        row("x-portkey-cache-force-refresh", "true", "looks 0 stores 1 buckets 2 seed s 50");
        row("helicone-cache-bucket-max-size", "7", "looks 1 stores 1 buckets 7 seed s 50");
        row("helicone-cache-bucket-max-size", "99", "looks 1 stores 1 buckets 20 seed s 50");
        row("helicone-cache-seed", "t", "looks 1 stores 1 buckets 2 seed t 50");
        row("x-portkey-cache-namespace", "u", "looks 1 stores 1 buckets 2 seed u 50");
        row("cf-aig-cache-ttl", "33", "looks 1 stores 1 buckets 2 seed s 33");
    }
    void headerFields()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        config::Cache settings;
        settings.directive = "max-age=50";
        settings.buckets = 2;
        settings.seed = "s";
        const CacheAsk ask = cacheAsk({{name.toStdString(), value.toStdString()}}, settings);
        const QString said = ask.isOff ? QStringLiteral("off")
                                       : QStringLiteral("looks %1 stores %2 buckets %3 seed %4 %5")
                                             .arg(int(ask.wish.looksUp))
                                             .arg(int(ask.wish.stores))
                                             .arg(ask.buckets)
                                             .arg(QString::fromStdString(ask.seed))
                                             .arg(ask.wish.lifetime.count());
        QTEST(said, "said");
        settings.enabled = false;
        QCOMPARE(cacheAsk({}, settings).isOff, true);
        QCOMPARE(cacheAsk({{"helicone-cache-enabled", "true"}}, settings).isOff, false);
    }

    void fillIsBounded()
    {
        CacheFill fill(1000);
        SteadyTime now{};
        for (int i = 0; i < 9; ++i) {
            fill.take(std::string(100, 'x'), now);
            now += std::chrono::milliseconds(i < 5 ? 0 : 30);
        }
        CachedAnswer answer;
        fill.moveTo(answer);
        QCOMPARE(answer.bytes.size(), std::size_t(900));
        QCOMPARE(answer.pieces.size(), std::size_t(4)); // what came at one time is one piece
        QCOMPARE(answer.pieces[1].afterMs, std::uint32_t(30));
        CacheFill large(1000);
        large.take(std::string(1001, 'x'), now);
        QVERIFY(large.isTooLarge());
    }
};

QTEST_APPLESS_MAIN(TestCachedAnswer)
#include "tst_cached_answer.moc"
