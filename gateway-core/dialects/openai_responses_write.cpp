// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses_write.h"

#include "dialects/openai_responses.h"
#include "dialects/openai_responses_fields.h"

#include <algorithm>

// The fields of a request that stand beside its items and tools.
namespace pm {

using namespace responses;

namespace {

/// What this format has no field for: what would change the answer is refused, the rest is named.
Result<void> refuseForeign(const ChatRequest &request, Losses &losses)
{
    if (request.n.value_or(1) > 1)
        return fail(unsupported("n", "this provider gives one answer at a time; leave it out"));
    if (request.logprobs.value_or(false))
        return fail(unsupported("logprobs", "cannot be carried between formats; leave it out"));
    if (!request.stop.empty())
        return fail(unsupported("stop", "this provider's format has no stop sequences; leave it out"));
    if (request.topK)
        lose(losses, "top_k");
    if (request.seed)
        lose(losses, "seed");
    if (request.presencePenalty)
        lose(losses, "presence_penalty");
    if (request.frequencyPenalty)
        lose(losses, "frequency_penalty");
    if (!request.logitBias.empty())
        lose(losses, "logit_bias");
    if (request.cache)
        lose(losses, "cache_control");
    return {};
}

void writeLimit(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    constexpr std::int64_t kLeast = 16; // less is refused
    if (!request.maxTokens)
        return;
    std::int64_t limit = *request.maxTokens;
    if (target.maxOutputTokens > 0 && limit > target.maxOutputTokens) {
        limit = target.maxOutputTokens;
        lose(losses, "max_tokens: lowered to " + std::to_string(limit));
    }
    if (limit < kLeast) {
        limit = kLeast;
        lose(losses, "max_tokens: raised to " + std::to_string(limit));
    }
    out.member("max_output_tokens", limit);
}

void writeSampling(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    const auto number = [&](const char *name, const std::optional<double> &value) {
        if (value && target.samplingAllowed)
            out.member(name, *value);
        else if (value)
            lose(losses, name);
    };
    number("temperature", request.temperature);
    number("top_p", request.topP);
    const auto extra = [&](const char *name, const std::string &value) {
        if (!value.empty() && !target.strictFields)
            out.member(name, value);
        else if (!value.empty())
            lose(losses, name);
    };
    extra("user", request.user);
    // Anthropic's standard_only is what others call default.
    extra("service_tier", request.serviceTier == "standard_only" ? "default" : request.serviceTier);
    extra("prompt_cache_key", request.promptCacheKey);
    if (!request.metadata.empty() && !target.strictFields)
        out.memberRaw("metadata", request.metadata);
    else if (!request.metadata.empty())
        lose(losses, "metadata");
}

void writeFormat(json::Writer &out, const ResponseFormat &format)
{
    out.key("format");
    out.beginObject();
    if (format.kind == ResponseFormat::Kind::JsonObject) {
        out.member("type", "json_object");
    } else {
        out.member("type", "json_schema");
        out.member("name", format.name.empty() ? std::string("answer") : format.name);
        if (!format.description.empty())
            out.member("description", format.description);
        out.memberRaw("schema", format.schema.empty() ? std::string_view("{}") : format.schema);
        out.member("strict", format.strict.value_or(false));
    }
    out.endObject();
}

void writeText(json::Writer &out, const ChatRequest &request)
{
    const bool hasFormat = request.responseFormat.kind != ResponseFormat::Kind::Text;
    if (!hasFormat && request.verbosity.empty())
        return;
    out.key("text");
    out.beginObject();
    if (hasFormat)
        writeFormat(out, request.responseFormat);
    if (!request.verbosity.empty())
        out.member("verbosity", request.verbosity);
    out.endObject();
}

/// Reasoning is asked for, or done anyway by models that take no sampling fields. The encrypted form is asked for only
/// then: other models refuse the wish.
void writeReasoning(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    const Reasoning &reasoning = request.reasoning;
    std::string effort = openai::effortOf(reasoning);
    if (!effort.empty() && !target.reasoningEffort) {
        if (effort != "none")
            lose(losses, "reasoning_effort");
        effort.clear();
    } else if (effort.empty() && reasoning.mode == Reasoning::Mode::Off && target.reasoningEffort) {
        lose(losses, "thinking: disabled"); // "none" is refused by models that do not reason
    }
    const bool wantsSummary = reasoning.display == "summarized" && target.reasoningEffort;
    if (!effort.empty() || wantsSummary) {
        out.key("reasoning");
        out.beginObject();
        if (!effort.empty())
            out.member("effort", effort);
        if (wantsSummary)
            out.member("summary", "auto");
        out.endObject();
    }
    const bool reasons = (!effort.empty() && effort != "none") || (!target.samplingAllowed && target.reasoningEffort);
    if (reasons && target.family == kFamily)
        out.memberRaw("include", R"(["reasoning.encrypted_content"])");
}

} // namespace

Result<std::string> OpenAiResponses::writeRequest(const ChatRequest &request, const TargetTraits &target,
                                                  Losses &losses) const
{
    for (const std::string &name : request.uncarried)
        lose(losses, name);
    if (auto possible = refuseForeign(request, losses); !possible)
        return fail(std::move(possible.error()));
    json::Writer out;
    out.beginObject();
    out.member("model", target.model.empty() ? request.model : target.model);
    if (auto written = writeInput(out, request, target, losses); !written)
        return fail(std::move(written.error()));
    writeTools(out, request, target, losses);
    writeLimit(out, request, target, losses);
    writeSampling(out, request, target, losses);
    writeText(out, request);
    writeReasoning(out, request, target, losses);
    out.member("store", false); // the client sends its whole history each time
    if (request.stream)
        out.member("stream", true);
    out.endObject();
    return out.take();
}

} // namespace pm
