// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/cached_answer.h"

#include "pipeline/reply_assembly.h"

#include <variant>

namespace pm {

namespace {

using policy::CachedAnswer;
using policy::ReplayPiece;

/// Whose signatures travel through a format without an envelope (chat/signature.h).
std::string_view nativeFamily(DialectId id)
{
    switch (id) {
    case DialectId::AnthropicMessages: return "anthropic";
    case DialectId::OpenAiResponses: return "openai";
    case DialectId::Gemini: return "gemini";
    default: return {};
    }
}

/// What a client got is read like what a provider sent, but for signatures: those are as a client holds them.
void open(Signature &signature, DialectId from)
{
    if (!signature.empty())
        signature = opened(signature.value, nativeFamily(from));
}

void openSignatures(ChatDelta &delta, DialectId from)
{
    if (auto *call = std::get_if<ToolCallStart>(&delta))
        open(call->signature, from);
    else if (auto *thought = std::get_if<SignatureDelta>(&delta))
        open(thought->signature, from);
    else if (auto *redacted = std::get_if<RedactedThinkingDelta>(&delta))
        open(redacted->data, from);
}

void openSignatures(ChatReply &reply, DialectId from)
{
    for (Part &part : reply.parts) {
        if (auto *call = part.as<ToolCallPart>())
            open(call->signature, from);
        else if (auto *thought = part.as<ThinkingPart>())
            open(thought->signature, from);
        else if (auto *redacted = part.as<RedactedThinkingPart>())
            open(redacted->data, from);
    }
}

/// Takes the deltas of a kept answer one by one; knows what the client's bytes did not say.
class Deltas
{
public:
    explicit Deltas(const CachedAnswer &answer) : m_answer(answer) {}

    template <typename Take>
    void pass(std::vector<ChatDelta> &deltas, Take take)
    {
        for (ChatDelta &delta : deltas) {
            openSignatures(delta, m_answer.dialect);
            m_hasEnded = m_hasEnded || std::holds_alternative<StreamEnd>(delta);
            take(delta);
            const bool isStart = std::holds_alternative<StreamStart>(delta);
            if (isStart && m_answer.usage.isKnown())
                take(ChatDelta(UsageDelta{m_answer.usage}));
        }
        deltas.clear();
    }
    bool hasEnded() const { return m_hasEnded; }

private:
    const CachedAnswer &m_answer;
    bool m_hasEnded = false;
};

/// Reads a kept stream piece by piece: `take` gets each delta, `behind` is called after each piece.
template <typename Take, typename Behind>
Result<void> readStream(const CachedAnswer &answer, Take take, Behind behind)
{
    if (answer.isArray)
        return fail(ErrorKind::NotSupported, "a stream in one array is not taken apart");
    const auto reader = dialect(answer.dialect).makeReader();
    Deltas passer(answer);
    std::vector<ChatDelta> deltas;
    std::size_t at = 0;
    for (const ReplayPiece &piece : answer.pieces) {
        auto read = reader->feed(std::string_view(answer.bytes).substr(at, piece.bytes), deltas);
        at += piece.bytes;
        passer.pass(deltas, take);
        if (!read)
            return read;
        behind(piece);
    }
    auto read = reader->finish(deltas);
    passer.pass(deltas, take);
    if (!read || passer.hasEnded())
        return read;
    return fail(ErrorKind::UpstreamBroken, "the kept stream has no end");
}

Replay asItIs(const CachedAnswer &answer, const ReplayWish &wish)
{
    Replay out;
    out.bytes = answer.bytes;
    out.pieces = answer.pieces;
    out.contentType = answer.isStream ? std::string(wish.client->makeWriter(wish.reply)->contentType()) : "application/json";
    return out;
}

Result<Replay> streamFromStream(const CachedAnswer &answer, const ReplayWish &wish)
{
    Replay out;
    const auto writer = wish.client->makeWriter(wish.reply);
    out.contentType = writer->contentType();
    std::size_t begin = 0;
    const auto behind = [&](const ReplayPiece &piece) {
        out.pieces.push_back({piece.afterMs, static_cast<std::uint32_t>(out.bytes.size() - begin)});
        begin = out.bytes.size();
    };
    auto read = readStream(answer, [&](const ChatDelta &delta) { writer->write(delta, out.bytes); }, behind);
    if (!read)
        return tl::unexpected(read.error());
    behind({});
    return out;
}

Result<Replay> streamFromReply(ChatReply reply, const ReplayWish &wish)
{
    Replay out;
    const auto writer = wish.client->makeWriter(wish.reply);
    out.contentType = writer->contentType();
    for (const ChatDelta &delta : deltasOf(reply))
        writer->write(delta, out.bytes);
    out.pieces.push_back({0, static_cast<std::uint32_t>(out.bytes.size())});
    return out;
}

Result<ChatReply> replyOf(const CachedAnswer &answer)
{
    if (!answer.isStream) {
        auto reply = dialect(answer.dialect).readReply(answer.bytes);
        if (reply)
            openSignatures(*reply, answer.dialect);
        if (reply && !reply->usage.isKnown())
            reply->usage = answer.usage;
        return reply;
    }
    ReplyAssembly assembly;
    auto read = readStream(answer, [&](const ChatDelta &delta) { assembly.take(delta); }, [](const ReplayPiece &) {});
    if (!read)
        return tl::unexpected(read.error());
    return assembly.reply();
}

struct DeltasOfPart
{
    std::vector<ChatDelta> &out;
    int &calls;

    void operator()(const TextPart &part) const
    {
        out.emplace_back(TextDelta{part.text});
        for (const Citation &citation : part.citations)
            out.emplace_back(CitationDelta{citation});
    }
    void operator()(const ThinkingPart &part) const
    {
        if (!part.text.empty())
            out.emplace_back(ThinkingDelta{part.text});
        if (!part.signature.empty())
            out.emplace_back(SignatureDelta{part.signature});
    }
    void operator()(const RedactedThinkingPart &part) const { out.emplace_back(RedactedThinkingDelta{part.data}); }
    void operator()(const RefusalPart &part) const { out.emplace_back(RefusalDelta{part.text}); }
    void operator()(const ToolCallPart &part) const
    {
        out.emplace_back(ToolCallStart{calls, part.id, part.name, part.signature});
        if (!part.arguments.empty())
            out.emplace_back(ToolCallDelta{calls, part.arguments});
        ++calls;
    }
    template <typename Other>
    void operator()(const Other &) const
    {
        // Pictures, sound and results of tools: no delta speaks of them, as no stream brings them.
    }
};

} // namespace

std::vector<ChatDelta> deltasOf(const ChatReply &reply)
{
    std::vector<ChatDelta> deltas;
    deltas.emplace_back(StreamStart{reply.id, reply.model, reply.created});
    if (reply.usage.isKnown())
        deltas.emplace_back(UsageDelta{reply.usage}); // formats that count the prompt first want it here
    int calls = 0;
    for (const Part &part : reply.parts)
        std::visit(DeltasOfPart{deltas, calls}, part.value);
    if (reply.usage.isKnown())
        deltas.emplace_back(UsageDelta{reply.usage});
    deltas.emplace_back(Finish{reply.finish, reply.stopSequence});
    deltas.emplace_back(StreamEnd{});
    return deltas;
}

Result<Replay> replay(const policy::CachedAnswer &answer, const ReplayWish &wish)
{
    const bool isSame = answer.dialect == wish.client->id() && answer.variant == wish.reply.variant
                        && answer.isStream == wish.isStream;
    const bool isSameStream = !answer.isStream
                              || (answer.isArray == wish.reply.asArray
                                  && answer.hasUsageEvent == wish.reply.includeUsage);
    if (isSame && isSameStream && wish.client->id() != DialectId::OpenAiResponses)
        return asItIs(answer, wish);
    if (wish.isWhole)
        return fail(ErrorKind::NotSupported, "the kept answer is in another form, which lacks a part of what was asked");
    if (answer.isStream && wish.isStream)
        return streamFromStream(answer, wish);
    auto reply = replyOf(answer);
    if (!reply)
        return tl::unexpected(reply.error());
    if (wish.isStream)
        return streamFromReply(std::move(*reply), wish);
    return Replay{"application/json", wish.client->writeReply(*reply, wish.reply), {}};
}

} // namespace pm
