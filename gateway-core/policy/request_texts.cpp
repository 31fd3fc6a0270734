// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/request_texts.h"

#include <algorithm>
#include <array>

namespace pm::policy {

namespace {

constexpr auto kNoText = std::to_array<std::string_view>({"type",
                                                          "role",
                                                          "id",
                                                          "name",
                                                          "model",
                                                          "tool_call_id",
                                                          "tool_use_id",
                                                          "call_id",
                                                          "item_id",
                                                          "previous_response_id",
                                                          "prompt_cache_key",
                                                          "prompt_cache_retention",
                                                          "safety_identifier",
                                                          "user",
                                                          "user_id",
                                                          "media_type",
                                                          "mime_type",
                                                          "mimeType",
                                                          "signature",
                                                          "thoughtSignature",
                                                          "thought_signature",
                                                          "encrypted_content",
                                                          "detail",
                                                          "format",
                                                          "status",
                                                          "file_id",
                                                          "fileUri",
                                                          "file_uri",
                                                          "service_tier",
                                                          "container",
                                                          "conversation",
                                                          "truncation",
                                                          "include",
                                                          "effort",
                                                          "$schema",
                                                          "$ref",
                                                          "$id",
                                                          "keep_alive",
                                                          "stop",
                                                          "stop_sequences",
                                                          "stopSequences",
                                                          "tool_choice",
                                                          "ttl",
                                                          "responseMimeType",
                                                          "taskType",
                                                          "encoding_format",
                                                          "cachedContent"});
/// Bytes in base64, or a URL that holds them.
constexpr std::array<std::string_view, 7> kMedia{"data",      "images", "file_data", "url",
                                                 "image_url", "bytes",  "image"};
constexpr std::array<std::string_view, 5> kConversation{"messages", "contents", "input", "prompt",
                                                        "requests"};
constexpr std::array<std::string_view, 4> kToolForms{"function", "custom", "functionDeclarations",
                                                     "function_declarations"};

template <std::size_t N>
bool isIn(const std::array<std::string_view, N> &list, std::string_view name)
{
    return std::find(list.begin(), list.end(), name) != list.end();
}

/// Within arguments and results that are JSON values any string may be said, whatever its key.
bool isWithinData(const JsonPath &path)
{
    constexpr std::array<std::string_view, 5> kData{"input", "args", "arguments", "response", "json"};
    for (std::size_t at = 1; at + 1 < path.size(); ++at) {
        if (isIn(kData, path.key(at)))
            return true;
    }
    return false;
}

bool isMedia(std::string_view text)
{
    if (text.starts_with("data:"))
        return true;
    constexpr std::size_t kShortest = 64; // of what is text in base64's letters some would be shorter
    return text.size() >= kShortest && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/' || c == '=' || c == '-' || c == '_' || c == '\\';
           });
}

/// tools[i].name, tools[i].function.name, tools[i].functionDeclarations[j].name, functions[i].name; of tools
/// that a provider runs itself their type, or with Gemini their member.
bool isToolName(const JsonPath &path, const JsonValue &value, std::string_view text)
{
    const bool isTools = path.key(0) == "tools" || path.key(0) == "functions";
    if (!isTools || path.size() < 3)
        return false;
    const std::string_view field = path.key(2);
    if (value.kind != '"')
        return value.kind == '{' && path.size() == 3 &&
               (field == "googleSearch" || field == "google_search" || field == "codeExecution" ||
                field == "code_execution" || field == "urlContext" || field == "url_context" ||
                field == "googleSearchRetrieval");
    if (path.size() == 3 && field == "type") {
        const std::string_view type = text.substr(value.begin + 1, value.end - value.begin - 2);
        return type != "function" && type != "custom" && type != "namespace" && path.key(0) == "tools" &&
               type.find("_20") == std::string_view::npos; // Anthropic's are called by their name
    }
    if (path.name() != "name")
        return false;
    return path.size() == 3 || (path.size() <= 5 && (isIn(kToolForms, field) || field == "tools"));
}

} // namespace

RequestText requestText(const JsonPath &path, const JsonValue &value, std::string_view text)
{
    if (isToolName(path, value, text))
        return RequestText::Tool;
    if (value.kind != '"' || value.end < value.begin + 2)
        return RequestText::None;
    if (isWithinData(path))
        return RequestText::Text;
    const std::string_view name = path.name();
    if (path.key(0) == "metadata" || path.key(0) == "options" || isIn(kNoText, name))
        return RequestText::None;
    const std::string_view inside = text.substr(value.begin + 1, value.end - value.begin - 2);
    if (isIn(kMedia, name) && isMedia(inside))
        return RequestText::None;
    return name == "arguments" ? RequestText::Arguments : RequestText::Text;
}

bool isConversation(const JsonPath &path)
{
    return isIn(kConversation, path.key(0));
}

} // namespace pm::policy
