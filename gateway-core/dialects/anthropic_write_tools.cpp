// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic_fields.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/anthropic_write.h"
#include "dialects/shared/custom_tools.h"

#include <algorithm>

namespace pm::anthropic {

namespace {

Result<void> writeTool(json::Writer &out, const Tool &tool, const std::string &schema, bool takesStrict,
                       CacheMarks &marks, Losses &losses)
{
    const std::string name = toolName(tool.name);
    if (name != tool.name)
        note(losses, "tool name '" + std::string(clipUtf8(tool.name, 128)) + "' given as '" + name + "'");
    out.beginObject();
    out.member("name", name);
    if (!tool.grammar.empty())
        note(losses, "tools: grammar in words");
    if (const std::string description = describedWithGrammar(tool); !description.empty())
        out.member("description", description);
    out.memberRaw("input_schema", schema);
    if (tool.strict.value_or(false)) {
        if (takesStrict)
            out.member("strict", true);
        else
            note(losses, "tools: strict");
    }
    if (const auto mark = marks.pass(tool.cache))
        writeCacheMark(out, *mark);
    out.endObject();
    return {};
}

bool isOffered(const ChatRequest &request, const std::string &name)
{
    return std::any_of(request.tools.begin(), request.tools.end(),
                       [&](const Tool &tool) { return tool.name == name; });
}

} // namespace

Result<void> writeTools(json::Writer &out, const ChatRequest &request, const TargetTraits &target,
                        CacheMarks &marks, Losses &losses)
{
    if (request.tools.empty())
        return {};
    const bool takesStrict = target.structuredOutput && !target.strictFields;
    out.key("tools");
    out.beginArray();
    for (std::size_t i = 0; i < request.tools.size(); ++i) {
        const Tool &tool = request.tools[i];
        const auto schema = inputSchema(tool.schema, "tools[" + std::to_string(i) + "]", losses);
        if (!schema)
            return fail(schema.error());
        if (auto written = writeTool(out, tool, *schema, takesStrict, marks, losses); !written)
            return written;
    }
    out.endArray();
    return {};
}

Result<void> writeToolChoice(json::Writer &out, const ChatRequest &request, const TargetTraits &target,
                             Losses &losses)
{
    const ToolChoice choice = request.toolChoice.value_or(ToolChoice{});
    const bool forces = choice.mode == ToolChoice::Mode::Required || choice.mode == ToolChoice::Mode::Named;
    const bool isMissing =
        choice.mode == ToolChoice::Mode::Named ? !isOffered(request, choice.name) : request.tools.empty();
    if (forces && isMissing) {
        Error error;
        error.kind = ErrorKind::NotSupported;
        error.param = "tool_choice";
        error.message = "tool_choice: asks for a tool that cannot be offered to this provider";
        return fail(std::move(error));
    }
    bool single = request.parallelToolCalls == false && choice.mode != ToolChoice::Mode::None;
    if (single && !target.parallelToolCallsField) {
        note(losses, "parallel_tool_calls");
        single = false;
    }
    if (request.tools.empty() || (!request.toolChoice && !single))
        return {};
    out.key("tool_choice");
    out.beginObject();
    switch (choice.mode) {
    case ToolChoice::Mode::Auto:
        out.member("type", "auto");
        break;
    case ToolChoice::Mode::Required:
        out.member("type", "any");
        break;
    case ToolChoice::Mode::None:
        out.member("type", "none");
        break;
    case ToolChoice::Mode::Named:
        out.member("type", "tool");
        out.member("name", toolName(choice.name));
        break;
    }
    if (single)
        out.member("disable_parallel_tool_use", true);
    out.endObject();
    return {};
}

} // namespace pm::anthropic
