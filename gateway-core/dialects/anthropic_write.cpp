// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic_write.h"

#include "base/json.h"
#include "dialects/anthropic.h"
#include "dialects/anthropic_fields.h"
#include "dialects/shared/foreign_fields.h"

#include <algorithm>

namespace pm {

namespace anthropic {

namespace {

/// Fields that the format does not have and that do not change what is asked.
void noteForeignFields(const ChatRequest &request, Losses &losses)
{
    shared::noteUnknownToClaude(request, losses);
    if (!request.responseFormat.description.empty())
        note(losses, "response_format: description");
    if (shared::asksForDetail(request))
        note(losses, "image detail");
}

/// The line of the system prompt that stands for a response format the target has no field for; empty for
/// none.
std::string formatLine(const ResponseFormat &format, const TargetTraits &target, Losses &losses)
{
    if (format.kind == ResponseFormat::Kind::JsonObject) {
        note(losses, "response_format: json_object given as instruction");
        return "Answer with one JSON object and nothing else: no words before or after it, no code fence.";
    }
    if (format.kind != ResponseFormat::Kind::JsonSchema || target.structuredOutput)
        return {};
    note(losses, "response_format: schema given as instruction");
    return "Answer with one JSON value that follows this JSON Schema and nothing else: no words before or "
           "after it, "
           "no code fence.\n" +
           format.schema;
}

void writeSystem(json::Writer &out, const Conversation &conversation, const std::string &extraLine,
                 CacheMarks &marks)
{
    if (conversation.system.empty() && extraLine.empty())
        return;
    out.key("system");
    out.beginArray();
    for (const Part *part : conversation.system)
        writeTextBlock(out, part->as<TextPart>()->text, marks.pass(part->cache));
    if (!extraLine.empty())
        writeTextBlock(out, extraLine);
    out.endArray();
}

void writeThinkingField(json::Writer &out, const Thinking &thinking, const std::string &display)
{
    if (thinking.mode == Thinking::Mode::Unset)
        return;
    out.key("thinking");
    out.beginObject();
    switch (thinking.mode) {
    case Thinking::Mode::Adaptive:
        out.member("type", "adaptive");
        break;
    case Thinking::Mode::Budget:
        out.member("type", "enabled");
        out.member("budget_tokens", thinking.budget);
        break;
    default:
        out.member("type", "disabled");
    }
    if (thinking.isOn() && !display.empty())
        out.member("display", display);
    out.endObject();
}

Result<void> writeOutputConfig(json::Writer &out, const ChatRequest &request, const TargetTraits &target,
                               const Thinking &thinking, Losses &losses)
{
    const bool hasFormat =
        request.responseFormat.kind == ResponseFormat::Kind::JsonSchema && target.structuredOutput;
    if (thinking.effort.empty() && !hasFormat)
        return {};
    out.key("output_config");
    out.beginObject();
    if (!thinking.effort.empty())
        out.member("effort", thinking.effort);
    if (hasFormat) {
        const auto schema = answerSchema(request.responseFormat.schema, losses);
        if (!schema)
            return fail(schema.error());
        out.key("format");
        out.beginObject();
        out.member("type", "json_schema");
        out.memberRaw("schema", *schema);
        out.endObject();
    }
    out.endObject();
    return {};
}

void writeSampling(json::Writer &out, const ChatRequest &request, const TargetTraits &target, bool isThinking,
                   Losses &losses)
{
    const auto drop = [&](bool isAsked, const char *name) {
        if (isAsked)
            note(losses, name);
    };
    if (!target.samplingAllowed || isThinking) {
        drop(request.temperature.has_value(), "temperature");
        drop(request.topP.has_value(), "top_p");
        drop(request.topK.has_value(), "top_k");
        return;
    }
    if (request.temperature) {
        const double clamped = std::clamp(*request.temperature, 0.0, 1.0);
        if (clamped != *request.temperature)
            note(losses, "temperature: clamped to 0..1");
        out.member("temperature", clamped);
    }
    // Newer models refuse both at once; 1 is the default and says nothing.
    const bool both = request.temperature && request.topP;
    if (both && *request.topP < 1.0)
        note(losses, "top_p: not taken together with temperature");
    else if (request.topP && !both)
        out.member("top_p", std::clamp(*request.topP, 0.0, 1.0));
    if (request.topK)
        out.member("top_k", *request.topK);
}

void writeStops(json::Writer &out, const std::vector<std::string> &stops, Losses &losses)
{
    std::vector<std::string_view> kept;
    for (const std::string &stop : stops) {
        if (isBlank(stop))
            note(losses, "stop: only white space");
        else
            kept.push_back(stop);
    }
    if (kept.empty())
        return;
    out.key("stop_sequences");
    out.beginArray();
    for (const std::string_view stop : kept)
        out.string(stop);
    out.endArray();
}

void writeTier(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    const std::string &tier = request.serviceTier;
    if (tier.empty())
        return;
    const bool isKnown = tier == "auto" || tier == "standard_only" || tier == "default";
    if (!isKnown || target.strictFields)
        note(losses, "service_tier");
    else
        out.member("service_tier", tier == "default" ? "standard_only" : tier);
}

void writeUser(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    if (request.user.empty())
        return;
    if (target.strictFields)
        return note(losses, "user");
    out.key("metadata");
    out.beginObject();
    out.member("user_id", request.user);
    out.endObject();
}

Result<void> refuseManyAnswers(const ChatRequest &request)
{
    if (request.n.value_or(1) <= 1)
        return {};
    Error error;
    error.kind = ErrorKind::NotSupported;
    error.param = "n";
    error.message = "n: the Anthropic format gives one answer a request; ask with n = 1";
    return fail(std::move(error));
}

/// Everything before the settings, in the order in which prompt caches see it.
Result<void> writePrompt(json::Writer &out, const ChatRequest &request, const TargetTraits &target,
                         const Conversation &conversation, Losses &losses)
{
    CacheMarks marks(request, conversation, !target.strictFields, losses);
    if (auto tools = writeTools(out, request, target, marks, losses); !tools)
        return tools;
    writeSystem(out, conversation, formatLine(request.responseFormat, target, losses), marks);
    out.key("messages");
    if (auto turns = writeTurns(out, conversation, target, marks); !turns)
        return turns;
    if (const auto mark = marks.pass(request.cache))
        writeCacheMark(out, *mark);
    return {};
}

} // namespace

} // namespace anthropic

Result<std::string> Anthropic::writeRequest(const ChatRequest &request, const TargetTraits &target,
                                            Losses &losses) const
{
    using namespace anthropic;
    if (auto one = refuseManyAnswers(request); !one)
        return fail(one.error());
    for (const std::string &name : request.uncarried)
        note(losses, name);
    noteForeignFields(request, losses);
    const auto conversation = arrange(request, target, "Anthropic", losses);
    if (!conversation)
        return fail(conversation.error());
    const Thinking thinking = decideThinking(request, target, conversation->loopLacksThinking, losses);
    json::Writer out;
    out.beginObject();
    if (!target.platformVersion.empty())
        out.member("anthropic_version", target.platformVersion);
    else
        out.member("model", target.model.empty() ? request.model : target.model);
    out.member("max_tokens", thinking.maxTokens);
    if (auto prompt = writePrompt(out, request, target, *conversation, losses); !prompt)
        return fail(prompt.error());
    if (auto choice = writeToolChoice(out, request, target, losses); !choice)
        return fail(choice.error());
    writeThinkingField(out, thinking, request.reasoning.display);
    if (auto config = writeOutputConfig(out, request, target, thinking, losses); !config)
        return fail(config.error());
    writeSampling(out, request, target, thinking.isOn(), losses);
    writeStops(out, request.stop, losses);
    writeUser(out, request, target, losses);
    writeTier(out, request, target, losses);
    if (request.stream)
        out.member("stream", true);
    out.endObject();
    return out.take();
}

} // namespace pm
