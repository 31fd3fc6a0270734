// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol_ollama.h"

#include "base/json.h"

#include <algorithm>
#include <array>

namespace pm::test {

namespace {

std::string callOffence(json::Element call)
{
    const auto function = json::findObject(call, "function");
    if (!function)
        return "a tool call without function";
    if (json::findString(*function, "name").value_or("").empty())
        return "a tool call without name";
    return json::findObject(*function, "arguments") ? "" : "arguments that are no object";
}

std::string figuresOffence(json::Element root)
{
    constexpr std::array<std::string_view, 4> kReasons{"stop", "length", "load", "unload"};
    const std::string_view reason = json::findString(root, "done_reason").value_or("");
    if (std::find(kReasons.begin(), kReasons.end(), reason) == kReasons.end())
        return "done_reason is '" + std::string(reason) + "'";
    for (const char *name : {"total_duration", "load_duration", "prompt_eval_duration", "eval_duration"}) {
        if (json::findInt(root, name).value_or(-1) < 0)
            return std::string("no ") + name;
    }
    for (const char *name : {"prompt_eval_count", "eval_count"}) {
        if (json::find(root, name) && json::findInt(root, name).value_or(-1) < 0)
            return std::string(name) + " is no count";
    }
    return {};
}

std::string lineOffence(json::Element root, bool &isDone)
{
    if (!json::findString(root, "model") || !json::findString(root, "created_at"))
        return "no model or created_at";
    const auto done = json::findBool(root, "done");
    if (!done)
        return "no done";
    isDone = *done;
    const auto message = json::findObject(root, "message");
    if (message && (json::findString(*message, "role") != "assistant" || !json::findString(*message, "content")))
        return "a message without role or content";
    if (!message && !json::findString(root, "response"))
        return "neither message nor response";
    if (const auto calls = json::findArray(message ? *message : root, "tool_calls")) {
        if (isDone || calls->size() == 0)
            return "tool calls on the last line, or none in their list";
        for (const json::Element call : *calls) {
            if (std::string offence = callOffence(call); !offence.empty())
                return offence;
        }
    }
    if (isDone)
        return figuresOffence(root);
    return json::find(root, "done_reason") ? "a reason before the end" : "";
}

} // namespace

std::string ollamaStreamOffence(std::string_view stream)
{
    bool isDone = false;
    for (std::size_t number = 1; !stream.empty(); ++number) {
        const std::string at = "line " + std::to_string(number) + ": ";
        const std::size_t end = stream.find('\n');
        if (end == std::string_view::npos)
            return at + "has no end";
        const std::string_view line = stream.substr(0, end);
        stream.remove_prefix(end + 1);
        if (isDone)
            return at + "something behind the last line";
        const auto parsed = json::Document::parse(line);
        if (!parsed || !parsed->root().is_object())
            return at + "is no JSON object";
        if (json::find(parsed->root(), "error")) {
            isDone = true; // nothing may follow
            continue;
        }
        if (const std::string offence = lineOffence(parsed->root(), isDone); !offence.empty())
            return at + offence;
    }
    return isDone ? std::string() : "it does not end";
}

} // namespace pm::test
