// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_fields.h"

#include "base/json.h"
#include "dialects/openai_chat_read.h"
#include "dialects/shared/custom_tools.h"

#include <algorithm>

namespace pm::openai {

namespace {

/// The inside of a function tool, or an entry of the old `functions`. Errors are relative to `function`.
Result<Tool> readFunction(json::Element function)
{
    const auto name = json::findString(function, "name");
    if (!name || name->empty())
        return fail(badField("name", "must be a string that is not empty"));
    Tool tool;
    tool.name = *name;
    tool.description = json::findString(function, "description").value_or("");
    tool.strict = json::findBool(function, "strict");
    tool.cache = readCacheMark(function);
    if (const auto schema = json::find(function, "parameters")) {
        if (!schema->is_object())
            return fail(badField("parameters", "must be an object"));
        tool.schema = json::text(*schema);
    }
    return tool;
}

/// {"type":"grammar","syntax","definition"} from what this dialect wraps once more; empty for any text.
std::string readGrammar(json::Element custom)
{
    const auto format = json::findObject(custom, "format");
    const auto grammar = format ? json::findObject(*format, "grammar") : std::nullopt;
    if (!grammar)
        return {};
    json::Writer out;
    out.beginObject();
    out.member("type", "grammar");
    out.member("syntax", json::findString(*grammar, "syntax").value_or(""));
    out.member("definition", json::findString(*grammar, "definition").value_or(""));
    out.endObject();
    return out.take();
}

Result<Tool> readCustom(json::Element custom)
{
    auto tool = readFunction(custom);
    if (!tool)
        return tool;
    tool->schema = kCustomSchema;
    tool->isCustom = true;
    tool->grammar = readGrammar(custom);
    return tool;
}

Result<void> readTool(json::Element item, const std::string &at, ChatRequest &request)
{
    const auto type = json::findString(item, "type");
    if (!type)
        return fail(badField(at + ".type", "must be a string"));
    const bool isFunction = *type == "function";
    if (!isFunction && *type != "custom") { // web_search and other hosted tools have no counterpart
        note(request.uncarried, at + ": " + std::string(*type));
        return {};
    }
    const auto inner = json::findObject(item, *type);
    if (!inner)
        return fail(badField(at + "." + std::string(*type), "must be an object"));
    auto tool = isFunction ? readFunction(*inner) : readCustom(*inner);
    if (!tool)
        return fail(below(at + "." + std::string(*type), std::move(tool.error())));
    if (!tool->cache)
        tool->cache = readCacheMark(item);
    request.tools.push_back(std::move(*tool));
    return {};
}

Result<void> readOffered(json::Element root, ChatRequest &request)
{
    const auto tools = json::find(root, "tools");
    if (tools && !tools->is_array())
        return fail(badField("tools", "must be an array"));
    if (tools) {
        std::size_t index = 0;
        for (const json::Element item : items(*tools)) {
            if (auto read = readTool(item, place("tools", index++), request); !read)
                return read;
        }
    }
    const auto functions = json::find(root, "functions");
    if (functions && !functions->is_array())
        return fail(badField("functions", "must be an array"));
    if (!functions)
        return {};
    std::size_t index = 0;
    for (const json::Element item : items(*functions)) {
        auto tool = readFunction(item);
        if (!tool)
            return fail(below(place("functions", index), std::move(tool.error())));
        request.tools.push_back(std::move(*tool));
        ++index;
    }
    note(request.uncarried, "functions: answered as tool_calls");
    return {};
}

std::string namedIn(json::Element choice)
{
    for (const std::string_view kind : {"function", "custom"}) {
        const auto inner = json::findObject(choice, kind);
        if (const auto name = inner ? json::findString(*inner, "name") : std::nullopt)
            return std::string(*name);
    }
    return {};
}

/// allowed_tools narrows what may be called: here by not offering the others.
Result<void> narrow(json::Element choice, ChatRequest &request)
{
    const auto allowed = json::findObject(choice, "allowed_tools");
    const auto list = allowed ? json::findArray(*allowed, "tools") : std::nullopt;
    if (!list)
        return fail(badField("tool_choice.allowed_tools.tools", "must be an array"));
    std::vector<std::string> names;
    for (const json::Element item : *list)
        names.push_back(namedIn(item));
    const auto isRefused = [&](const Tool &tool) {
        return std::find(names.begin(), names.end(), tool.name) == names.end();
    };
    request.tools.erase(std::remove_if(request.tools.begin(), request.tools.end(), isRefused),
                        request.tools.end());
    const bool required = json::findString(*allowed, "mode") == "required";
    request.toolChoice = ToolChoice{required ? ToolChoice::Mode::Required : ToolChoice::Mode::Auto, {}};
    return {};
}

Result<void> readChoice(json::Element root, ChatRequest &request)
{
    constexpr std::string_view kMust = "must be none, auto, required, or an object that names a function";
    auto choice = json::find(root, "tool_choice");
    const bool isOld = !choice;
    if (isOld)
        choice = json::find(root, "function_call");
    if (!choice)
        return {};
    const std::string key = isOld ? "function_call" : "tool_choice";
    if (choice->is_string()) {
        const std::string_view word = choice->get_string().value_unsafe();
        if (word == "auto")
            request.toolChoice = ToolChoice{ToolChoice::Mode::Auto, {}};
        else if (word == "none")
            request.toolChoice = ToolChoice{ToolChoice::Mode::None, {}};
        else if (word == "required" || word == "any")
            request.toolChoice = ToolChoice{ToolChoice::Mode::Required, {}};
        else
            return fail(badField(key, kMust));
        return {};
    }
    if (json::findString(*choice, "type") == "allowed_tools")
        return narrow(*choice, request);
    std::string name = isOld ? std::string(json::findString(*choice, "name").value_or("")) : namedIn(*choice);
    if (name.empty())
        return fail(badField(key, kMust));
    request.toolChoice = ToolChoice{ToolChoice::Mode::Named, std::move(name)};
    return {};
}

} // namespace

Result<void> readTools(json::Element root, ChatRequest &request)
{
    if (auto offered = readOffered(root, request); !offered)
        return offered;
    if (json::find(root, "parallel_tool_calls")) {
        request.parallelToolCalls = json::findBool(root, "parallel_tool_calls");
        if (!request.parallelToolCalls)
            return fail(badField("parallel_tool_calls", "must be true or false"));
    }
    return readChoice(root, request);
}

} // namespace pm::openai
