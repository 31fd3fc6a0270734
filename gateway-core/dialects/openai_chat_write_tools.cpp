// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/openai_chat_fields.h"
#include "dialects/openai_chat_write.h"

namespace pm {

namespace openai {

namespace {

constexpr std::string_view kNoArguments = R"({"type":"object","properties":{}})";

/// The schema with an empty `properties` added where it has none and the target insists on it.
std::string withProperties(const std::string &schema)
{
    const auto members = json::members(schema);
    if (!members)
        return schema;
    for (const json::Member &member : *members) {
        if (member.name(schema) == "properties")
            return schema;
    }
    json::Splice splice(schema);
    splice.set(*members, "properties", "{}");
    return splice.apply();
}

std::string schemaOf(const Tool &tool, const TargetTraits &target)
{
    if (tool.schema.empty() || tool.schema == "{}")
        return std::string(kNoArguments);
    return target.emptyToolProperties ? withProperties(tool.schema) : tool.schema;
}

void writeTool(json::Writer &out, const Tool &tool, const TargetTraits &target, Losses &losses)
{
    if (tool.cache)
        lose(losses, "cache_control");
    out.beginObject();
    out.member("type", "function");
    out.key("function");
    out.beginObject();
    out.member("name", targetToolName(tool.name, losses));
    if (!tool.description.empty())
        out.member("description", tool.description);
    out.memberRaw("parameters", schemaOf(tool, target));
    if (tool.strict && !target.strictFields)
        out.member("strict", *tool.strict);
    else if (tool.strict.value_or(false))
        lose(losses, "tools: strict");
    out.endObject();
    out.endObject();
}

void writeChoice(json::Writer &out, const ToolChoice &choice, const TargetTraits &target, Losses &losses)
{
    switch (choice.mode) {
    case ToolChoice::Mode::Auto:
        return out.member("tool_choice", "auto");
    case ToolChoice::Mode::None:
        return out.member("tool_choice", "none");
    case ToolChoice::Mode::Required:
        return out.member("tool_choice", target.toolChoiceRequiredIsAny ? "any" : "required");
    case ToolChoice::Mode::Named:
        break;
    }
    out.key("tool_choice");
    out.beginObject();
    out.member("type", "function");
    out.key("function");
    out.beginObject();
    out.member("name", targetToolName(choice.name, losses));
    out.endObject();
    out.endObject();
}

} // namespace

std::string targetToolName(const std::string &name, Losses &losses)
{
    std::string shorter = shortToolName(name);
    if (shorter != name)
        lose(losses, "tool name shortened");
    return shorter;
}

void writeTools(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    if (request.tools.empty()) {
        // Both fields are refused where no tools are; without tools neither means anything.
        return;
    }
    out.key("tools");
    out.beginArray();
    for (const Tool &tool : request.tools)
        writeTool(out, tool, target, losses);
    out.endArray();
    if (request.toolChoice)
        writeChoice(out, *request.toolChoice, target, losses);
    if (request.parallelToolCalls && target.parallelToolCallsField)
        out.member("parallel_tool_calls", *request.parallelToolCalls);
    else if (request.parallelToolCalls == false)
        lose(losses, "parallel_tool_calls");
}

} // namespace openai

} // namespace pm
