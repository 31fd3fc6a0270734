// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic_fields.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/anthropic_read.h"

namespace pm::anthropic {

namespace {

/// Members of a tool that mean something to Anthropic's servers only.
void noteToolExtras(json::Element tool, std::vector<std::string> &uncarried)
{
    for (const std::string_view name :
         {"defer_loading", "eager_input_streaming", "allowed_callers", "input_examples"}) {
        const auto value = json::find(tool, name);
        if (value && json::findBool(tool, name) != false)
            note(uncarried, "tools: " + std::string(name));
    }
}

Result<Tool> readTool(json::Element entry, const std::string &at)
{
    const auto name = json::findString(entry, "name");
    if (!name || name->empty())
        return fail(badField(at + ".name", "must be a string that is not empty"));
    const auto schema = json::findObject(entry, "input_schema");
    if (!schema)
        return fail(badField(at + ".input_schema", "must be an object"));
    Tool tool;
    tool.name = *name;
    tool.description = json::findString(entry, "description").value_or("");
    tool.schema = json::text(*schema);
    tool.strict = json::findBool(entry, "strict");
    tool.cache = readCacheMark(entry);
    return tool;
}

Result<void> readToolList(json::Element root, ChatRequest &request)
{
    const auto list = json::find(root, "tools");
    if (!list)
        return {};
    if (!list->is_array())
        return fail(badField("tools", "must be an array"));
    std::size_t index = 0;
    for (const json::Element entry : items(*list)) {
        const std::string at = place("tools", index);
        const std::string number = std::to_string(index++);
        if (!entry.is_object())
            return fail(badField(at, "must be an object"));
        const auto type = json::findString(entry, "type").value_or("custom");
        if (type != "custom") {
            note(request.uncarried, "tools[" + number + "]: " + std::string(clipUtf8(type, 64)));
            continue;
        }
        auto tool = readTool(entry, at);
        if (!tool)
            return fail(tool.error());
        noteToolExtras(entry, request.uncarried);
        request.tools.push_back(std::move(*tool));
    }
    return {};
}

Result<void> readToolChoice(json::Element root, ChatRequest &request)
{
    const auto choice = json::find(root, "tool_choice");
    if (!choice)
        return {};
    const auto type = json::findString(*choice, "type").value_or("");
    ToolChoice found;
    if (type == "any") {
        found.mode = ToolChoice::Mode::Required;
    } else if (type == "none") {
        found.mode = ToolChoice::Mode::None;
    } else if (type == "tool") {
        const auto name = json::findString(*choice, "name");
        if (!name)
            return fail(badField("tool_choice.name", "must be a string"));
        found = {ToolChoice::Mode::Named, std::string(*name)};
    } else if (type != "auto") {
        return fail(badField("tool_choice.type", "must be auto, any, tool or none"));
    }
    request.toolChoice = found;
    if (const auto disabled = json::findBool(*choice, "disable_parallel_tool_use"))
        request.parallelToolCalls = !*disabled;
    return {};
}

Result<void> readThinking(json::Element root, ChatRequest &request)
{
    const auto thinking = json::find(root, "thinking");
    if (!thinking)
        return {};
    Reasoning &reasoning = request.reasoning;
    const auto type = json::findString(*thinking, "type").value_or("");
    if (type == "enabled") {
        reasoning.mode = Reasoning::Mode::Budget;
        reasoning.budgetTokens = json::findInt(*thinking, "budget_tokens");
        if (!reasoning.budgetTokens)
            return fail(badField("thinking.budget_tokens", "must be a whole number"));
    } else if (type == "adaptive") {
        reasoning.mode = Reasoning::Mode::Adaptive;
    } else if (type == "between_tools") {
        reasoning.mode = Reasoning::Mode::Adaptive;
        note(request.uncarried, "thinking: between_tools given as adaptive");
    } else if (type == "disabled") {
        reasoning.mode = Reasoning::Mode::Off;
    } else {
        return fail(badField("thinking.type", "must be enabled, adaptive, between_tools or disabled"));
    }
    reasoning.display = json::findString(*thinking, "display").value_or("");
    return {};
}

Result<void> readFormat(json::Element carrier, std::string_view name, const std::string &at,
                        ChatRequest &request)
{
    const auto format = json::find(carrier, name);
    if (!format)
        return {};
    if (json::findString(*format, "type") != "json_schema")
        return fail(badField(at + ".type", "must be json_schema"));
    const auto schema = json::findObject(*format, "schema");
    if (!schema)
        return fail(badField(at + ".schema", "must be an object"));
    request.responseFormat.kind = ResponseFormat::Kind::JsonSchema;
    request.responseFormat.schema = json::text(*schema);
    request.responseFormat.strict = true; // the API always holds the answer to the schema
    return {};
}

} // namespace

Result<void> readTools(json::Element root, ChatRequest &request)
{
    if (auto list = readToolList(root, request); !list)
        return list;
    return readToolChoice(root, request);
}

Result<void> readOutputSettings(json::Element root, ChatRequest &request)
{
    if (auto thinking = readThinking(root, request); !thinking)
        return thinking;
    if (auto format = readFormat(root, "output_format", "output_format", request); !format)
        return format;
    const auto config = json::find(root, "output_config");
    if (!config)
        return {};
    if (!config->is_object())
        return fail(badField("output_config", "must be an object"));
    for (const auto member : fields(*config)) {
        if (member.key != "effort" && member.key != "format" && !member.value.is_null())
            note(request.uncarried, "output_config." + std::string(clipUtf8(member.key, 64)));
    }
    if (const auto effort = json::find(*config, "effort")) {
        if (!effort->is_string())
            return fail(badField("output_config.effort", "must be low, medium, high, xhigh or max"));
        request.reasoning.effort = effort->get_string().value_unsafe();
    }
    return readFormat(*config, "format", "output_config.format", request);
}

} // namespace pm::anthropic
