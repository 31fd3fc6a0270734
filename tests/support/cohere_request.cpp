// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/cohere_request.h"

#include "base/json.h"

namespace pm::test {

namespace {

std::string textAt(json::Element object, std::string_view key)
{
    return std::string(json::findString(object, key).value_or(""));
}

MediaSource sourceOf(const std::string &url)
{
    constexpr std::string_view kMark = ";base64,";
    const std::size_t at = url.find(kMark);
    if (!url.starts_with("data:") || at == std::string::npos)
        return {MediaSource::Kind::Url, {}, url};
    return {MediaSource::Kind::Base64, url.substr(5, at - 5), url.substr(at + kMark.size())};
}

void readPart(json::Element part, std::vector<Part> &parts)
{
    const std::string type = textAt(part, "type");
    if (type == "text")
        parts.push_back({TextPart{textAt(part, "text"), {}}, {}});
    else if (type == "thinking")
        parts.push_back({ThinkingPart{textAt(part, "thinking"), {}}, {}});
    else if (const auto image = json::findObject(part, "image_url"))
        parts.push_back({ImagePart{sourceOf(textAt(*image, "url")), textAt(*image, "detail")}, {}});
}

void readContent(json::Element message, std::vector<Part> &parts)
{
    if (const auto text = json::findString(message, "content"))
        parts.push_back({TextPart{std::string(*text), {}}, {}});
    if (const auto list = json::findArray(message, "content")) {
        for (const json::Element part : *list)
            readPart(part, parts);
    }
}

void readMessage(json::Element message, ChatRequest &request)
{
    const std::string role = textAt(message, "role");
    std::vector<Part> parts;
    readContent(message, parts);
    if (role == "tool") {
        request.messages.push_back(
            {Role::User, {{ToolResultPart{textAt(message, "tool_call_id"), std::move(parts), false}, {}}}, false, {}});
        return;
    }
    if (const auto plan = json::findString(message, "tool_plan"))
        parts.push_back({TextPart{std::string(*plan), {}}, {}});
    if (const auto calls = json::findArray(message, "tool_calls")) {
        for (const json::Element call : *calls) {
            const auto function = json::findObject(call, "function");
            parts.push_back({ToolCallPart{textAt(call, "id"), function ? textAt(*function, "name") : "",
                                          function ? textAt(*function, "arguments") : "", {}},
                             {}});
        }
    }
    const Role who = role == "system" ? Role::System : role == "user" ? Role::User : Role::Assistant;
    request.messages.push_back({who, std::move(parts), false, {}});
}

void readTools(json::Element root, ChatRequest &request)
{
    const bool isStrict = json::findBool(root, "strict_tools").value_or(false);
    if (const auto tools = json::findArray(root, "tools")) {
        for (const json::Element entry : *tools) {
            Tool tool;
            const auto function = json::findObject(entry, "function");
            const auto schema = function ? json::findObject(*function, "parameters") : std::nullopt;
            tool.name = function ? textAt(*function, "name") : "";
            tool.description = function ? textAt(*function, "description") : "";
            tool.schema = schema ? json::text(*schema) : "";
            if (isStrict)
                tool.strict = true;
            request.tools.push_back(std::move(tool));
        }
    }
    const std::string choice = textAt(root, "tool_choice");
    if (choice == "REQUIRED")
        request.toolChoice = ToolChoice{ToolChoice::Mode::Required, {}};
    else if (choice == "NONE")
        request.toolChoice = ToolChoice{ToolChoice::Mode::None, {}};
}

void readSettings(json::Element root, ChatRequest &request)
{
    request.maxTokens = json::findInt(root, "max_tokens");
    request.temperature = json::findDouble(root, "temperature");
    request.topP = json::findDouble(root, "p");
    request.topK = json::findInt(root, "k");
    request.seed = json::findInt(root, "seed");
    request.presencePenalty = json::findDouble(root, "presence_penalty");
    request.frequencyPenalty = json::findDouble(root, "frequency_penalty");
    request.stream = json::findBool(root, "stream").value_or(false);
    if (const auto stops = json::findArray(root, "stop_sequences")) {
        for (const json::Element stop : *stops)
            request.stop.emplace_back(stop.get_string().value_unsafe());
    }
    if (const auto format = json::findObject(root, "response_format")) {
        const auto schema = json::findObject(*format, "json_schema");
        request.responseFormat.kind = schema ? ResponseFormat::Kind::JsonSchema : ResponseFormat::Kind::JsonObject;
        request.responseFormat.schema = schema ? json::text(*schema) : "";
    }
    if (const auto thinking = json::findObject(root, "thinking")) {
        request.reasoning.budgetTokens = json::findInt(*thinking, "token_budget");
        request.reasoning.mode = textAt(*thinking, "type") == "disabled" ? Reasoning::Mode::Off
                                 : request.reasoning.budgetTokens        ? Reasoning::Mode::Budget
                                                                         : Reasoning::Mode::Adaptive;
    }
}

} // namespace

ChatRequest readCohereRequest(std::string_view body)
{
    ChatRequest request;
    const auto document = json::Document::parse(body);
    if (!document)
        return request;
    const json::Element root = document->root();
    if (const auto messages = json::findArray(root, "messages")) {
        for (const json::Element message : *messages)
            readMessage(message, request);
    }
    readTools(root, request);
    readSettings(root, request);
    return request;
}

} // namespace pm::test
