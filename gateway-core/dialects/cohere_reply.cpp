// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/cohere.h"

#include "base/text.h"
#include "dialects/cohere_fields.h"
#include "dialects/framing/surrogates.h"

namespace pm {

namespace cohere {

namespace {

std::string textAt(json::Element object, std::string_view key)
{
    return std::string(json::findString(object, key).value_or(""));
}

/// The plan for tool calls is said to the user before them: text, which goes back as the plan.
void readContent(json::Element message, std::vector<Part> &parts)
{
    if (const auto content = json::findArray(message, "content")) {
        for (const json::Element part : *content) {
            const std::string type = textAt(part, "type");
            if (type == "thinking")
                parts.push_back({ThinkingPart{textAt(part, "thinking"), {}}, {}});
            else if (type == "text")
                parts.push_back({TextPart{textAt(part, "text"), {}}, {}});
        }
    }
    if (std::string plan = textAt(message, "tool_plan"); !plan.empty())
        parts.push_back({TextPart{std::move(plan), {}}, {}});
}

void readCitations(json::Element message, std::vector<Part> &parts)
{
    const auto citations = json::findArray(message, "citations");
    if (!citations)
        return;
    TextPart *last = nullptr;
    for (Part &part : parts)
        last = part.as<TextPart>() ? part.as<TextPart>() : last;
    for (const json::Element citation : *citations) {
        if (last)
            last->citations.push_back(readCitation(citation));
    }
}

bool readCalls(json::Element message, std::string_view seed, std::vector<Part> &parts)
{
    const auto calls = json::findArray(message, "tool_calls");
    if (!calls)
        return false;
    std::size_t count = 0;
    for (const json::Element call : *calls) {
        const auto function = json::findObject(call, "function");
        if (!function)
            continue;
        std::string id = textAt(call, "id");
        if (id.empty())
            id = "call_" + std::string(seed) + "_" + std::to_string(count);
        ++count;
        parts.push_back(
            {ToolCallPart{std::move(id), textAt(*function, "name"), textAt(*function, "arguments"), {}}, {}});
    }
    return count > 0;
}

void writeContent(json::Writer &out, const ChatReply &reply, bool hasCalls)
{
    const auto write = [&](const char *type, std::string_view text) {
        out.beginObject();
        out.member("type", type);
        out.member(type, text);
        out.endObject();
    };
    out.key("content");
    out.beginArray();
    for (const Part &part : reply.parts) {
        if (const auto *thinking = part.as<ThinkingPart>(); thinking && !thinking->text.empty())
            write("thinking", thinking->text);
        else if (const auto *text = part.as<TextPart>(); text && !hasCalls && !text->text.empty())
            write("text", text->text);
        else if (const auto *refusal = part.as<RefusalPart>(); refusal && !refusal->text.empty())
            write("text", refusal->text);
    }
    out.endArray();
}

void writeCalls(json::Writer &out, const ChatReply &reply, const ReplyContext &context)
{
    std::string plan;
    for (const Part &part : reply.parts) {
        if (const auto *text = part.as<TextPart>())
            plan += text->text;
    }
    if (!plan.empty())
        out.member("tool_plan", plan);
    out.key("tool_calls");
    out.beginArray();
    std::size_t count = 0;
    for (const Part &part : reply.parts) {
        const auto *call = part.as<ToolCallPart>();
        if (!call)
            continue;
        const std::string made = "call_" + context.requestId + "_" + std::to_string(count++);
        writeToolCall(out, call->id.empty() ? made : call->id, call->name, call->arguments);
    }
    out.endArray();
}

void writeCitations(json::Writer &out, const ChatReply &reply)
{
    bool isOpen = false;
    for (const Part &part : reply.parts) {
        const auto *text = part.as<TextPart>();
        for (std::size_t i = 0; text && i < text->citations.size(); ++i) {
            if (!isOpen) {
                out.key("citations");
                out.beginArray();
            }
            isOpen = true;
            writeCitation(out, text->citations[i]);
        }
    }
    if (isOpen)
        out.endArray();
}

} // namespace

} // namespace cohere

Result<ChatReply> Cohere::readReply(std::string_view body) const
{
    using namespace cohere;
    const auto document = parseLenient(body);
    if (!document)
        return fail(ErrorKind::UpstreamBroken, "the provider's answer is no JSON: " + document.error().message);
    const json::Element root = document->root();
    const auto message = json::findObject(root, "message");
    if (!message)
        return fail(ErrorKind::UpstreamBroken, "the provider's answer has no message");
    const std::string reason = textAt(root, "finish_reason");
    if (isFailure(reason))
        return fail(failureOf(reason, {}));
    ChatReply reply;
    reply.id = textAt(root, "id");
    readContent(*message, reply.parts);
    readCitations(*message, reply.parts);
    const bool hasCalls = readCalls(*message, stableHash(body), reply.parts);
    reply.finish = readFinish(reason, hasCalls);
    if (const auto usage = json::findObject(root, "usage"))
        reply.usage = readUsage(*usage);
    return reply;
}

std::string Cohere::writeReply(const ChatReply &reply, const ReplyContext &context) const
{
    using namespace cohere;
    bool hasCalls = false;
    for (const Part &part : reply.parts)
        hasCalls = hasCalls || part.as<ToolCallPart>();
    json::Writer out;
    out.beginObject();
    out.member("id", reply.id.empty() ? context.requestId : reply.id);
    out.member("finish_reason", finishName(reply.finish, hasCalls));
    out.key("message");
    out.beginObject();
    out.member("role", "assistant");
    writeContent(out, reply, hasCalls);
    if (hasCalls)
        writeCalls(out, reply, context);
    writeCitations(out, reply);
    out.endObject();
    if (reply.usage.isKnown()) {
        out.key("usage");
        writeUsage(out, reply.usage);
    }
    out.endObject();
    return out.take();
}

} // namespace pm
