// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses_items.h"

#include "dialects/openai_responses_fields.h"

namespace pm::responses {

std::string itemId(std::string_view prefix, const ReplyContext &context, std::size_t outputIndex)
{
    return std::string(prefix) + context.requestId + "_" + std::to_string(outputIndex);
}

std::string sealedForClient(Signature signature)
{
    if (!signature.empty() && signature.family.empty())
        signature.family = "unknown";
    return sealed(signature, kFamily);
}

std::string textContent(std::string_view text, const std::vector<Citation> &citations)
{
    json::Writer out;
    out.beginObject();
    out.member("type", "output_text");
    out.member("text", text);
    out.key("annotations");
    out.beginArray();
    for (const Citation &citation : citations)
        writeAnnotation(out, citation);
    out.endArray();
    out.memberRaw("logprobs", "[]");
    out.endObject();
    return out.take();
}

std::string refusalContent(std::string_view text)
{
    json::Writer out;
    out.beginObject();
    out.member("type", "refusal");
    out.member("refusal", text);
    out.endObject();
    return out.take();
}

std::string messageItem(const std::string &id, std::string_view status, const std::vector<std::string> &content)
{
    json::Writer out;
    out.beginObject();
    out.member("id", id);
    out.member("type", "message");
    out.member("status", status);
    out.member("role", "assistant");
    out.memberRaw("content", arrayOf(content));
    out.endObject();
    return out.take();
}

std::string reasoningItem(const std::string &id, std::string_view summary, std::string_view encrypted)
{
    json::Writer out;
    out.beginObject();
    out.member("id", id);
    out.member("type", "reasoning");
    out.key("summary");
    out.beginArray();
    if (!summary.empty()) {
        out.beginObject();
        out.member("type", "summary_text");
        out.member("text", summary);
        out.endObject();
    }
    out.endArray();
    if (!encrypted.empty())
        out.member("encrypted_content", encrypted);
    out.endObject();
    return out.take();
}

std::string callItem(const std::string &id, std::string_view status, const ToolCallPart &call,
                     const ReplyContext &context)
{
    const bool isCustom = context.customTools.count(call.name) > 0;
    json::Writer out;
    out.beginObject();
    out.member("id", id);
    out.member("type", isCustom ? "custom_tool_call" : "function_call");
    out.member("status", status);
    out.member("call_id", call.id);
    writeCalledName(out, call.name, context);
    out.member(isCustom ? "input" : "arguments", call.arguments);
    out.endObject();
    return out.take();
}

std::string arrayOf(const std::vector<std::string> &texts)
{
    std::string array = "[";
    for (const std::string &text : texts) {
        array += array.size() > 1 ? "," : "";
        array += text;
    }
    return array + "]";
}

} // namespace pm::responses
