// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/cohere_fields.h"

#include "dialects/shared/finish_rows.h"
#include "dialects/shared/names.h"

#include <array>

namespace pm::cohere {

namespace {

using shared::FinishRow;
using shared::isOrdinaryEnd;

// clang-format off
constexpr std::array kFinishes{
    FinishRow{"COMPLETE",      FinishReason::End},
    FinishRow{"STOP_SEQUENCE", FinishReason::StopSequence},
    FinishRow{"MAX_TOKENS",    FinishReason::Length},
    FinishRow{"TOOL_CALL",     FinishReason::ToolCalls},
    FinishRow{"ERROR_TOXIC",   FinishReason::ContentFilter},
    FinishRow{"ERROR_LIMIT",   FinishReason::ContextFull},
};
// clang-format on

void readCounts(json::Element usage, std::string_view key, Usage &found)
{
    const auto counts = json::findObject(usage, key);
    if (!counts)
        return;
    // Whole doubles in the vendor's answers.
    if (!found.uncachedInput)
        found.uncachedInput = json::findInt(*counts, "input_tokens");
    if (!found.output)
        found.output = json::findInt(*counts, "output_tokens");
}

std::string firstOf(json::Element object, std::initializer_list<std::string_view> keys)
{
    for (const std::string_view key : keys) {
        if (const auto text = json::findString(object, key); text && !text->empty())
            return std::string(*text);
    }
    return {};
}

} // namespace

Error badField(std::string place, std::string_view must)
{
    Error error{ErrorKind::BadRequest, place + ": " + std::string(must)};
    error.param = std::move(place);
    return error;
}

Usage readUsage(json::Element usage)
{
    Usage found;
    readCounts(usage, "billed_units", found);
    readCounts(usage, "tokens", found);
    return found;
}

void writeUsage(json::Writer &out, const Usage &usage)
{
    out.beginObject();
    for (const char *key : {"billed_units", "tokens"}) {
        out.key(key);
        out.beginObject();
        out.member("input_tokens", usage.totalInput().value_or(0));
        out.member("output_tokens", usage.output.value_or(0));
        out.endObject();
    }
    out.endObject();
}

FinishReason readFinish(std::string_view reason, bool hasCalls)
{
    return shared::readFinish(kFinishes, reason, hasCalls);
}

std::string_view finishName(FinishReason reason, bool hasCalls)
{
    if (isOrdinaryEnd(reason))
        return hasCalls ? "TOOL_CALL" : "COMPLETE";
    for (const FinishRow &row : kFinishes) {
        if (row.reason == reason)
            return row.word;
    }
    return "COMPLETE";
}

bool isFailure(std::string_view finishReason)
{
    return finishReason == "ERROR" || finishReason == "TIMEOUT";
}

Error failureOf(std::string_view finishReason, std::string_view said)
{
    const bool isTimeout = finishReason == "TIMEOUT";
    Error error{isTimeout ? ErrorKind::UpstreamTimeout : ErrorKind::UpstreamError, std::string(said)};
    if (error.message.empty())
        error.message = isTimeout ? "the provider's answer took too long there" : "the provider broke off its answer";
    return error;
}

Citation readCitation(json::Element citation)
{
    Citation found;
    found.start = json::findInt(citation, "start").value_or(-1);
    found.end = json::findInt(citation, "end").value_or(-1);
    const auto sources = json::findArray(citation, "sources");
    if (!sources || sources->size() == 0)
        return found;
    const json::Element source = sources->at(0).value_unsafe();
    found.url = firstOf(source, {"id"});
    if (const auto document = json::findObject(source, "document")) {
        const std::string url = firstOf(*document, {"url"});
        found.url = url.empty() ? found.url : url;
        found.title = firstOf(*document, {"title"});
        found.citedText = firstOf(*document, {"snippet", "text"});
    }
    return found;
}

void writeCitation(json::Writer &out, const Citation &citation)
{
    out.beginObject();
    if (citation.start >= 0)
        out.member("start", citation.start);
    if (citation.end >= 0)
        out.member("end", citation.end);
    out.key("sources");
    out.beginArray();
    out.beginObject();
    out.member("type", "document");
    out.member("id", citation.url);
    out.key("document");
    out.beginObject();
    if (!citation.title.empty())
        out.member("title", citation.title);
    if (!citation.citedText.empty())
        out.member("snippet", citation.citedText);
    out.endObject();
    out.endObject();
    out.endArray();
    out.endObject();
}

void writeToolCall(json::Writer &out, std::string_view id, std::string_view name, std::string_view arguments)
{
    out.beginObject();
    out.member("id", id);
    out.member("type", "function");
    out.key("function");
    out.beginObject();
    out.member("name", name);
    out.member("arguments", shared::isBlank(arguments) ? std::string_view("{}") : arguments);
    out.endObject();
    out.endObject();
}

} // namespace pm::cohere
