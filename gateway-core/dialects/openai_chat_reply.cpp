// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/surrogates.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/openai_chat.h"
#include "dialects/openai_chat_fields.h"
#include "dialects/openai_chat_reasoning.h"
#include "dialects/shared/vendor_errors.h"
#include "dialects/shared/custom_tools.h"

#include <algorithm>

// Whole answers, both ways.
namespace pm {

using namespace openai;

namespace {

std::string asArguments(json::Element function)
{
    const auto arguments = json::find(function, "arguments");
    if (!arguments)
        return {};
    // Some servers answer with the object itself instead of its text.
    return arguments->is_string() ? std::string(std::string_view(arguments->get_string().value_unsafe()))
                                  : json::text(*arguments);
}

Result<Part> readCall(json::Element call, std::string_view seed, std::size_t index)
{
    ToolCallPart part;
    part.id = json::findString(call, "id").value_or("");
    if (part.id.empty())
        part.id = madeUpCallId(seed, index);
    const auto custom = json::findObject(call, "custom");
    const auto inner = custom ? custom : json::findObject(call, "function");
    const auto name = inner ? json::findString(*inner, "name") : std::nullopt;
    if (!name || name->empty())
        return fail(ErrorKind::UpstreamBroken, "the provider's answer has a tool call without a name");
    part.name = *name;
    part.arguments =
        custom ? customArguments(json::findString(*custom, "input").value_or("")) : asArguments(*inner);
    part.signature = readCallSignature(call, {});
    return Part{std::move(part), {}};
}

void addText(std::vector<Part> &parts, std::string_view text)
{
    if (!text.empty())
        parts.push_back({TextPart{std::string(text)}, {}});
}

void readAnswerContent(json::Element message, ChatReply &reply)
{
    ReasoningDetails details;
    details.take(message);
    const Signature opaque = details.isOpaque() ? details.give() : Signature();
    if (const std::string_view thought = reasoningText(message); !thought.empty())
        reply.parts.push_back({ThinkingPart{std::string(thought), opaque}, {}});
    else if (!opaque.empty())
        reply.parts.push_back({RedactedThinkingPart{opaque}, {}});
    const auto content = json::find(message, "content");
    if (content && content->is_string())
        addText(reply.parts, content->get_string().value_unsafe());
    if (content && content->is_array()) {
        for (const json::Element item : items(*content)) {
            if (const std::string thought = thinkingInPart(item); !thought.empty())
                reply.parts.push_back({ThinkingPart{thought, {}}, {}});
            else
                addText(reply.parts, json::findString(item, "text").value_or(""));
        }
    }
    if (const auto annotations = json::findArray(message, "annotations")) {
        const auto isText = [](const Part &part) { return part.as<TextPart>() != nullptr; };
        const auto text = std::find_if(reply.parts.rbegin(), reply.parts.rend(), isText);
        for (const json::Element annotation : *annotations) {
            if (auto citation = readCitation(annotation); citation && text != reply.parts.rend())
                text->as<TextPart>()->citations.push_back(std::move(*citation));
        }
    }
    if (const auto refusal = json::findString(message, "refusal"); refusal && !refusal->empty())
        reply.parts.push_back({RefusalPart{std::string(*refusal)}, {}});
}

/// `seed` tells this answer from others; it goes into made-up ids.
Result<bool> readAnswerCalls(json::Element message, std::string_view seed, ChatReply &reply)
{
    std::size_t index = 0;
    if (const auto calls = json::findArray(message, "tool_calls")) {
        for (const json::Element call : *calls) {
            auto part = readCall(call, seed, index++);
            if (!part)
                return fail(std::move(part.error()));
            reply.parts.push_back(std::move(*part));
        }
    }
    if (const auto old = json::findObject(message, "function_call")) {
        const auto name = json::findString(*old, "name").value_or("");
        reply.parts.push_back(
            {ToolCallPart{madeUpCallId(seed, index++), std::string(name), asArguments(*old)}, {}});
    }
    return index > 0;
}

bool hasRefusal(const std::vector<Part> &parts)
{
    for (const Part &part : parts) {
        if (part.as<RefusalPart>())
            return true;
    }
    return false;
}

Failure notAReply(std::string_view what)
{
    return fail(ErrorKind::UpstreamBroken,
                "the provider's answer is no chat completion: " + std::string(what));
}

} // namespace

Result<ChatReply> OpenAiChat::readReply(std::string_view body) const
{
    const auto parsed = parseLenient(body);
    if (!parsed)
        return notAReply(parsed.error().message);
    const json::Element root = parsed->root();
    if (json::find(root, "error"))
        return fail(readErrorBody(200, body));
    if (auto error = shared::baseRespError(root))
        return fail(std::move(*error));
    const auto choices = json::findArray(root, "choices");
    if (!choices || choices->size() == 0)
        return notAReply("it has no choices");
    const json::Element choice = choices->at(0).value_unsafe();
    const auto message = json::findObject(choice, "message");
    if (!message)
        return notAReply("choices[0] has no message");
    if (auto error = brokenOff(json::findString(choice, "finish_reason").value_or("")))
        return fail(std::move(*error));
    ChatReply reply;
    reply.id = json::findString(root, "id").value_or("");
    reply.model = json::findString(root, "model").value_or("");
    reply.created = json::findInt(root, "created").value_or(0);
    reply.serviceTier = json::findString(root, "service_tier").value_or("");
    readAnswerContent(*message, reply);
    const auto hasCalls = readAnswerCalls(*message, stableHash(body), reply);
    if (!hasCalls)
        return fail(hasCalls.error());
    reply.finish = readFinish(json::findString(choice, "finish_reason").value_or(""), *hasCalls,
                              hasRefusal(reply.parts));
    if (const auto usage = json::findObject(root, "usage"))
        reply.usage = readUsage(*usage);
    return reply;
}

namespace {

/// The parts of an answer sorted into the places that a message of this dialect has.
struct Flattened
{
    std::string text;
    std::string thinking;
    std::string refusal;
    std::vector<const ToolCallPart *> calls;
    std::vector<const Citation *> citations;
};

Flattened flatten(const std::vector<Part> &parts)
{
    Flattened flat;
    for (const Part &part : parts) {
        if (const auto *text = part.as<TextPart>()) {
            flat.text += text->text;
            for (const Citation &citation : text->citations)
                flat.citations.push_back(&citation);
        } else if (const auto *thinking = part.as<ThinkingPart>())
            flat.thinking += thinking->text;
        else if (const auto *refusal = part.as<RefusalPart>())
            flat.refusal += refusal->text;
        else if (const auto *call = part.as<ToolCallPart>())
            flat.calls.push_back(call);
    }
    return flat;
}

void writeAnswer(json::Writer &out, const Flattened &flat, const ReplyContext &context)
{
    out.beginObject();
    out.member("role", "assistant");
    if (flat.text.empty() && (!flat.calls.empty() || !flat.refusal.empty()))
        out.memberNull("content");
    else
        out.member("content", flat.text);
    if (flat.refusal.empty())
        out.memberNull("refusal");
    else
        out.member("refusal", flat.refusal);
    if (!flat.thinking.empty())
        out.member("reasoning_content", flat.thinking);
    if (!flat.citations.empty()) {
        out.key("annotations");
        out.beginArray();
        for (const Citation *citation : flat.citations)
            writeCitation(out, *citation);
        out.endArray();
    }
    if (!flat.calls.empty()) {
        out.key("tool_calls");
        out.beginArray();
        for (const ToolCallPart *call : flat.calls)
            writeToolCall(out, *call, call->name, context.customTools.count(call->name) > 0);
        out.endArray();
    }
    out.endObject();
}

} // namespace

std::string OpenAiChat::writeReply(const ChatReply &reply, const ReplyContext &context) const
{
    const Flattened flat = flatten(reply.parts);
    json::Writer out;
    out.beginObject();
    out.member("id", reply.id.empty() ? "chatcmpl-" + context.requestId : reply.id);
    out.member("object", "chat.completion");
    out.member("created", reply.created != 0 ? reply.created : context.created);
    out.member("model", context.model.empty() ? reply.model : context.model);
    if (!reply.serviceTier.empty())
        out.member("service_tier", reply.serviceTier);
    out.key("choices");
    out.beginArray();
    out.beginObject();
    out.member("index", 0);
    out.key("message");
    writeAnswer(out, flat, context);
    out.memberNull("logprobs");
    out.member("finish_reason", finishName(reply.finish, !flat.calls.empty()));
    out.endObject();
    out.endArray();
    if (reply.usage.isKnown()) {
        out.key("usage");
        writeUsage(out, reply.usage);
    }
    out.endObject();
    return out.take();
}

} // namespace pm
