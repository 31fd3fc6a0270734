// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/chat_json.h"

#include "pipeline/chat_json_fields.h"

#include <algorithm>

namespace pm {

namespace {

using namespace chat_json;

void usage(Writer &out, const Usage &counts)
{
    if (counts == Usage{})
        return;
    out.key("usage");
    out.beginObject();
    optional(out, "uncached_input", counts.uncachedInput);
    optional(out, "cache_read", counts.cacheRead);
    optional(out, "cache_write_5m", counts.cacheWrite5m);
    optional(out, "cache_write_1h", counts.cacheWrite1h);
    optional(out, "output", counts.output);
    optional(out, "reasoning", counts.reasoning);
    flag(out, "is_estimate", counts.isEstimate);
    out.endObject();
}

std::string_view finishName(FinishReason reason)
{
    switch (reason) {
    case FinishReason::Unknown: return "unknown";
    case FinishReason::End: return "end";
    case FinishReason::StopSequence: return "stop_sequence";
    case FinishReason::ToolCalls: return "tool_calls";
    case FinishReason::Length: return "length";
    case FinishReason::ContextFull: return "context_full";
    case FinishReason::ContentFilter: return "content_filter";
    case FinishReason::Pause: return "pause";
    }
    return "unknown";
}

} // namespace

std::string chatJson(const ChatReply &reply)
{
    Writer out;
    out.beginObject();
    out.member("role", "assistant");
    text(out, "id", reply.id);
    text(out, "model", reply.model);
    if (reply.created > 0)
        out.member("created", reply.created);
    content(out, reply.parts);
    out.member("finish", finishName(reply.finish));
    text(out, "stop_sequence", reply.stopSequence);
    text(out, "service_tier", reply.serviceTier);
    usage(out, reply.usage);
    out.endObject();
    return out.take();
}

std::string embeddingsJson(const EmbeddingsRequest &request)
{
    Writer out;
    out.beginObject();
    text(out, "model", request.model);
    out.key("inputs");
    out.beginArray();
    for (const EmbeddingInput &input : request.inputs) {
        out.beginObject();
        if (input.isTokens)
            out.member("tokens", static_cast<std::int64_t>(input.tokens.size()));
        else
            out.member("text", input.text);
        out.endObject();
    }
    out.endArray();
    optional(out, "dimensions", request.dimensions);
    flag(out, "base64", request.wantsBase64);
    text(out, "task_type", request.taskType);
    text(out, "title", request.title);
    text(out, "user", request.user);
    optional(out, "truncate", request.truncate);
    strings(out, "not_carried", request.uncarried);
    out.endObject();
    return out.take();
}

std::string embeddingsJson(const EmbeddingsReply &reply)
{
    Writer out;
    out.beginObject();
    text(out, "model", reply.model);
    out.member("vectors", static_cast<std::int64_t>(reply.vectors.size()));
    if (!reply.vectors.empty()) {
        const std::string &first = reply.vectors.front();
        out.member("dimensions", static_cast<std::int64_t>(std::count(first.begin(), first.end(), ',') + 1));
    }
    usage(out, reply.usage);
    out.endObject();
    return out.take();
}

std::string errorJson(const Error &error)
{
    Writer out;
    out.beginObject();
    out.key("error");
    out.beginObject();
    out.member("kind", traits(error.kind).label);
    text(out, "message", error.message);
    text(out, "code", error.code);
    text(out, "param", error.param);
    if (error.upstreamStatus > 0)
        out.member("status", error.upstreamStatus);
    if (error.retryAfter)
        out.member("retry_after_ms", static_cast<std::int64_t>(error.retryAfter->count()));
    out.endObject();
    out.endObject();
    return out.take();
}

} // namespace pm
