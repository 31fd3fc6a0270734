// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock.h"

#include "dialects/bedrock_fields.h"
#include "dialects/framing/surrogates.h"

namespace pm {

namespace bedrock {

namespace {

std::string textAt(json::Element object, std::string_view key)
{
    return std::string(json::findString(object, key).value_or(""));
}

TextPart readCited(json::Element content)
{
    TextPart text;
    if (const auto pieces = json::findArray(content, "content")) {
        for (const json::Element piece : *pieces)
            text.text += textAt(piece, "text");
    }
    if (const auto citations = json::findArray(content, "citations")) {
        for (const json::Element citation : *citations)
            text.citations.push_back(readCitation(citation));
    }
    return text;
}

void readReasoning(json::Element content, std::vector<Part> &parts)
{
    if (const auto text = json::findObject(content, "reasoningText"))
        parts.push_back({ThinkingPart{textAt(*text, "text"), {textAt(*text, "signature"), {}}}, {}});
    else if (const auto redacted = json::findString(content, "redactedContent"))
        parts.push_back({RedactedThinkingPart{{std::string(*redacted), {}}}, {}});
}

void readCall(json::Element call, std::vector<Part> &parts)
{
    const auto input = json::find(call, "input");
    const std::string name = textAt(call, "name");
    const std::string arguments = input ? json::text(*input) : "{}";
    if (name == kAnswerTool)
        parts.push_back({TextPart{arguments, {}}, {}});
    else
        parts.push_back({ToolCallPart{textAt(call, "toolUseId"), name, arguments, {}}, {}});
}

/// A block of an answer. Kinds still to come are passed over.
void readBlock(json::Element block, std::vector<Part> &parts)
{
    if (const auto text = json::findString(block, "text"))
        parts.push_back({TextPart{std::string(*text), {}}, {}});
    else if (const auto call = json::findObject(block, "toolUse"))
        readCall(*call, parts);
    else if (const auto reasoning = json::findObject(block, "reasoningContent"))
        readReasoning(*reasoning, parts);
    else if (const auto cited = json::findObject(block, "citationsContent"))
        parts.push_back({readCited(*cited), {}});
}

bool hasCalls(const std::vector<Part> &parts)
{
    for (const Part &part : parts) {
        if (part.as<ToolCallPart>())
            return true;
    }
    return false;
}

void writeCited(json::Writer &out, const TextPart &text)
{
    out.key("citationsContent");
    out.beginObject();
    out.key("content");
    out.beginArray();
    out.beginObject();
    out.member("text", text.text);
    out.endObject();
    out.endArray();
    out.key("citations");
    out.beginArray();
    for (const Citation &citation : text.citations)
        writeCitation(out, citation);
    out.endArray();
    out.endObject();
}

void writeThinking(json::Writer &out, const ThinkingPart &thinking)
{
    out.key("reasoningContent");
    out.beginObject();
    out.key("reasoningText");
    out.beginObject();
    out.member("text", thinking.text);
    if (!thinking.signature.empty())
        out.member("signature", sealed(thinking.signature, kFamily));
    out.endObject();
    out.endObject();
}

void writeCall(json::Writer &out, const ToolCallPart &call, const std::string &madeUpId)
{
    out.key("toolUse");
    out.beginObject();
    out.member("toolUseId", call.id.empty() ? madeUpId : toolUseId(call.id));
    out.member("name", call.name);
    out.key("input");
    writeInput(out, call.arguments);
    out.endObject();
}

/// True for what has a block: empty text has none.
bool isWritten(const Part &part)
{
    if (const auto *text = part.as<TextPart>())
        return !text->text.empty();
    if (const auto *refusal = part.as<RefusalPart>())
        return !refusal->text.empty();
    return part.as<ThinkingPart>() || part.as<RedactedThinkingPart>() || part.as<ToolCallPart>();
}

void writeBlock(json::Writer &out, const Part &part, const std::string &madeUpId)
{
    out.beginObject();
    if (const auto *text = part.as<TextPart>()) {
        if (text->citations.empty())
            out.member("text", text->text);
        else
            writeCited(out, *text);
    } else if (const auto *refusal = part.as<RefusalPart>()) {
        out.member("text", refusal->text);
    } else if (const auto *thinking = part.as<ThinkingPart>()) {
        writeThinking(out, *thinking);
    } else if (const auto *redacted = part.as<RedactedThinkingPart>()) {
        out.key("reasoningContent");
        out.beginObject();
        out.member("redactedContent", sealed(redacted->data, kFamily));
        out.endObject();
    } else if (const auto *call = part.as<ToolCallPart>()) {
        writeCall(out, *call, madeUpId);
    }
    out.endObject();
}

} // namespace

} // namespace bedrock

Result<ChatReply> Bedrock::readReply(std::string_view body) const
{
    using namespace bedrock;
    const auto document = parseLenient(body);
    if (!document)
        return fail(ErrorKind::UpstreamBroken, "the provider's answer is no JSON: " + document.error().message);
    const json::Element root = document->root();
    const auto output = json::findObject(root, "output");
    const auto message = output ? json::findObject(*output, "message") : std::nullopt;
    const auto content = message ? json::findArray(*message, "content") : std::nullopt;
    if (!content)
        return fail(ErrorKind::UpstreamBroken, "the provider's answer is no message: it has no output.message.content");
    ChatReply reply;
    for (const json::Element block : *content)
        readBlock(block, reply.parts);
    reply.finish = readFinish(json::findString(root, "stopReason").value_or(""), hasCalls(reply.parts));
    if (const auto fields = json::findObject(root, "additionalModelResponseFields"))
        reply.stopSequence = json::findString(*fields, "stop_sequence").value_or("");
    if (const auto usage = json::findObject(root, "usage"))
        reply.usage = readUsage(*usage);
    if (const auto tier = json::findObject(root, "serviceTier"))
        reply.serviceTier = json::findString(*tier, "type").value_or("");
    return reply;
}

std::string Bedrock::writeReply(const ChatReply &reply, const ReplyContext &context) const
{
    using namespace bedrock;
    json::Writer out;
    out.beginObject();
    out.key("output");
    out.beginObject();
    out.key("message");
    out.beginObject();
    out.member("role", "assistant");
    out.key("content");
    out.beginArray();
    std::size_t calls = 0;
    for (const Part &part : reply.parts) {
        if (!isWritten(part))
            continue;
        calls += part.as<ToolCallPart>() ? 1 : 0;
        writeBlock(out, part, toolUseId("tooluse_" + context.requestId + "_" + std::to_string(calls)));
    }
    out.endArray();
    out.endObject();
    out.endObject();
    out.member("stopReason", stopReason(reply.finish, calls > 0));
    out.key("usage");
    writeUsage(out, reply.usage);
    out.endObject();
    return out.take();
}

} // namespace pm
