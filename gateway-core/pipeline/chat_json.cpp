// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/chat_json.h"

#include "pipeline/chat_json_fields.h"

namespace pm {

namespace {

using namespace chat_json;

void messages(Writer &out, const std::vector<Message> &list)
{
    out.key("messages");
    out.beginArray();
    for (const Message &message : list) {
        out.beginObject();
        out.member("role", message.isDeveloper                ? "developer"
                           : message.role == Role::System     ? "system"
                           : message.role == Role::Assistant  ? "assistant"
                                                              : "user");
        text(out, "name", message.name);
        content(out, message.parts);
        out.endObject();
    }
    out.endArray();
}

void tools(Writer &out, const std::vector<Tool> &list)
{
    if (list.empty())
        return;
    out.key("tools");
    out.beginArray();
    for (const Tool &tool : list) {
        out.beginObject();
        out.member("name", tool.name);
        text(out, "group", tool.group);
        text(out, "description", tool.description);
        flag(out, "custom", tool.isCustom);
        raw(out, "grammar", tool.grammar);
        if (!tool.isCustom)
            raw(out, "schema", tool.schema);
        optional(out, "strict", tool.strict);
        cacheMark(out, tool.cache);
        out.endObject();
    }
    out.endArray();
}

void toolChoice(Writer &out, const std::optional<ToolChoice> &choice)
{
    if (!choice)
        return;
    constexpr const char *kModes[] = {"auto", "required", "none", "named"};
    out.key("tool_choice");
    out.beginObject();
    out.member("mode", kModes[static_cast<std::size_t>(choice->mode)]);
    text(out, "name", choice->name);
    out.endObject();
}

void responseFormat(Writer &out, const ResponseFormat &format)
{
    if (format.kind == ResponseFormat::Kind::Text)
        return;
    out.key("response_format");
    out.beginObject();
    out.member("kind", format.kind == ResponseFormat::Kind::JsonObject ? "json_object" : "json_schema");
    text(out, "name", format.name);
    text(out, "description", format.description);
    optional(out, "strict", format.strict);
    raw(out, "schema", format.schema);
    out.endObject();
}

void reasoning(Writer &out, const Reasoning &asked)
{
    if (asked == Reasoning{})
        return;
    constexpr const char *kModes[] = {"unset", "off", "adaptive", "budget"};
    out.key("reasoning");
    out.beginObject();
    if (asked.mode != Reasoning::Mode::Unset)
        out.member("mode", kModes[static_cast<std::size_t>(asked.mode)]);
    text(out, "effort", asked.effort);
    optional(out, "budget_tokens", asked.budgetTokens);
    text(out, "display", asked.display);
    out.endObject();
}

void settings(Writer &out, const ChatRequest &request)
{
    toolChoice(out, request.toolChoice);
    optional(out, "parallel_tool_calls", request.parallelToolCalls);
    optional(out, "max_tokens", request.maxTokens);
    optional(out, "temperature", request.temperature);
    optional(out, "top_p", request.topP);
    optional(out, "top_k", request.topK);
    strings(out, "stop", request.stop);
    optional(out, "seed", request.seed);
    optional(out, "presence_penalty", request.presencePenalty);
    optional(out, "frequency_penalty", request.frequencyPenalty);
    optional(out, "n", request.n);
    raw(out, "logit_bias", request.logitBias);
    optional(out, "logprobs", request.logprobs);
    optional(out, "top_logprobs", request.topLogprobs);
    responseFormat(out, request.responseFormat);
    reasoning(out, request.reasoning);
    text(out, "user", request.user);
    text(out, "service_tier", request.serviceTier);
    text(out, "verbosity", request.verbosity);
    text(out, "prompt_cache_key", request.promptCacheKey);
    raw(out, "metadata", request.metadata);
    cacheMark(out, request.cache);
    flag(out, "include_usage", request.stream && request.includeUsage); // of streams only
}

} // namespace

std::string chatJson(const ChatRequest &request)
{
    Writer out;
    out.beginObject();
    text(out, "model", request.model);
    out.member("stream", request.stream);
    messages(out, request.messages);
    tools(out, request.tools);
    settings(out, request);
    strings(out, "not_carried", request.uncarried);
    out.endObject();
    return out.take();
}

} // namespace pm
