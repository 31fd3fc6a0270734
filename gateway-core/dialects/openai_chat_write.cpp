// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_write.h"

#include "base/json.h"
#include "dialects/openai_chat.h"
#include "dialects/openai_chat_fields.h"
#include "dialects/openai_chat_repair.h"

#include <algorithm>

// The fields of a request that stand beside its messages.
namespace pm {

using namespace openai;

namespace {

/// Writes members, or names them as losses where the target refuses what it does not know.
class Optional
{
public:
    Optional(json::Writer &out, const TargetTraits &target, Losses &losses)
        : m_out(out)
        , m_target(target)
        , m_losses(losses)
    {
    }
    template <typename T>
    void sampling(const char *name, const std::optional<T> &value)
    {
        if (!value)
            return;
        if (m_target.samplingAllowed)
            m_out.member(name, *value);
        else
            lose(m_losses, name);
    }
    template <typename T>
    void extra(const char *name, const std::optional<T> &value)
    {
        if (!value)
            return;
        if (m_target.strictFields)
            lose(m_losses, name);
        else
            m_out.member(name, *value);
    }
    void extra(const char *name, const std::string &value)
    {
        if (!value.empty())
            extra(name, std::optional(value));
    }

private:
    json::Writer &m_out;
    const TargetTraits &m_target;
    Losses &m_losses;
};

void writeLimit(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    if (!request.maxTokens)
        return;
    std::int64_t limit = *request.maxTokens;
    if (target.maxOutputTokens > 0 && limit > target.maxOutputTokens) {
        limit = target.maxOutputTokens;
        lose(losses, "max_tokens: lowered to " + std::to_string(limit));
    }
    out.member(target.maxCompletionTokens ? "max_completion_tokens" : "max_tokens", limit);
}

void writeStop(json::Writer &out, const ChatRequest &request, Losses &losses)
{
    constexpr std::size_t kMostStops = 4;
    if (request.stop.empty())
        return;
    out.key("stop");
    out.beginArray();
    for (std::size_t i = 0; i < std::min(kMostStops, request.stop.size()); ++i)
        out.string(request.stop[i]);
    out.endArray();
    if (request.stop.size() > kMostStops)
        lose(losses, "stop: 4 of " + std::to_string(request.stop.size()));
}

void writeResponseFormat(json::Writer &out, const ResponseFormat &format, const TargetTraits &target)
{
    if (format.kind == ResponseFormat::Kind::Text)
        return;
    out.key("response_format");
    out.beginObject();
    if (format.kind == ResponseFormat::Kind::JsonObject || !target.structuredOutput) {
        out.member("type", "json_object");
    } else {
        out.member("type", "json_schema");
        out.key("json_schema");
        out.beginObject();
        out.member("name", format.name.empty() ? std::string("answer") : format.name);
        if (!format.description.empty())
            out.member("description", format.description);
        if (!format.schema.empty())
            out.memberRaw("schema", format.schema);
        if (format.strict)
            out.member("strict", *format.strict);
        out.endObject();
    }
    out.endObject();
}

void writeReasoning(json::Writer &out, const Reasoning &reasoning, const TargetTraits &target, Losses &losses)
{
    if (!reasoning.display.empty())
        lose(losses, "thinking.display");
    const std::string effort = effortOf(reasoning);
    if (effort.empty()) {
        const bool isOther = target.deviations.thinking != ThinkingField::None && target.reasoningEffort;
        if (isOther && reasoning.mode == Reasoning::Mode::Off)
            out.member("reasoning_effort", "none"); // respelled by the repair, as is the next
        else if (isOther && reasoning.mode == Reasoning::Mode::Adaptive)
            out.member("reasoning_effort", "medium");
        else if (reasoning.mode == Reasoning::Mode::Off && target.reasoningEffort)
            lose(losses, "thinking: disabled"); // "none" is refused by models that do not reason
        return;
    }
    if (target.reasoningEffort)
        out.member("reasoning_effort", effort);
    else if (effort != "none")
        lose(losses, "reasoning_effort");
}

Result<void> writeAnswerCount(json::Writer &out, const ChatRequest &request, const TargetTraits &target,
                              Losses &losses)
{
    const bool wantsMore = request.n.value_or(1) > 1;
    const bool wantsLogprobs = request.logprobs.value_or(false);
    if (target.strictFields && (wantsMore || wantsLogprobs)) {
        Error error{ErrorKind::NotSupported};
        error.param = wantsMore ? "n" : "logprobs";
        error.message = error.param + " cannot be asked of " + target.provider + "; leave it out";
        return fail(std::move(error));
    }
    if (target.strictFields)
        return {};
    if (request.n)
        out.member("n", *request.n);
    // They could be asked for, but no other format has a place for them in answers.
    if (wantsLogprobs || request.topLogprobs)
        lose(losses, "logprobs");
    return {};
}

void writeExtras(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    Optional optional(out, target, losses);
    optional.sampling("temperature", request.temperature);
    optional.sampling("top_p", request.topP);
    if (request.topK)
        lose(losses, "top_k");
    if (request.seed && target.deviations.randomSeed)
        out.member("seed", *request.seed); // respelled by the repair
    else
        optional.extra("seed", request.seed);
    optional.extra("presence_penalty", request.presencePenalty);
    optional.extra("frequency_penalty", request.frequencyPenalty);
    if (!request.logitBias.empty() && target.strictFields)
        lose(losses, "logit_bias");
    else if (!request.logitBias.empty())
        out.memberRaw("logit_bias", request.logitBias);
    optional.extra("user", request.user);
    // Anthropic's standard_only is what others call default.
    optional.extra("service_tier", request.serviceTier == "standard_only" ? "default" : request.serviceTier);
    optional.extra("verbosity", request.verbosity);
    if (target.family == "openai") // others do not know it, and some refuse what they do not know
        optional.extra("prompt_cache_key", request.promptCacheKey);
    else if (!request.promptCacheKey.empty())
        lose(losses, "prompt_cache_key");
    if (!request.metadata.empty()) // taken with stored answers only
        lose(losses, "metadata");
    if (request.cache)
        lose(losses, "cache_control");
}

void writeStream(json::Writer &out, const ChatRequest &request, const TargetTraits &target)
{
    if (!request.stream)
        return;
    out.member("stream", true);
    if (!target.streamUsage)
        return;
    out.key("stream_options");
    out.beginObject();
    out.member("include_usage", true);
    out.endObject();
}

} // namespace

Result<std::string> OpenAiChat::writeRequest(const ChatRequest &request, const TargetTraits &target,
                                             Losses &losses) const
{
    for (const std::string &name : request.uncarried)
        lose(losses, name);
    json::Writer out;
    out.beginObject();
    out.member("model", target.model.empty() ? request.model : target.model);
    out.key("messages");
    if (auto written = writeMessages(out, request, target, losses); !written)
        return fail(std::move(written.error()));
    writeTools(out, request, target, losses);
    writeLimit(out, request, target, losses);
    writeExtras(out, request, target, losses);
    writeStop(out, request, losses);
    if (auto written = writeAnswerCount(out, request, target, losses); !written)
        return fail(std::move(written.error()));
    writeResponseFormat(out, request.responseFormat, target);
    writeReasoning(out, request.reasoning, target, losses);
    writeStream(out, request, target);
    out.endObject();
    return repairedBody(out.take(), target, losses);
}

} // namespace pm
