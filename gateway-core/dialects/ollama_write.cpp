// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/ollama_write.h"

#include "dialects/ollama.h"
#include "dialects/ollama_fields.h"
#include "dialects/shared/custom_tools.h"
#include "dialects/shared/field_errors.h"
#include "dialects/shared/foreign_fields.h"

// The fields of a request that stand beside its messages. Always for /api/chat, which does all that
// /api/generate does.
namespace pm {

using namespace ollama;
using errors::note;

namespace {

constexpr std::string_view kNoArguments = R"({"type":"object","properties":{}})";

void writeTools(json::Writer &out, const ChatRequest &request, Losses &losses)
{
    const ToolChoice::Mode mode = request.toolChoice ? request.toolChoice->mode : ToolChoice::Mode::Auto;
    // There is no field for the choice: not to call any is not to see any, the rest is up to the model.
    if (request.tools.empty() || mode == ToolChoice::Mode::None)
        return;
    if (mode != ToolChoice::Mode::Auto)
        note(losses, "tool_choice");
    if (request.parallelToolCalls == false)
        note(losses, "parallel_tool_calls");
    out.key("tools");
    out.beginArray();
    for (const Tool &tool : request.tools) {
        if (tool.strict.value_or(false))
            note(losses, "tools: strict");
        if (tool.cache)
            note(losses, "cache_control");
        out.beginObject();
        out.member("type", "function");
        out.key("function");
        out.beginObject();
        out.member("name", tool.name);
        if (!tool.grammar.empty())
            note(losses, "tools: grammar in words");
        if (const std::string description = describedWithGrammar(tool); !description.empty())
            out.member("description", description);
        out.memberRaw("parameters", tool.schema.empty() || tool.schema == "{}"
                                        ? kNoArguments
                                        : std::string_view(tool.schema));
        out.endObject();
        out.endObject();
    }
    out.endArray();
}

void writeFormat(json::Writer &out, const ResponseFormat &format)
{
    if (format.kind == ResponseFormat::Kind::Text)
        return;
    if (format.kind == ResponseFormat::Kind::JsonSchema && !format.schema.empty())
        out.memberRaw("format", format.schema);
    else
        out.member("format", "json");
}

/// "low", "medium" or "high"; empty when nothing was asked.
std::string_view levelOf(const Reasoning &reasoning)
{
    constexpr std::int64_t kLow = 4096;
    constexpr std::int64_t kMedium = 8192;
    if (reasoning.mode == Reasoning::Mode::Budget && reasoning.effort.empty()) {
        const std::int64_t budget = reasoning.budgetTokens.value_or(0);
        return budget <= kLow ? "low" : budget <= kMedium ? "medium" : "high";
    }
    if (reasoning.effort == "minimal" || reasoning.effort == "low")
        return "low";
    return reasoning.effort.empty() || reasoning.effort == "medium" ? "medium" : "high";
}

/// Servers answer 400 to `think` for models that do not reason, but take false for all; models that do reason
/// do so unasked. Only the gpt-oss models know levels, and to the others a level is a 400 too.
void writeThink(json::Writer &out, const Reasoning &reasoning, const TargetTraits &target, Losses &losses)
{
    const bool hasLevels = target.model.find("gpt-oss") != std::string::npos;
    if (!reasoning.display.empty())
        note(losses, "thinking.display");
    if (reasoning.mode == Reasoning::Mode::Unset) {
        if (!reasoning.effort.empty()) // the effort of the whole answer, not asked to think
            note(losses, "reasoning_effort");
        return;
    }
    if (reasoning.mode == Reasoning::Mode::Off) {
        if (hasLevels) {
            out.member("think", "low");
            note(losses, "thinking: lowered, this model cannot leave it off");
        } else {
            out.member("think", false);
        }
    } else if (!target.reasoningEffort) {
        note(losses, "reasoning_effort");
    } else if (hasLevels) {
        out.member("think", levelOf(reasoning));
    } else {
        out.member("think", true);
        if (!reasoning.effort.empty() || reasoning.budgetTokens)
            note(losses, "reasoning_effort: given as on");
    }
}

/// What costs or styles an answer and has no field here.
void noteDropped(const ChatRequest &request, Losses &losses)
{
    const auto drop = [&](bool isAsked, const char *name) {
        if (isAsked)
            note(losses, name);
    };
    drop(!request.logitBias.empty(), "logit_bias");
    drop(request.logprobs.value_or(false) || request.topLogprobs, "logprobs");
    drop(!request.user.empty(), "user");
    drop(!request.serviceTier.empty(), "service_tier");
    drop(!request.verbosity.empty(), "verbosity");
    drop(!request.promptCacheKey.empty(), "prompt_cache_key");
    drop(!request.metadata.empty(), "metadata");
    drop(request.cache.has_value(), "cache_control");
    drop(!request.responseFormat.description.empty(), "response_format: description");
    drop(shared::asksForDetail(request), "image detail");
}

void writeOptions(json::Writer &out, const ChatRequest &request, const TargetTraits &target,
                  std::int64_t promptTokens, Losses &losses)
{
    std::int64_t limit = request.maxTokens.value_or(0);
    if (target.maxOutputTokens > 0 && limit > target.maxOutputTokens) {
        limit = target.maxOutputTokens;
        note(losses, "max_tokens: lowered to " + std::to_string(limit));
    }
    const auto member = [&](const char *name, const auto &value) {
        if (value)
            out.member(name, *value);
    };
    out.key("options");
    out.beginObject();
    out.member("num_ctx", contextWindow(promptTokens, limit, target.contextTokens));
    if (limit > 0)
        out.member("num_predict", limit);
    member("temperature", request.temperature);
    member("top_p", request.topP);
    member("top_k", request.topK);
    member("seed", request.seed);
    member("presence_penalty", request.presencePenalty);
    member("frequency_penalty", request.frequencyPenalty);
    if (!request.stop.empty()) {
        out.key("stop");
        out.beginArray();
        for (const std::string &stop : request.stop)
            out.string(stop);
        out.endArray();
    }
    out.endObject();
}

} // namespace

Result<std::string> Ollama::writeRequest(const ChatRequest &request, const TargetTraits &target,
                                         Losses &losses) const
{
    if (request.n.value_or(1) > 1)
        return fail(errors::unsupportedField("n", "Ollama gives one answer; leave it out"));
    for (const std::string &name : request.uncarried)
        note(losses, name);
    json::Writer out;
    out.beginObject();
    out.member("model", target.model.empty() ? request.model : target.model);
    out.key("messages");
    MessageWriter messages(out, request, losses);
    if (auto written = messages.writeAll(); !written)
        return fail(std::move(written.error()));
    writeTools(out, request, losses);
    const Weight &weight = messages.weight();
    const std::int64_t promptTokens = estimateTokens(out.text().size() - weight.imageBytes, weight.images);
    out.member("stream", request.stream);
    writeFormat(out, request.responseFormat);
    writeThink(out, request.reasoning, target, losses);
    writeOptions(out, request, target, promptTokens, losses);
    noteDropped(request, losses);
    out.endObject();
    return out.take();
}

} // namespace pm
