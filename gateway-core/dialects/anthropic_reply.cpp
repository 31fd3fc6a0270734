// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic.h"

#include "base/json.h"
#include "dialects/anthropic_fields.h"
#include "dialects/anthropic_write.h"
#include "dialects/framing/surrogates.h"
#include "dialects/shared/vendor_errors.h"

#include <algorithm>

namespace pm {

namespace anthropic {

namespace {

/// A block of an answer. Blocks of server tools and of kinds still to come are passed over.
void readReplyBlock(json::Element block, std::vector<Part> &parts)
{
    const auto type = json::findString(block, "type").value_or("");
    const auto text = [&](std::string_view name) {
        return std::string(json::findString(block, name).value_or(""));
    };
    if (type == "text") {
        TextPart said{text("text"), {}};
        if (const auto citations = json::findArray(block, "citations")) {
            for (const json::Element citation : *citations)
                said.citations.push_back(readCitation(citation));
        }
        parts.push_back({std::move(said), {}});
    } else if (type == "thinking") {
        parts.push_back({ThinkingPart{text("thinking"), {text("signature"), {}}}, {}});
    } else if (type == "redacted_thinking") {
        parts.push_back({RedactedThinkingPart{{text("data"), {}}}, {}});
    } else if (type == "tool_use") {
        const auto input = json::find(block, "input");
        parts.push_back({ToolCallPart{text("id"), text("name"), input ? json::text(*input) : "{}", {}}, {}});
    }
}

bool hasCalls(const std::vector<Part> &parts)
{
    return std::any_of(parts.begin(), parts.end(), [](const Part &part) { return part.as<ToolCallPart>(); });
}

/// Why the provider refused, when it says so.
std::string_view refusalText(json::Element root)
{
    const auto details = json::findObject(root, "stop_details");
    if (!details || json::findString(*details, "type") != "refusal")
        return {};
    return json::findString(*details, "explanation").value_or("");
}

/// What another provider signed its calls with has no place there, but on the thinking before it, which clients send
/// back: each such signature becomes a thinking block's.
std::vector<Part> withSignedThinking(const std::vector<Part> &parts)
{
    std::vector<Part> moved;
    for (const Part &part : parts) {
        const auto *call = part.as<ToolCallPart>();
        if (call && !call->signature.empty()) {
            auto *last = moved.empty() ? nullptr : moved.back().as<ThinkingPart>();
            if (last && last->signature.empty())
                last->signature = call->signature;
            else
                moved.push_back({ThinkingPart{{}, call->signature}, {}});
        }
        moved.push_back(part);
    }
    return moved;
}

void writeReplyPart(json::Writer &out, const Part &part, const ReplyContext &context, std::size_t &calls)
{
    if (const auto *text = part.as<TextPart>()) {
        if (!text->text.empty())
            writeTextBlock(out, text->text);
    } else if (const auto *refusal = part.as<RefusalPart>()) {
        if (!refusal->text.empty())
            writeTextBlock(out, refusal->text);
    } else if (const auto *thinking = part.as<ThinkingPart>()) {
        writeThinkingBlock(out, *thinking);
    } else if (const auto *redacted = part.as<RedactedThinkingPart>()) {
        writeRedactedBlock(out, *redacted);
    } else if (const auto *call = part.as<ToolCallPart>()) {
        const std::string made = madeUpCallId(context.requestId, calls++);
        beginToolUseBlock(out, call->id.empty() ? made : call->id, call->name, call->arguments);
        out.endObject();
    }
}

} // namespace

std::string messageId(std::string_view providerId, std::string_view requestId)
{
    if (providerId.rfind("msg_", 0) == 0)
        return std::string(providerId);
    return "msg_" + std::string(requestId.empty() ? providerId : requestId);
}

std::string madeUpCallId(std::string_view requestId, std::size_t index)
{
    return "toolu_" + toolId(requestId) + "_" + std::to_string(index);
}

} // namespace anthropic

Result<ChatReply> Anthropic::readReply(std::string_view body) const
{
    using namespace anthropic;
    const auto document = parseLenient(body);
    if (!document)
        return fail(ErrorKind::UpstreamBroken,
                    "the provider's answer is no JSON: " + document.error().message);
    const json::Element root = document->root();
    if (json::findString(root, "type") == "error")
        return fail(readErrorBody(0, body));
    if (auto error = shared::baseRespError(root))
        return fail(std::move(*error));
    const auto content = json::findArray(root, "content");
    if (!content)
        return fail(ErrorKind::UpstreamBroken,
                    "the provider's answer is no message: it has no content array");
    ChatReply reply;
    reply.id = json::findString(root, "id").value_or("");
    reply.model = json::findString(root, "model").value_or("");
    for (const json::Element block : *content)
        readReplyBlock(block, reply.parts);
    reply.finish = readFinish(json::findString(root, "stop_reason").value_or(""), hasCalls(reply.parts));
    reply.stopSequence = json::findString(root, "stop_sequence").value_or("");
    if (const auto why = refusalText(root); !why.empty())
        reply.parts.push_back({RefusalPart{std::string(why)}, {}});
    if (const auto usage = json::findObject(root, "usage")) {
        reply.usage = readUsage(*usage);
        reply.serviceTier = json::findString(*usage, "service_tier").value_or("");
    }
    return reply;
}

std::string Anthropic::writeReply(const ChatReply &reply, const ReplyContext &context) const
{
    using namespace anthropic;
    json::Writer out;
    out.beginObject();
    out.member("id", messageId(reply.id, context.requestId));
    out.member("type", "message");
    out.member("role", "assistant");
    out.member("model", context.model.empty() ? reply.model : context.model);
    out.key("content");
    out.beginArray();
    std::size_t calls = 0;
    for (const Part &part : withSignedThinking(reply.parts))
        writeReplyPart(out, part, context, calls);
    out.endArray();
    out.member("stop_reason", stopReason(reply.finish, calls > 0));
    if (reply.stopSequence.empty())
        out.memberNull("stop_sequence");
    else
        out.member("stop_sequence", reply.stopSequence);
    out.key("usage");
    writeUsage(out, reply.usage, context.inputTokensEstimate);
    out.endObject();
    return out.take();
}

} // namespace pm
