// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/canonical_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace pm::policy {

namespace {

using json::Element;

/// Names under which the readers of the client's formats look, sorted. What is not here counts as not understood: that only
/// keeps answers apart that might have been shared.
constexpr std::array kKnown = std::to_array<std::string_view>({
    "allowedFunctionNames", "args", "arguments", "base64", "budget_tokens", "cache_control", "call_id", "candidateCount",
    "content", "contents", "custom", "data", "definition", "description", "detail", "disable_parallel_tool_use",
    "display", "displayName", "effort", "enabled", "encrypted_content", "file", "fileData", "fileUri", "file_data",
    "file_id", "file_url", "filename", "format", "frequencyPenalty", "frequency_penalty", "function", "functionCall",
    "functionCallingConfig", "functionDeclarations", "functionResponse", "function_call", "functions", "generationConfig",
    "id", "image_url", "images", "includeThoughts", "include_usage", "inlineData", "input", "input_audio", "input_schema",
    "instructions", "is_error", "json_schema", "keep_alive", "logit_bias", "logprobs", "maxOutputTokens",
    "max_completion_tokens", "max_output_tokens", "max_tokens", "media_type", "messages", "metadata", "mimeType", "mode",
    "model", "n", "name", "num_predict", "options", "output", "parallel_tool_calls", "parameters", "parametersJsonSchema",
    "parts", "presencePenalty", "presence_penalty", "prompt", "prompt_cache_key", "reasoning", "reasoning_content",
    "reasoning_effort", "refusal", "response", "responseJsonSchema", "responseMimeType", "responseSchema",
    "response_format", "role", "safety_identifier", "schema", "seed", "service_tier", "signature", "source", "status",
    "stop", "stopSequences", "stop_sequences", "stream", "stream_options", "strict", "summary", "syntax", "system",
    "systemInstruction", "temperature", "text", "thinking", "thinkingBudget", "thinkingConfig", "thinkingLevel",
    "thought", "thoughtSignature", "title", "toolConfig", "tool_call_id", "tool_calls", "tool_choice", "tool_use_id",
    "tools", "topK", "topP", "top_k", "top_logprobs", "top_p", "ttl", "type", "url", "user", "user_id", "verbosity",
});
static_assert(std::is_sorted(kKnown.begin(), kKnown.end()));

/// Carried whole by whoever reads them.
constexpr std::array kFree = std::to_array<std::string_view>({
    "args", "arguments", "input_schema", "logit_bias", "metadata", "parameters", "parametersJsonSchema",
    "responseJsonSchema", "responseSchema", "schema",
});

/// Members of a request's top that say nothing of the answer.
constexpr std::array kMute = std::to_array<std::string_view>({
    "cache_control", "metadata", "prompt_cache_key", "safety_identifier", "service_tier", "stream", "stream_options", "user",
});

template <typename List>
bool isIn(const List &list, std::string_view name)
{
    return std::find(list.begin(), list.end(), name) != list.end();
}

using Members = std::vector<std::pair<std::string_view, Element>>;

template <typename Keep>
Members sortedMembers(Element object, Keep keep)
{
    Members members;
    const json::Object fields = object.get_object().value_unsafe();
    for (const auto &[key, value] : fields) {
        if (keep(key, value))
            members.emplace_back(key, value);
    }
    if (members.size() < 2)
        return members;
    std::stable_sort(members.begin(), members.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    return members;
}

void appendNumber(std::string &out, double value)
{
    constexpr double kExact = 9007199254740992.0; // 2^53: every whole number below is one double
    json::Writer writer;
    if (std::floor(value) == value && std::abs(value) < kExact)
        writer.number(static_cast<std::int64_t>(value));
    else
        writer.number(value);
    out += writer.text();
}

template <typename Keep>
void appendObject(std::string &out, Element object, Keep keep)
{
    out += '{';
    bool isFirst = true;
    for (const auto &[key, value] : sortedMembers(object, keep)) {
        if (!std::exchange(isFirst, false))
            out += ',';
        json::appendQuoted(out, key);
        out += ':';
        appendCanonical(out, value);
    }
    out += '}';
}

/// Is the member's value one whose names are the user's own? `input` is a tool call's arguments but for the request's own.
bool isFree(std::string_view name, Element value, int depth)
{
    return value.is_object() && (isIn(kFree, name) || (name == "input" && depth > 1) || (name == "response" && depth > 1));
}

void unknownBelow(std::string &out, Element element, std::string &path, int depth)
{
    const std::size_t length = path.size();
    if (element.is_array()) {
        std::size_t index = 0;
        const json::Array items = element.get_array().value_unsafe();
        for (const Element item : items) {
            path.append("[").append(std::to_string(index++)).append("]");
            unknownBelow(out, item, path, depth + 1);
            path.resize(length);
        }
        return;
    }
    if (!element.is_object())
        return;
    const auto isKnown = [](std::string_view key) { return std::binary_search(kKnown.begin(), kKnown.end(), key); };
    const auto mayAdd = [&](std::string_view key, Element value) {
        const bool holdsMore = value.is_object() || value.is_array();
        return isKnown(key) ? holdsMore && !isFree(key, value, depth) : !value.is_null();
    };
    for (const auto &[key, value] : sortedMembers(element, mayAdd)) {
        path.append(".").append(key);
        if (isKnown(key)) {
            unknownBelow(out, value, path, depth + 1);
        } else {
            json::appendQuoted(out, path);
            out += ':';
            appendCanonical(out, value);
            out += ',';
        }
        path.resize(length);
    }
}

} // namespace

void appendCanonical(std::string &out, Element element)
{
    using simdjson::dom::element_type;
    switch (element.type()) {
    case element_type::OBJECT: return appendObject(out, element, [](std::string_view, Element) { return true; });
    case element_type::ARRAY: {
        out += '[';
        bool isFirst = true;
        const json::Array items = element.get_array().value_unsafe();
        for (const Element item : items) {
            if (!std::exchange(isFirst, false))
                out += ',';
            appendCanonical(out, item);
        }
        out += ']';
        return;
    }
    case element_type::STRING: return json::appendQuoted(out, element.get_string().value_unsafe());
    case element_type::DOUBLE: return appendNumber(out, element.get_double().value_unsafe());
    default: out += json::text(element); // whole numbers, true, false, null: one spelling each
    }
}

void appendCanonicalText(std::string &out, std::string_view text)
{
    const auto document = json::Document::parse(text);
    if (document)
        appendCanonical(out, document->root());
    else
        json::appendQuoted(out, text);
}

void appendUnknown(std::string &out, Element root)
{
    std::string path;
    unknownBelow(out, root, path, 0);
}

void appendRequest(std::string &out, Element root)
{
    if (!root.is_object())
        return appendCanonical(out, root);
    appendObject(out, root, [](std::string_view name, Element) { return !isIn(kMute, name); });
}

} // namespace pm::policy
