// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock_fields.h"

#include "base/text.h"
#include "dialects/framing/surrogates.h"
#include "dialects/shared/finish_rows.h"
#include "dialects/shared/names.h"

#include <array>

namespace pm::bedrock {

namespace {

using shared::FinishRow;
using shared::isOrdinaryEnd;

// clang-format off
constexpr std::array kStopReasons{
    FinishRow{"end_turn",                      FinishReason::End},
    FinishRow{"tool_use",                      FinishReason::ToolCalls},
    FinishRow{"max_tokens",                    FinishReason::Length},
    FinishRow{"stop_sequence",                 FinishReason::StopSequence},
    FinishRow{"guardrail_intervened",          FinishReason::ContentFilter},
    FinishRow{"content_filtered",              FinishReason::ContentFilter},
    FinishRow{"model_context_window_exceeded", FinishReason::ContextFull},
    // A call that nobody could read: what came before it stands.
    FinishRow{"malformed_tool_use",            FinishReason::End},
    FinishRow{"malformed_model_output",        FinishReason::End},
};
// clang-format on

} // namespace

Error badField(std::string place, std::string_view must)
{
    Error error{ErrorKind::BadRequest, place + ": " + std::string(must)};
    error.param = std::move(place);
    return error;
}

Failure notTaken(std::string place, std::string_view why)
{
    Error error{ErrorKind::NotSupported, place + ": " + std::string(why)};
    error.param = std::move(place);
    return fail(std::move(error));
}

std::string place(std::string_view list, std::size_t index)
{
    return std::string(list) + "[" + std::to_string(index) + "]";
}

Usage readUsage(json::Element usage)
{
    Usage found;
    found.uncachedInput = json::findInt(usage, "inputTokens");
    found.output = json::findInt(usage, "outputTokens");
    found.cacheRead = json::findInt(usage, "cacheReadInputTokens");
    found.cacheWrite5m = json::findInt(usage, "cacheWriteInputTokens");
    const auto details = json::findArray(usage, "cacheDetails");
    if (!details)
        return found;
    for (const json::Element detail : *details) { // the total by time to live
        const auto tokens = json::findInt(detail, "inputTokens");
        if (tokens && json::findString(detail, "ttl") == "1h") {
            found.cacheWrite1h = *tokens;
            found.cacheWrite5m = std::max<std::int64_t>(0, found.cacheWrite5m.value_or(*tokens) - *tokens);
        }
    }
    return found;
}

void writeUsage(json::Writer &out, const Usage &usage)
{
    const std::int64_t input = usage.uncachedInput.value_or(0);
    const std::int64_t output = usage.output.value_or(0);
    out.beginObject();
    out.member("inputTokens", input);
    out.member("outputTokens", output);
    out.member("totalTokens", usage.totalInput().value_or(input) + output);
    if (usage.cacheRead)
        out.member("cacheReadInputTokens", *usage.cacheRead);
    if (usage.cacheWrite5m || usage.cacheWrite1h)
        out.member("cacheWriteInputTokens", usage.cacheWrite());
    if (usage.cacheWrite1h) {
        out.key("cacheDetails");
        out.beginArray();
        out.beginObject();
        out.member("ttl", "1h");
        out.member("inputTokens", *usage.cacheWrite1h);
        out.endObject();
        out.endArray();
    }
    out.endObject();
}

FinishReason readFinish(std::string_view reason, bool hasCalls)
{
    return shared::readFinish(kStopReasons, reason, hasCalls);
}

std::string_view stopReason(FinishReason reason, bool hasCalls)
{
    if (isOrdinaryEnd(reason))
        return hasCalls ? "tool_use" : "end_turn";
    if (reason == FinishReason::ContentFilter)
        return "content_filtered";
    for (const FinishRow &row : kStopReasons) {
        if (row.reason == reason)
            return row.word;
    }
    return "end_turn";
}

Citation readCitation(json::Element citation)
{
    Citation found;
    found.title = json::findString(citation, "title").value_or("");
    found.url = json::findString(citation, "source").value_or("");
    if (const auto location = json::findObject(citation, "location")) {
        if (const auto web = json::findObject(*location, "web"))
            found.url = json::findString(*web, "url").value_or(found.url);
    }
    if (const auto pieces = json::findArray(citation, "sourceContent")) {
        for (const json::Element piece : *pieces)
            found.citedText += json::findString(piece, "text").value_or("");
    }
    return found;
}

void writeCitation(json::Writer &out, const Citation &citation)
{
    out.beginObject();
    if (!citation.title.empty())
        out.member("title", citation.title);
    if (!citation.url.empty()) {
        out.key("location");
        out.beginObject();
        out.key("web");
        out.beginObject();
        out.member("url", citation.url);
        out.endObject();
        out.endObject();
    }
    if (!citation.citedText.empty()) {
        out.key("sourceContent");
        out.beginArray();
        out.beginObject();
        out.member("text", citation.citedText);
        out.endObject();
        out.endArray();
    }
    out.endObject();
}

std::string toolUseId(std::string_view id)
{
    constexpr std::size_t kMost = 64;
    std::string clean = shared::toolId(id);
    if (clean.empty())
        return "call";
    if (clean.size() <= kMost)
        return clean;
    const std::string hash = stableHash(clean);
    return clean.substr(0, kMost - 1 - hash.size()) + "_" + hash;
}

void writeInput(json::Writer &out, std::string_view arguments)
{
    if (shared::isBlank(arguments))
        return out.raw("{}");
    const auto parsed = parseLenient(arguments);
    if (parsed && parsed->root().is_object())
        return out.raw(json::text(parsed->root()));
    out.beginObject();
    out.member("input", arguments);
    out.endObject();
}

} // namespace pm::bedrock
