// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "dialects/framing/surrogates.h"
#include "dialects/ollama.h"
#include "dialects/ollama_fields.h"
#include "dialects/shared/json_body.h"

// Whole answers, both ways. One is the last line of a stream with all of the content in it.
namespace pm {

using namespace ollama;

namespace {

Failure notAReply(std::string_view what)
{
    return fail(ErrorKind::UpstreamBroken, "the provider's answer is none of Ollama's: " + std::string(what));
}

Result<void> readCalls(json::Element message, std::string_view seed, ChatReply &reply)
{
    const auto calls = json::findArray(message, "tool_calls");
    if (!calls)
        return {};
    std::size_t index = 0;
    for (const json::Element entry : *calls) {
        const auto function = json::findObject(entry, "function");
        ToolCallPart call;
        call.name = function ? json::findString(*function, "name").value_or("") : std::string_view();
        if (call.name.empty())
            return notAReply("a tool call has no name");
        call.arguments = readArguments(*function);
        call.id = json::findString(entry, "id").value_or("");
        if (call.id.empty())
            call.id = madeUpCallId(seed, index);
        reply.parts.push_back({std::move(call), {}});
        ++index;
    }
    return {};
}

/// What a client reads as content: text and, since there is no field for them, refusals.
std::string contentOf(const ChatReply &reply)
{
    std::string text;
    for (const Part &part : reply.parts) {
        if (const auto *words = part.as<TextPart>())
            text += words->text;
        else if (const auto *refusal = part.as<RefusalPart>())
            text += refusal->text;
    }
    return text;
}

std::string thinkingOf(const ChatReply &reply)
{
    std::string text;
    for (const Part &part : reply.parts) {
        if (const auto *thinking = part.as<ThinkingPart>())
            text += thinking->text;
    }
    return text;
}

} // namespace

Result<ChatReply> Ollama::readReply(std::string_view body) const
{
    const auto parsed = parseLenient(body);
    if (!parsed)
        return notAReply(parsed.error().message);
    const json::Element root = parsed->root();
    if (json::find(root, "error"))
        return fail(readErrorBody(200, body));
    const auto message = json::findObject(root, "message");
    const bool isGenerated = json::find(root, "response").has_value();
    if (!message && !isGenerated && !json::find(root, "done"))
        return notAReply("it has no message");
    ChatReply reply;
    reply.model = json::findString(root, "model").value_or("");
    reply.created = unixSeconds(json::findString(root, "created_at").value_or(""));
    const json::Element carrier = message ? *message : root;
    if (const auto thinking = json::findString(carrier, "thinking"); thinking && !thinking->empty())
        reply.parts.push_back({ThinkingPart{std::string(*thinking), {}}, {}});
    const auto text = json::findString(carrier, message ? "content" : "response");
    if (text && !text->empty())
        reply.parts.push_back({TextPart{std::string(*text)}, {}});
    const std::size_t before = reply.parts.size();
    if (auto calls = readCalls(carrier, stableHash(body), reply); !calls)
        return fail(calls.error());
    reply.finish =
        readFinish(json::findString(root, "done_reason").value_or(""), reply.parts.size() > before);
    reply.usage = readUsage(root);
    return reply;
}

std::string Ollama::writeReply(const ChatReply &reply, const ReplyContext &context) const
{
    const bool isGenerate = context.variant == kGenerate;
    const std::string thinking = thinkingOf(reply);
    std::vector<ToolCallPart> calls;
    for (const Part &part : reply.parts) {
        if (const auto *call = part.as<ToolCallPart>())
            calls.push_back(*call);
    }
    dropCutCalls(calls, reply.finish);
    json::Writer out;
    out.beginObject();
    out.member("model", context.model.empty() ? reply.model : context.model);
    out.member("created_at", timestamp(reply.created != 0 ? reply.created : context.created));
    if (!isGenerate) {
        out.key("message");
        out.beginObject();
        out.member("role", "assistant");
    }
    out.member(isGenerate ? "response" : "content", contentOf(reply));
    if (!thinking.empty())
        out.member("thinking", thinking);
    if (!calls.empty()) {
        out.key("tool_calls");
        writeCalls(out, calls);
    }
    if (!isGenerate)
        out.endObject();
    out.member("done", true);
    // Nobody sees a whole answer begin: all of the time counts as the answer's.
    const std::int64_t total = context.elapsedNs ? context.elapsedNs() : 0;
    writeFigures(out, reply.finish, reply.usage, {total, 0});
    out.endObject();
    return out.take();
}

} // namespace pm
