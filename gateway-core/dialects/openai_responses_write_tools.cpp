// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses_write.h"

#include "dialects/openai_responses_fields.h"

#include <algorithm>

namespace pm::responses {

namespace {

void writeTool(json::Writer &out, const Tool &tool, const TargetTraits &target, Losses &losses)
{
    const bool isCustom = tool.isCustom && target.customTools;
    if (tool.cache)
        lose(losses, "cache_control");
    if (!tool.grammar.empty() && !isCustom)
        lose(losses, "tools: grammar in words");
    const std::string description = isCustom ? tool.description : describedWithGrammar(tool);
    out.beginObject();
    out.member("type", isCustom ? "custom" : "function");
    out.member("name", targetToolName(tool.name, losses));
    if (!description.empty())
        out.member("description", description);
    if (isCustom && !tool.grammar.empty())
        out.memberRaw("format", tool.grammar);
    if (!isCustom) {
        out.memberRaw("parameters", tool.schema.empty() || tool.schema == "{}"
                                        ? std::string_view(R"({"type":"object","properties":{}})")
                                        : std::string_view(tool.schema));
        out.member("strict", tool.strict.value_or(false)); // left out it would mean true
    }
    out.endObject();
}

void writeChoice(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    const ToolChoice &choice = *request.toolChoice;
    switch (choice.mode) {
    case ToolChoice::Mode::Auto: return out.member("tool_choice", "auto");
    case ToolChoice::Mode::None: return out.member("tool_choice", "none");
    case ToolChoice::Mode::Required: return out.member("tool_choice", "required");
    case ToolChoice::Mode::Named: break;
    }
    out.key("tool_choice");
    out.beginObject();
    out.member("type", isWrittenCustom(request, target, choice.name) ? "custom" : "function");
    out.member("name", targetToolName(choice.name, losses));
    out.endObject();
}

} // namespace

bool isWrittenCustom(const ChatRequest &request, const TargetTraits &target, std::string_view name)
{
    return target.customTools && std::any_of(request.tools.begin(), request.tools.end(), [name](const Tool &tool) {
               return tool.isCustom && tool.name == name;
           });
}

void writeTools(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    if (request.tools.empty())
        return; // without tools neither of the other fields means anything
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

} // namespace pm::responses
