// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/cohere_write.h"

#include "base/text.h"
#include "dialects/cohere.h"
#include "dialects/cohere_fields.h"
#include "dialects/shared/custom_tools.h"
#include "dialects/shared/foreign_fields.h"
#include "dialects/shared/names.h"
#include "dialects/shared/object_schema.h"

#include <algorithm>

namespace pm {

namespace cohere {

namespace {

using shared::note;

Failure refused(std::string param, std::string_view why)
{
    Error error{ErrorKind::NotSupported, param + ": " + std::string(why)};
    error.param = std::move(param);
    return fail(std::move(error));
}

void noteForeignFields(const ChatRequest &request, Losses &losses)
{
    const auto drop = [&](bool isAsked, const char *name) {
        if (isAsked)
            note(losses, name);
    };
    drop(!request.logitBias.empty(), "logit_bias");
    drop(request.logprobs.value_or(false), "logprobs");
    drop(request.topLogprobs.has_value(), "top_logprobs");
    drop(!request.verbosity.empty(), "verbosity");
    drop(!request.user.empty(), "user");
    drop(!request.serviceTier.empty(), "service_tier");
    drop(request.parallelToolCalls == false && !request.tools.empty(), "parallel_tool_calls");
    drop(!request.reasoning.display.empty(), "thinking.display");
    drop(shared::hasThinkingSignature(request), "thinking signature");
    drop(!request.promptCacheKey.empty(), "prompt_cache_key");
    drop(!request.metadata.empty(), "metadata");
    drop(!request.responseFormat.description.empty(), "response_format: description");
    drop(shared::hasCacheMark(request), "cache_control");
}

/// Answers by schema are not to be had together with tools.
bool takesFormat(const ChatRequest &request, const TargetTraits &target)
{
    return request.tools.empty() && target.structuredOutput;
}

std::vector<std::string> extraLines(const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    const ResponseFormat &format = request.responseFormat;
    if (format.kind == ResponseFormat::Kind::Text || takesFormat(request, target))
        return {};
    note(losses, "response_format: given as instruction");
    if (format.kind == ResponseFormat::Kind::JsonObject)
        return {"Answer with one JSON object and nothing else: no words before or after it, no code fence."};
    return {
        "Answer with one JSON value that follows this JSON Schema and nothing else: no words before or after it, no "
        "code fence.\n" +
        format.schema};
}

void writeFormat(json::Writer &out, const ChatRequest &request, const TargetTraits &target)
{
    const ResponseFormat &format = request.responseFormat;
    if (format.kind == ResponseFormat::Kind::Text || !takesFormat(request, target))
        return;
    out.key("response_format");
    out.beginObject();
    out.member("type", "json_object");
    if (format.kind == ResponseFormat::Kind::JsonSchema && !format.schema.empty())
        out.memberRaw("json_schema", format.schema);
    out.endObject();
}

/// Writes a number that must lie between two; another is moved to the nearer, and said so.
void writeClamped(json::Writer &out, const char *name, std::optional<double> value, double least, double most,
                  Losses &losses)
{
    if (!value)
        return;
    const double clamped = std::clamp(*value, least, most);
    if (clamped != *value)
        note(losses, std::string(name) + ": clamped");
    out.member(name, clamped);
}

void writeSampling(json::Writer &out, const ChatRequest &request, Losses &losses)
{
    if (request.temperature)
        out.member("temperature", *request.temperature);
    // 1 is what others write for "all of them"; here the most is 0.99, which is no loss worth a name.
    if (request.topP)
        out.member("p", std::clamp(*request.topP, 0.01, 0.99));
    if (request.topK)
        out.member("k", std::clamp<std::int64_t>(*request.topK, 0, 500));
    writeClamped(out, "frequency_penalty", request.frequencyPenalty, 0, 1, losses);
    writeClamped(out, "presence_penalty", request.presencePenalty, 0, 1, losses);
    if (request.seed)
        out.member("seed", *request.seed);
}

void writeLimit(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    if (!request.maxTokens)
        return;
    std::int64_t limit = *request.maxTokens;
    if (target.maxOutputTokens > 0 && limit > target.maxOutputTokens) {
        limit = target.maxOutputTokens;
        note(losses, "max_tokens: lowered to " + std::to_string(limit));
    }
    out.member("max_tokens", limit);
}

void writeStops(json::Writer &out, const std::vector<std::string> &stops, Losses &losses)
{
    constexpr std::size_t kMost = 5;
    if (stops.empty())
        return;
    out.key("stop_sequences");
    out.beginArray();
    for (std::size_t i = 0; i < std::min(kMost, stops.size()); ++i)
        out.string(stops[i]);
    out.endArray();
    if (stops.size() > kMost)
        note(losses, "stop: 5 of " + std::to_string(stops.size()));
}

void writeThinking(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    const Reasoning &asked = request.reasoning;
    const bool isOff = asked.mode == Reasoning::Mode::Off || asked.effort == "none";
    const bool isOn = !isOff && (asked.mode != Reasoning::Mode::Unset || !asked.effort.empty());
    if (!isOn && !isOff)
        return;
    if (!target.reasoningEffort)
        return isOn ? note(losses, "reasoning_effort") : void();
    out.key("thinking");
    out.beginObject();
    out.member("type", isOn ? "enabled" : "disabled");
    if (isOn && asked.budgetTokens)
        out.member("token_budget", *asked.budgetTokens);
    out.endObject();
    if (isOn && !asked.effort.empty())
        note(losses, "reasoning_effort: given as on");
}

Result<void> writeTool(json::Writer &out, const Tool &tool, std::size_t index, Losses &losses)
{
    const auto schema = shared::inputSchema(tool.schema, "tools[" + std::to_string(index) + "]", losses);
    if (!schema)
        return fail(schema.error());
    const std::string name = shared::toolName(tool.name);
    if (name != tool.name)
        note(losses, "tool name '" + std::string(clipUtf8(tool.name, 128)) + "' given as '" + name + "'");
    out.beginObject();
    out.member("type", "function");
    out.key("function");
    out.beginObject();
    out.member("name", name);
    if (!tool.grammar.empty())
        note(losses, "tools: grammar in words");
    if (const std::string description = describedWithGrammar(tool); !description.empty())
        out.member("description", description);
    out.memberRaw("parameters", *schema);
    out.endObject();
    out.endObject();
    return {};
}

} // namespace

Result<void> writeTools(json::Writer &out, const ChatRequest &request, Losses &losses)
{
    const ToolChoice choice = request.toolChoice.value_or(ToolChoice{});
    const bool isNamed = choice.mode == ToolChoice::Mode::Named;
    const auto isWanted = [&](const Tool &tool) { return !isNamed || tool.name == choice.name; };
    const bool isForced = isNamed || choice.mode == ToolChoice::Mode::Required;
    if (isForced && std::none_of(request.tools.begin(), request.tools.end(), isWanted))
        return refused("tool_choice", "asks for a tool that is not offered");
    if (request.tools.empty())
        return {};
    if (isNamed) // there is no way to name one, but an only one is the same
        note(losses, "tool_choice: the named tool offered alone");
    out.key("tools");
    out.beginArray();
    for (std::size_t i = 0; i < request.tools.size(); ++i) {
        if (!isWanted(request.tools[i]))
            continue;
        if (auto written = writeTool(out, request.tools[i], i, losses); !written)
            return written;
    }
    out.endArray();
    const auto isStrict = [](const Tool &tool) { return tool.strict.value_or(false); };
    if (std::all_of(request.tools.begin(), request.tools.end(), isStrict))
        out.member("strict_tools", true);
    else if (std::any_of(request.tools.begin(), request.tools.end(), isStrict))
        note(losses, "tools: strict");
    if (isForced)
        out.member("tool_choice", "REQUIRED");
    else if (choice.mode == ToolChoice::Mode::None)
        out.member("tool_choice", "NONE");
    return {};
}

} // namespace cohere

Result<std::string> Cohere::writeRequest(const ChatRequest &request, const TargetTraits &target, Losses &losses) const
{
    using namespace cohere;
    if (request.n.value_or(1) > 1)
        return refused("n", "Cohere gives one answer a request; ask with n = 1");
    for (const std::string &name : request.uncarried)
        note(losses, name);
    noteForeignFields(request, losses);
    const auto conversation = shared::arrange(request, target, "Cohere", losses);
    if (!conversation)
        return fail(conversation.error());
    json::Writer out;
    out.beginObject();
    out.member("model", target.model.empty() ? request.model : target.model);
    out.key("messages");
    if (auto written = writeMessages(out, *conversation, extraLines(request, target, losses)); !written)
        return fail(written.error());
    if (auto written = writeTools(out, request, losses); !written)
        return fail(written.error());
    writeLimit(out, request, target, losses);
    writeSampling(out, request, losses);
    writeStops(out, request.stop, losses);
    writeFormat(out, request, target);
    writeThinking(out, request, target, losses);
    if (request.stream)
        out.member("stream", true);
    out.endObject();
    return out.take();
}

} // namespace pm
