// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat.h"

#include "base/json.h"
#include "dialects/openai_chat_fields.h"
#include "dialects/openai_chat_write.h"
#include "dialects/shared/custom_tools.h"

#include <algorithm>

namespace pm::openai {

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

/// The grammar stands in an object of its own in this dialect.
void writeFormat(json::Writer &out, const Tool &tool)
{
    const auto format = json::Document::parse(tool.grammar);
    if (!format)
        return;
    out.key("format");
    out.beginObject();
    out.member("type", "grammar");
    out.key("grammar");
    out.beginObject();
    out.member("syntax", json::findString(format->root(), "syntax").value_or(""));
    out.member("definition", json::findString(format->root(), "definition").value_or(""));
    out.endObject();
    out.endObject();
}

void writeCustomTool(json::Writer &out, const Tool &tool, Losses &losses)
{
    out.beginObject();
    out.member("type", "custom");
    out.key("custom");
    out.beginObject();
    out.member("name", targetToolName(tool.name, losses));
    if (!tool.description.empty())
        out.member("description", tool.description);
    if (!tool.grammar.empty())
        writeFormat(out, tool);
    out.endObject();
    out.endObject();
}

void writeTool(json::Writer &out, const Tool &tool, const TargetTraits &target, Losses &losses)
{
    if (tool.cache)
        lose(losses, "cache_control");
    if (tool.isCustom && target.customTools)
        return writeCustomTool(out, tool, losses);
    if (!tool.grammar.empty())
        lose(losses, "tools: grammar in words");
    const std::string description = describedWithGrammar(tool);
    out.beginObject();
    out.member("type", "function");
    out.key("function");
    out.beginObject();
    out.member("name", targetToolName(tool.name, losses));
    if (!description.empty())
        out.member("description", description);
    out.memberRaw("parameters", schemaOf(tool, target));
    if (tool.strict && !target.strictFields)
        out.member("strict", *tool.strict);
    else if (tool.strict.value_or(false))
        lose(losses, "tools: strict");
    out.endObject();
    out.endObject();
}

void writeChoice(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    const ToolChoice &choice = *request.toolChoice;
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
    const std::string_view kind = target.customTools && isCustomTool(request, choice.name) ? "custom" : "function";
    out.key("tool_choice");
    out.beginObject();
    out.member("type", kind);
    out.key(kind);
    out.beginObject();
    out.member("name", targetToolName(choice.name, losses));
    out.endObject();
    out.endObject();
}

} // namespace

bool isCustomTool(const ChatRequest &request, std::string_view name)
{
    return std::any_of(request.tools.begin(), request.tools.end(),
                       [name](const Tool &tool) { return tool.isCustom && tool.name == name; });
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
        writeChoice(out, request, target, losses);
    if (request.parallelToolCalls && target.parallelToolCallsField)
        out.member("parallel_tool_calls", *request.parallelToolCalls);
    else if (request.parallelToolCalls == false)
        lose(losses, "parallel_tool_calls");
}

} // namespace pm::openai
