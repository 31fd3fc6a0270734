// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/answer_probes.h"

#include <algorithm>

namespace pm::test {

namespace {

ChatReply answer(std::vector<Part> parts, FinishReason finish = FinishReason::End)
{
    ChatReply reply;
    reply.id = "answer-1";
    reply.model = "m";
    reply.created = 1700000000;
    reply.parts = std::move(parts);
    reply.finish = finish;
    reply.usage.uncachedInput = 11;
    reply.usage.output = 7;
    return reply;
}

Part words(std::string text)
{
    return {TextPart{std::move(text), {}}, {}};
}

Part called(std::string id, std::string arguments, std::string signature = {})
{
    return {ToolCallPart{std::move(id), "look", std::move(arguments), {std::move(signature), {}}}, {}};
}

Part thought(std::string signature)
{
    return {ThinkingPart{"zebras have stripes", {std::move(signature), {}}}, {}};
}

/// With counts that differ from the plain answer's in one place.
ChatReply counted(std::optional<std::int64_t> Usage::*count, std::int64_t value)
{
    ChatReply reply = answer({words("hello")});
    reply.usage.output = 77; // more than all of its parts
    reply.usage.*count = value;
    return reply;
}

ChatReply stoppedAt(std::string sequence)
{
    ChatReply reply = answer({words("hello")}, FinishReason::StopSequence);
    reply.stopSequence = std::move(sequence);
    return reply;
}

std::vector<AnswerFeature> features()
{
    const auto hello = words("hello");
    const auto cited = [](std::string quoted, std::int64_t start) {
        const Citation source{"https://example.com/zebra", "Zebras", std::move(quoted), start, start < 0 ? -1 : start + 4};
        return answer({Part{TextPart{"hello", {source}}, {}}});
    };
    return {
        {"plain", answer({hello})},
        {"reasoning in words", answer({thought({}), hello})},
        {"reasoning with its signature", answer({thought("c2lnbmVk"), hello})},
        {"sealed reasoning", answer({Part{RedactedThinkingPart{{"c2VhbGVk", {}}}, {}}, hello})},
        {"tool call", answer({hello, called("call_1", R"({"where":"zoo"})")}, FinishReason::ToolCalls)},
        {"parallel tool calls",
         answer({called("call_1", R"({"where":"zoo"})"), called("call_2", R"({"where":"park"})")}, FinishReason::ToolCalls)},
        {"signature of a call", answer({called("call_1", "{}", "c2lnbmVk")}, FinishReason::ToolCalls)},
        {"citations: source", cited({}, -1)},
        {"citations: place in the answer", cited({}, 1)},
        {"citations: the source's words", cited("stripes are black", -1)},
        {"refusal", answer({Part{RefusalPart{"no zebras"}, {}}})},
        {"end: length", answer({hello}, FinishReason::Length)},
        {"end: stop sequence", stoppedAt({})},
        {"which stop sequence", stoppedAt("zebra")},
        {"end: context full", answer({hello}, FinishReason::ContextFull)},
        {"end: filtered", answer({hello}, FinishReason::ContentFilter)},
        {"end: pause", answer({hello}, FinishReason::Pause)},
        {"counts: input and output", counted(&Usage::uncachedInput, 4711)},
        {"counts: read from a cache", counted(&Usage::cacheRead, 333)},
        {"counts: written to a cache", counted(&Usage::cacheWrite5m, 222)},
        {"counts: written for an hour", counted(&Usage::cacheWrite1h, 222)},
        {"counts: reasoning", counted(&Usage::reasoning, 55)},
    };
}

/// Whose signatures stand without an envelope in answers of a format.
std::string makerIn(const Dialect &format)
{
    return format.id() == DialectId::OpenAiChat ? "gemini" : modelOfToday(format.id()).family;
}

/// Names the maker where the reader of an answer leaves it open, as the pipeline does.
void sign(Signature &signature, const std::string &maker)
{
    if (signature.family.empty() && !signature.empty())
        signature = opened(signature.value, maker);
}

ChatReply signedBy(ChatReply reply, const std::string &maker)
{
    for (Part &part : reply.parts) {
        if (auto *thinking = part.as<ThinkingPart>())
            sign(thinking->signature, maker);
        if (auto *sealed = part.as<RedactedThinkingPart>())
            sign(sealed->data, maker);
        if (auto *call = part.as<ToolCallPart>())
            sign(call->signature, maker);
    }
    return reply;
}

ReplyContext context()
{
    ReplyContext context;
    context.requestId = "01JPROBE";
    context.model = "m";
    context.includeUsage = true;
    context.created = 1700000000;
    return context;
}

using Deltas = std::vector<ChatDelta>;

Deltas signedBy(Deltas deltas, const std::string &maker)
{
    for (ChatDelta &delta : deltas) {
        if (auto *signature = std::get_if<SignatureDelta>(&delta))
            sign(signature->signature, maker);
        if (auto *redacted = std::get_if<RedactedThinkingDelta>(&delta))
            sign(redacted->data, maker);
        if (auto *call = std::get_if<ToolCallStart>(&delta))
            sign(call->signature, maker);
    }
    return deltas;
}

std::string written(const Dialect &format, const Deltas &deltas)
{
    std::string out;
    const auto writer = format.makeWriter(context());
    for (const ChatDelta &delta : deltas)
        writer->write(delta, out);
    return out;
}

Deltas read(const Dialect &format, const std::string &bytes)
{
    Deltas deltas;
    const auto reader = format.makeReader();
    Result<void> done = reader->feed(bytes, deltas);
    if (done)
        done = reader->finish(deltas);
    if (!done)
        deltas.push_back(StreamError{done.error()});
    return deltas;
}

std::string givenAnswer(const Dialect &target, const std::string &feature)
{
    const std::vector<Probe> answers = answersOf(target);
    const auto found =
        std::find_if(answers.begin(), answers.end(), [&](const Probe &answer) { return answer.feature == feature; });
    return found == answers.end() ? std::string() : found->body;
}

/// What a format without the very word says instead.
bool isNearest(const Fact &fact, const Facts &atClient)
{
    if (fact.what.starts_with("signature of call")) // on the thought before it
        return missing({Fact{"thinking signature", fact.value}}, atClient).empty();
    if (fact.what == "tokens written to a cache for an hour")
        return missing({Fact{"tokens written to a cache", fact.value}}, atClient).empty();
    const std::string nearest = fact.value == "stop sequence" ? "end" : fact.value == "context full" ? "length" : "";
    return fact.what == "finish" && missing({Fact{"finish", nearest}}, atClient).empty();
}

Verdict judge(const Facts &wanted, const Facts &atTarget, const Facts &atClient, const std::string &bytes)
{
    if (!missing(wanted, atTarget).empty())
        return {Outcome::Absent, {}, {}};
    const Facts gone = missing(wanted, atClient);
    if (gone.empty())
        return {Outcome::Carried, {}, {}};
    const bool isSaid = std::all_of(gone.begin(), gone.end(), [&](const Fact &fact) {
        const bool isFound = fact.kind == Fact::Kind::Words && bytes.find(fact.value) != std::string::npos;
        return isFound || isNearest(fact, atClient);
    });
    return {isSaid ? Outcome::OtherForm : Outcome::LeftOut, {}, shown(gone)};
}

} // namespace

const std::vector<AnswerFeature> &answerFeatures()
{
    static const std::vector<AnswerFeature> table = features();
    return table;
}

AnswerVerdict answerVerdict(const AnswerFeature &feature, const Dialect &target, const Dialect &client)
{
    if (target.id() == client.id())
        return {{Outcome::Bytes, {}, {}}, {Outcome::Bytes, {}, {}}};
    const std::string maker = makerIn(target);
    const ChatReply reply = signedBy(feature.reply, maker);
    Facts wanted = missing(factsOf(reply), factsOf(answerFeatures().front().reply));
    if (wanted.empty())
        wanted = factsOf(reply);
    AnswerVerdict verdict;
    const std::string given = givenAnswer(target, feature.name);
    const auto came = target.readReply(given.empty() ? target.writeReply(reply, context()) : given);
    if (came) {
        const ChatReply known = signedBy(*came, maker);
        const std::string shown = client.writeReply(known, context());
        const auto seen = client.readReply(shown);
        verdict.whole = judge(wanted, factsOf(known), seen ? factsOf(signedBy(*seen, makerIn(client))) : Facts(), shown);
    }
    const Deltas streamed = came && !given.empty() ? signedBy(unfolded(*came), maker)
                                                   : signedBy(read(target, written(target, unfolded(reply))), maker);
    const std::string shown = written(client, streamed);
    const ChatReply seen = signedBy(folded(read(client, shown)), makerIn(client));
    verdict.streamed = judge(wanted, factsOf(folded(streamed)), factsOf(seen), shown);
    return verdict;
}

const std::vector<ErrorFeature> &errorFeatures()
{
    static const std::vector<ErrorFeature> table{{"error: overloaded", ErrorKind::Overloaded},
                                                 {"error: too many requests", ErrorKind::RateLimited},
                                                 {"error: prompt too long", ErrorKind::ContextLength},
                                                 {"error: unknown model", ErrorKind::ModelNotFound}};
    return table;
}

Verdict errorVerdict(const ErrorFeature &feature, const Dialect &target, const Dialect &client)
{
    if (target.id() == client.id())
        return {Outcome::Bytes, {}, {}};
    const Error error{feature.kind, "zebras only"};
    const Error came = target.readError(error.status(), target.writeError(error, "01JPROBE"));
    if (came.kind != feature.kind)
        return {Outcome::Absent, {}, {}};
    const Error shown = client.readError(came.status(), client.writeError(came, "01JPROBE"));
    return {shown.kind == feature.kind ? Outcome::Carried : Outcome::OtherForm, {}, {}};
}

Verdict brokenStreamVerdict(bool isCut, const Dialect &target, const Dialect &client)
{
    if (target.id() == client.id())
        return {Outcome::Bytes, {}, {}};
    Deltas begun{StreamStart{"answer-1", "m", 1700000000}, TextDelta{"hello"}};
    if (!isCut)
        begun.push_back(StreamError{{ErrorKind::Overloaded, "zebras only"}});
    bool hasFailed = false;
    const ChatReply seen = folded(read(client, written(client, read(target, written(target, begun)))), &hasFailed);
    const bool isWhole = states(factsOf(seen), "assistant text");
    return hasFailed && isWhole ? Verdict{Outcome::Carried, {}, {}} : Verdict{Outcome::Silent, {}, "the stream's failure"};
}

} // namespace pm::test
