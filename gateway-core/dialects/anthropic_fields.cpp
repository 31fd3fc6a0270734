// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic_fields.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/anthropic.h"
#include "dialects/shared/finish_rows.h"

#include <algorithm>
#include <array>

namespace pm::anthropic {

namespace {

using shared::FinishRow;
using shared::isOrdinaryEnd;

// clang-format off
constexpr std::array kStopReasons{
    FinishRow{"end_turn",                      FinishReason::End},
    FinishRow{"max_tokens",                    FinishReason::Length},
    FinishRow{"stop_sequence",                 FinishReason::StopSequence},
    FinishRow{"tool_use",                      FinishReason::ToolCalls},
    FinishRow{"pause_turn",                    FinishReason::Pause},
    FinishRow{"refusal",                       FinishReason::ContentFilter},
    FinishRow{"model_context_window_exceeded", FinishReason::ContextFull},
};
// clang-format on

} // namespace

Error badField(std::string place, std::string_view must)
{
    Error error;
    error.kind = ErrorKind::BadRequest;
    error.message = place + ": " + std::string(must);
    error.param = std::move(place);
    return error;
}

std::string place(std::string_view list, std::size_t index)
{
    return std::string(list) + "." + std::to_string(index);
}

std::optional<CacheMark> readCacheMark(json::Element carrier)
{
    const auto mark = json::findObject(carrier, "cache_control");
    if (!mark)
        return std::nullopt;
    return CacheMark{std::string(json::findString(*mark, "ttl").value_or(""))};
}

void writeCacheMark(json::Writer &out, const CacheMark &mark)
{
    out.key("cache_control");
    out.beginObject();
    out.member("type", "ephemeral");
    if (!mark.ttl.empty())
        out.member("ttl", mark.ttl);
    out.endObject();
}

Citation readCitation(json::Element citation)
{
    const auto first = [&](std::initializer_list<std::string_view> names) {
        for (const std::string_view name : names) {
            if (const auto found = json::findString(citation, name); found && !found->empty())
                return std::string(*found);
        }
        return std::string();
    };
    Citation found;
    found.url = first({"url", "source", "document_title"});
    found.title = first({"title", "document_title"});
    found.citedText = first({"cited_text"});
    return found;
}

Usage readUsage(json::Element usage)
{
    Usage found;
    found.uncachedInput = json::findInt(usage, "input_tokens");
    found.cacheRead = json::findInt(usage, "cache_read_input_tokens");
    found.cacheWrite5m = json::findInt(usage, "cache_creation_input_tokens");
    found.output = json::findInt(usage, "output_tokens");
    if (const auto split = json::findObject(usage, "cache_creation")) {
        const auto shortLived = json::findInt(*split, "ephemeral_5m_input_tokens");
        found.cacheWrite1h = json::findInt(*split, "ephemeral_1h_input_tokens");
        if (found.cacheWrite5m) // the total; whatever is not one-hour counts as five-minute
            found.cacheWrite5m = std::max<std::int64_t>(
                0, *found.cacheWrite5m - std::max<std::int64_t>(0, found.cacheWrite1h.value_or(0)));
        else
            found.cacheWrite5m = shortLived;
    }
    if (const auto details = json::findObject(usage, "output_tokens_details"))
        found.reasoning = json::findInt(*details, "thinking_tokens");
    return found;
}

void writeUsage(json::Writer &out, const Usage &usage, std::int64_t inputEstimate)
{
    out.beginObject();
    out.member("input_tokens", usage.uncachedInput.value_or(inputEstimate));
    out.member("cache_creation_input_tokens", usage.cacheWrite());
    out.member("cache_read_input_tokens", usage.cacheRead.value_or(0));
    if (usage.cacheWrite() > 0) {
        out.key("cache_creation");
        out.beginObject();
        out.member("ephemeral_5m_input_tokens", usage.cacheWrite5m.value_or(0));
        out.member("ephemeral_1h_input_tokens", usage.cacheWrite1h.value_or(0));
        out.endObject();
    }
    out.member("output_tokens", usage.output.value_or(0));
    if (usage.reasoning) {
        out.key("output_tokens_details");
        out.beginObject();
        out.member("thinking_tokens", *usage.reasoning);
        out.endObject();
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
    for (const FinishRow &row : kStopReasons) {
        if (row.reason == reason)
            return row.word;
    }
    return "end_turn";
}

} // namespace pm::anthropic

namespace pm {

std::string Anthropic::toolName(std::string_view name) const
{
    return anthropic::toolName(name);
}

} // namespace pm
