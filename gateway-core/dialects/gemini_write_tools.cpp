// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_fields.h"
#include "dialects/gemini_schema.h"
#include "dialects/gemini_write.h"
#include "dialects/shared/custom_tools.h"

#include <algorithm>

namespace pm::gemini {

namespace {

constexpr std::string_view kFreeText =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})";

Result<void> writeFunction(json::Writer &out, const Tool &tool, const std::string &at, const TargetTraits &target,
                           Losses &losses)
{
    const std::string name = toolName(tool.name);
    if (name != tool.name)
        note(losses, "tool name changed");
    if (tool.strict.value_or(false))
        note(losses, "tools: strict");
    if (tool.cache)
        note(losses, "cache_control");
    if (!tool.grammar.empty())
        note(losses, "tools: grammar in words");
    const std::string_view given = tool.isCustom && isBlank(tool.schema) ? kFreeText : std::string_view(tool.schema);
    const auto schema = target.toolJsonSchema ? objectSchema(given, at, losses) : ownSchema(given, at, losses);
    if (!schema)
        return fail(schema.error());
    out.beginObject();
    out.member("name", name);
    if (const std::string description = describedWithGrammar(tool); !description.empty())
        out.member("description", description);
    if (!schema->empty())
        out.memberRaw(target.toolJsonSchema ? "parametersJsonSchema" : "parameters", *schema);
    out.endObject();
    return {};
}

Result<void> writeChoice(json::Writer &out, const ChatRequest &request)
{
    if (!request.toolChoice)
        return {};
    const ToolChoice &choice = *request.toolChoice;
    const bool isNamed = choice.mode == ToolChoice::Mode::Named;
    const bool isOffered = std::any_of(request.tools.begin(), request.tools.end(),
                                       [&](const Tool &tool) { return tool.name == choice.name; });
    if (isNamed && !isOffered) {
        Error error{ErrorKind::NotSupported,
                    "tool_choice: the tool \"" + choice.name + "\" is not among those that can be offered"};
        error.param = "tool_choice";
        return fail(std::move(error));
    }
    out.key("toolConfig");
    out.beginObject();
    out.key("functionCallingConfig");
    out.beginObject();
    out.member("mode", choice.mode == ToolChoice::Mode::Auto   ? "AUTO"
                       : choice.mode == ToolChoice::Mode::None ? "NONE"
                                                               : "ANY");
    if (isNamed) {
        out.key("allowedFunctionNames");
        out.beginArray();
        out.string(toolName(choice.name));
        out.endArray();
    }
    out.endObject();
    out.endObject();
    return {};
}

} // namespace

Result<void> writeTools(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    if (request.tools.empty()) {
        const bool isForced = request.toolChoice && (request.toolChoice->mode == ToolChoice::Mode::Required ||
                                                     request.toolChoice->mode == ToolChoice::Mode::Named);
        if (!isForced)
            return {};
        Error error{ErrorKind::NotSupported, "tool_choice: a call is demanded, and no tool can be offered"};
        error.param = "tool_choice";
        return fail(std::move(error));
    }
    out.key("tools");
    out.beginArray();
    out.beginObject();
    out.key("functionDeclarations");
    out.beginArray();
    std::size_t index = 0;
    for (const Tool &tool : request.tools) {
        if (auto written = writeFunction(out, tool, place("tools", index++), target, losses); !written)
            return written;
    }
    out.endArray();
    out.endObject();
    out.endArray();
    return writeChoice(out, request);
}

} // namespace pm::gemini
