// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock_write.h"

#include "base/text.h"
#include "dialects/bedrock_fields.h"
#include "dialects/shared/custom_tools.h"
#include "dialects/shared/names.h"
#include "dialects/shared/object_schema.h"

#include <algorithm>

namespace pm::bedrock {

namespace {

/// Tools that the history calls, each once in the order met.
std::vector<std::string> calledTools(const ChatRequest &request)
{
    std::vector<std::string> names;
    for (const Message &message : request.messages) {
        for (const Part &part : message.parts) {
            const auto *call = part.as<ToolCallPart>();
            if (!call)
                continue;
            std::string name = shared::toolName(call->name);
            if (std::find(names.begin(), names.end(), name) == names.end())
                names.push_back(std::move(name));
        }
    }
    return names;
}

bool hasToolHistory(const ChatRequest &request)
{
    const auto isTool = [](const Part &part) { return part.as<ToolCallPart>() || part.as<ToolResultPart>(); };
    return std::any_of(request.messages.begin(), request.messages.end(), [&](const Message &message) {
        return std::any_of(message.parts.begin(), message.parts.end(), isTool);
    });
}

bool forbids(const ChatRequest &request)
{
    return request.toolChoice && request.toolChoice->mode == ToolChoice::Mode::None;
}

void writeSpec(json::Writer &out, std::string_view name, std::string_view description, std::string_view schema)
{
    out.beginObject();
    out.key("toolSpec");
    out.beginObject();
    out.member("name", name);
    if (!shared::isBlank(description))
        out.member("description", description);
    out.key("inputSchema");
    out.beginObject();
    out.memberRaw("json", schema);
    out.endObject();
    out.endObject();
    out.endObject();
}

Result<void> writeOffered(json::Writer &out, const ChatRequest &request, CachePoints &points, Losses &losses)
{
    for (std::size_t i = 0; i < request.tools.size(); ++i) {
        const Tool &tool = request.tools[i];
        const auto schema = shared::inputSchema(tool.schema, place("tools", i), losses);
        if (!schema)
            return fail(schema.error());
        const std::string name = shared::toolName(tool.name);
        if (name != tool.name)
            shared::note(losses, "tool name '" + std::string(clipUtf8(tool.name, 128)) + "' given as '" + name + "'");
        if (tool.strict.value_or(false))
            shared::note(losses, "tools: strict");
        if (!tool.grammar.empty())
            shared::note(losses, "tools: grammar in words");
        writeSpec(out, name, describedWithGrammar(tool), *schema);
        points.write(out, tool.cache);
    }
    return {};
}

Result<void> writeAnswerTool(json::Writer &out, const ResponseFormat &format, Losses &losses)
{
    const auto schema = shared::inputSchema(format.schema, "response_format", losses);
    if (!schema)
        return fail(schema.error());
    writeSpec(out, kAnswerTool,
              format.description.empty() ? "Give the answer by calling this tool."
                                         : std::string_view(format.description),
              *schema);
    return {};
}

void writeHistoryTools(json::Writer &out, const ChatRequest &request)
{
    constexpr std::string_view kAnything = R"({"type":"object","properties":{}})";
    const std::vector<std::string> names = calledTools(request);
    for (const std::string &name : names)
        writeSpec(out, name, "A tool of the conversation so far. It cannot be called now.", kAnything);
    if (names.empty()) // results whose calls are gone
        writeSpec(out, "unavailable", "There is no tool now.", kAnything);
}

bool isOffered(const ChatRequest &request, const std::string &name)
{
    return std::any_of(request.tools.begin(), request.tools.end(), [&](const Tool &tool) { return tool.name == name; });
}

void writeChoice(json::Writer &out, std::string_view mode, std::string_view name)
{
    out.key("toolChoice");
    out.beginObject();
    out.key(mode);
    out.beginObject();
    if (!name.empty())
        out.member("name", name);
    out.endObject();
    out.endObject();
}

} // namespace

ToolPlan planTools(const ChatRequest &request, bool answerByTool, Losses &losses)
{
    ToolPlan plan;
    const bool hasHistory = hasToolHistory(request);
    plan.fromHistory = request.tools.empty() && hasHistory;
    plan.answersByTool = answerByTool && request.tools.empty() && !hasHistory;
    plan.hasConfig = hasHistory || plan.answersByTool || (!request.tools.empty() && !forbids(request));
    plan.forbidsCalls = plan.fromHistory || (plan.hasConfig && forbids(request));
    if (plan.fromHistory)
        shared::note(losses, "tools: those of the history declared, none may be called");
    else if (plan.forbidsCalls)
        shared::note(losses, "tool_choice: none given as instruction");
    if (request.parallelToolCalls == false && !request.tools.empty())
        shared::note(losses, "parallel_tool_calls");
    return plan;
}

Result<void> writeToolConfig(json::Writer &out, const ChatRequest &request, const ToolPlan &plan, CachePoints &points,
                             Losses &losses)
{
    const ToolChoice choice = request.toolChoice.value_or(ToolChoice{});
    const bool isNamed = choice.mode == ToolChoice::Mode::Named;
    if ((isNamed && !isOffered(request, choice.name)) ||
        (choice.mode == ToolChoice::Mode::Required && request.tools.empty()))
        return notTaken("tool_choice", "asks for a tool that is not offered");
    if (!plan.hasConfig)
        return {};
    out.key("toolConfig");
    out.beginObject();
    out.key("tools");
    out.beginArray();
    Result<void> written;
    if (plan.answersByTool)
        written = writeAnswerTool(out, request.responseFormat, losses);
    else if (plan.fromHistory)
        writeHistoryTools(out, request);
    else
        written = writeOffered(out, request, points, losses);
    if (!written)
        return written;
    out.endArray();
    if (plan.answersByTool)
        writeChoice(out, "tool", kAnswerTool);
    else if (isNamed)
        writeChoice(out, "tool", shared::toolName(choice.name));
    else if (choice.mode == ToolChoice::Mode::Required)
        writeChoice(out, "any", {});
    else if (request.toolChoice && !plan.forbidsCalls)
        writeChoice(out, "auto", {});
    out.endObject();
    return {};
}

} // namespace pm::bedrock
