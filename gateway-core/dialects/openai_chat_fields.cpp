// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_fields.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/shared/custom_tools.h"

#include <algorithm>
#include <array>

namespace pm::openai {

std::optional<Error> brokenOff(std::string_view reason)
{
    if (reason == "error") // OpenRouter, Mistral
        return Error{ErrorKind::UpstreamError, "the provider broke off its answer"};
    if (reason == "insufficient_system_resource") // DeepSeek
        return Error{ErrorKind::Overloaded, "the provider broke off its answer for lack of resources"};
    return std::nullopt;
}

std::string_view reasoningText(json::Element message)
{
    const auto content = json::findString(message, "reasoning_content");
    if (content && !content->empty())
        return *content;
    return json::findString(message, "reasoning").value_or(std::string_view());
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

void writeToolCall(json::Writer &out, const ToolCallPart &call, std::string_view name, bool isCustom)
{
    const std::string_view kind = isCustom ? "custom" : "function";
    out.beginObject();
    out.member("id", call.id);
    out.member("type", kind);
    out.key(kind);
    out.beginObject();
    out.member("name", name);
    if (isCustom)
        out.member("input", customInput(call.arguments));
    else
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
