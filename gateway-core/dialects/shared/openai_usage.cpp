// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/openai_usage.h"

#include <algorithm>

namespace pm::openai {

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
    if (reason == "length" || reason == "max_tokens" || reason == "model_length")
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

} // namespace pm::openai
