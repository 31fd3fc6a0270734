// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_fields.h"

#include "base/json.h"
#include "base/text.h"

#include <algorithm>
#include <array>

namespace pm::openai {

Error badField(std::string param, std::string_view must)
{
    Error error{ErrorKind::BadRequest, param + " " + std::string(must)};
    error.param = std::move(param);
    return error;
}

Error below(std::string_view prefix, Error error)
{
    std::string path(prefix);
    if (!error.param.empty() && error.param.front() != '[')
        path += '.';
    error.message.insert(0, path);
    error.param.insert(0, path);
    return error;
}

std::string place(std::string_view list, std::size_t index)
{
    return std::string(list) + "[" + std::to_string(index) + "]";
}

namespace {

/// A count that can be meant; what is negative or absurd was not counted.
std::optional<std::int64_t> findCount(json::Element object, std::string_view key)
{
    constexpr std::int64_t kMost = 1'000'000'000'000;
    const auto count = json::findInt(object, key);
    return count && *count >= 0 && *count <= kMost ? count : std::nullopt;
}

std::optional<std::int64_t> findIn(json::Element usage, std::string_view details, std::string_view key)
{
    const auto inner = json::findObject(usage, details);
    return inner ? findCount(*inner, key) : std::nullopt;
}

} // namespace

Usage readUsage(json::Element usage)
{
    Usage read;
    const auto prompt = findCount(usage, "prompt_tokens");
    read.cacheRead = findIn(usage, "prompt_tokens_details", "cached_tokens");
    if (!read.cacheRead)
        read.cacheRead = findCount(usage, "prompt_cache_hit_tokens"); // DeepSeek
    if (!read.cacheRead)
        read.cacheRead = findCount(usage, "cached_tokens"); // Moonshot
    read.cacheWrite5m = findIn(usage, "prompt_tokens_details", "cache_write_tokens");
    if (prompt)
        read.uncachedInput =
            std::max<std::int64_t>(0, *prompt - read.cacheRead.value_or(0) - read.cacheWrite());
    read.output = findCount(usage, "completion_tokens");
    read.reasoning = findIn(usage, "completion_tokens_details", "reasoning_tokens");
    const auto total = findCount(usage, "total_tokens");
    if (total && prompt && read.output && *total > *prompt + *read.output) {
        // xAI and others leave reasoning out of completion_tokens; the total has it.
        const std::int64_t gap = *total - *prompt - *read.output;
        *read.output += gap;
        if (!read.reasoning)
            read.reasoning = gap;
    }
    return read;
}

void writeUsage(json::Writer &out, const Usage &usage)
{
    const auto input = usage.totalInput();
    out.beginObject();
    if (input)
        out.member("prompt_tokens", *input);
    if (usage.output)
        out.member("completion_tokens", *usage.output);
    if (input && usage.output)
        out.member("total_tokens", *input + *usage.output);
    if (usage.cacheRead || usage.cacheWrite5m || usage.cacheWrite1h) {
        out.key("prompt_tokens_details");
        out.beginObject();
        if (usage.cacheRead)
            out.member("cached_tokens", *usage.cacheRead);
        if (usage.cacheWrite5m || usage.cacheWrite1h)
            out.member("cache_write_tokens", usage.cacheWrite());
        out.endObject();
    }
    if (usage.reasoning) {
        out.key("completion_tokens_details");
        out.beginObject();
        out.member("reasoning_tokens", *usage.reasoning);
        out.endObject();
    }
    out.endObject();
}

FinishReason readFinish(std::string_view reason, bool hasCalls, bool hasRefusal)
{
    if (reason == "length" || reason == "max_tokens")
        return FinishReason::Length;
    if (reason == "content_filter")
        return FinishReason::ContentFilter;
    if (hasCalls)
        return FinishReason::ToolCalls;
    return hasRefusal ? FinishReason::ContentFilter : FinishReason::End;
}

std::string_view finishName(FinishReason reason, bool hasCalls)
{
    switch (reason) {
    case FinishReason::Length:
    case FinishReason::ContextFull:
        return "length";
    case FinishReason::ContentFilter:
        return "content_filter";
    case FinishReason::Unknown:
    case FinishReason::End:
    case FinishReason::StopSequence:
    case FinishReason::ToolCalls:
    case FinishReason::Pause:
        break;
    }
    return hasCalls ? "tool_calls" : "stop";
}

std::string_view reasoningText(json::Element message)
{
    const auto content = json::findString(message, "reasoning_content");
    if (content && !content->empty())
        return *content;
    return json::findString(message, "reasoning").value_or(std::string_view());
}

std::string customArguments(std::string_view input)
{
    json::Writer out;
    out.beginObject();
    out.member("input", input);
    out.endObject();
    return out.take();
}

std::string thinkingInPart(json::Element part)
{
    if (json::findString(part, "type") != "thinking")
        return {};
    std::string text(json::findString(part, "thinking").value_or(""));
    if (const auto pieces = json::findArray(part, "thinking")) {
        for (const json::Element piece : *pieces)
            text += json::findString(piece, "text").value_or("");
    }
    return text;
}

std::string madeUpCallId(std::string_view seed, std::size_t index)
{
    return "call_" + stableHash(std::string(seed) + "#" + std::to_string(index));
}

void writeToolCall(json::Writer &out, const ToolCallPart &call, std::string_view name)
{
    out.beginObject();
    out.member("id", call.id);
    out.member("type", "function");
    out.key("function");
    out.beginObject();
    out.member("name", name);
    out.member("arguments",
               call.arguments.empty() ? std::string_view("{}") : std::string_view(call.arguments));
    out.endObject();
    writeCallSignature(out, call.signature);
    out.endObject();
}

Signature readCallSignature(json::Element call, std::string_view family)
{
    const auto extra = json::findObject(call, "extra_content");
    const auto google = extra ? json::findObject(*extra, "google") : std::nullopt;
    const auto text = google ? json::findString(*google, "thought_signature") : std::nullopt;
    return text && *text != "skip_thought_signature_validator" ? opened(*text, family) : Signature{};
}

void writeCallSignature(json::Writer &out, const Signature &signature)
{
    if (!isReadableBy(signature, kGoogleFamily))
        return;
    out.key("extra_content");
    out.beginObject();
    out.key("google");
    out.beginObject();
    out.member("thought_signature", signature.value);
    out.endObject();
    out.endObject();
}

std::string plainText(std::string_view text)
{
    constexpr std::size_t kMostRead = 64 * 1024;
    constexpr std::size_t kMostForeignText = 300;
    std::string out;
    bool inTag = false;
    for (const char c : text.substr(0, kMostRead)) {
        if (c == '<') {
            inTag = true;
        } else if (c == '>') {
            inTag = false;
            if (!out.empty() && out.back() != ' ')
                out += ' ';
        } else if (!inTag) {
            const bool space = static_cast<unsigned char>(c) <= ' ';
            if (!space)
                out += c;
            else if (!out.empty() && out.back() != ' ')
                out += ' ';
        }
    }
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    out.resize(clipUtf8(out, kMostForeignText).size());
    return out;
}

void writeCitation(json::Writer &out, const Citation &citation)
{
    out.beginObject();
    out.member("type", "url_citation");
    out.key("url_citation");
    out.beginObject();
    out.member("url", citation.url);
    out.member("title", citation.title);
    out.member("start_index", std::max<std::int64_t>(citation.start, 0));
    out.member("end_index", std::max<std::int64_t>(citation.end, 0));
    out.endObject();
    out.endObject();
}

std::optional<Citation> readCitation(json::Element annotation)
{
    const auto cited = json::findObject(annotation, "url_citation");
    if (!cited)
        return std::nullopt;
    Citation citation;
    citation.url = json::findString(*cited, "url").value_or("");
    citation.title = json::findString(*cited, "title").value_or("");
    citation.start = json::findInt(*cited, "start_index").value_or(-1);
    citation.end = json::findInt(*cited, "end_index").value_or(-1);
    return citation;
}

} // namespace pm::openai
