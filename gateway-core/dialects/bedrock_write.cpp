// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock_write.h"

#include "dialects/bedrock.h"
#include "dialects/bedrock_fields.h"
#include "dialects/shared/claude_thinking.h"
#include "dialects/shared/foreign_fields.h"
#include "dialects/shared/names.h"
#include "dialects/shared/object_schema.h"

#include <algorithm>

namespace pm {

namespace bedrock {

namespace {

using shared::note;
using shared::Thinking;

/// One request on its way: what the parts of it are decided by.
struct Writing
{
    const ChatRequest &request;
    const TargetTraits &target;
    Losses &losses;
    Thinking thinking{};
    ToolPlan tools{};
    bool isClaude = false;
};

/// Fields that the format does not have and that do not change what is asked.
void noteForeignFields(const ChatRequest &request, Losses &losses)
{
    shared::noteUnknownToClaude(request, losses);
    if (!request.reasoning.display.empty())
        note(losses, "thinking.display");
    if (shared::asksForDetail(request))
        note(losses, "image detail");
}

void writeSystemLine(json::Writer &out, std::string_view text)
{
    out.beginObject();
    out.member("text", text);
    out.endObject();
}

/// What must be said in words because the target has no field for it.
std::vector<std::string> extraLines(const Writing &writing)
{
    std::vector<std::string> lines;
    const ResponseFormat &format = writing.request.responseFormat;
    if (writing.tools.forbidsCalls)
        lines.emplace_back("Do not call any tool. Answer in words.");
    if (format.kind == ResponseFormat::Kind::JsonObject) {
        note(writing.losses, "response_format: json_object given as instruction");
        lines.emplace_back("Answer with one JSON object and nothing else: no words before or after it, no code fence.");
    }
    const bool isSchema = format.kind == ResponseFormat::Kind::JsonSchema && !writing.target.structuredOutput;
    if (isSchema && !writing.tools.answersByTool) {
        note(writing.losses, "response_format: schema given as instruction");
        lines.push_back("Answer with one JSON value that follows this JSON Schema and nothing else: no words before or "
                        "after it, no code fence.\n" +
                        format.schema);
    }
    return lines;
}

void writeSystem(json::Writer &out, const Writing &writing, const shared::Conversation &conversation,
                 CachePoints &points)
{
    const std::vector<std::string> lines = extraLines(writing);
    if (conversation.system.empty() && lines.empty())
        return;
    out.key("system");
    out.beginArray();
    for (const Part *part : conversation.system) {
        writeSystemLine(out, part->as<TextPart>()->text);
        points.write(out, part->cache);
    }
    for (const std::string &line : lines)
        writeSystemLine(out, line);
    out.endArray();
}

/// Sampling is refused by newer Claude models, and by all of them while they think.
bool takesSampling(const Writing &writing)
{
    return writing.target.samplingAllowed && !writing.thinking.isOn();
}

void noteSampling(const Writing &writing)
{
    if (writing.request.temperature)
        note(writing.losses, "temperature");
    if (writing.request.topP)
        note(writing.losses, "top_p");
    if (writing.request.topK)
        note(writing.losses, "top_k");
}

void writeSampling(json::Writer &out, const Writing &writing)
{
    const ChatRequest &request = writing.request;
    if (request.temperature) {
        const double clamped = std::clamp(*request.temperature, 0.0, 1.0);
        if (clamped != *request.temperature)
            note(writing.losses, "temperature: clamped to 0..1");
        out.member("temperature", clamped);
    }
    // Newer Claude models refuse both at once; 1 is the default and says nothing.
    const bool clashes = writing.isClaude && request.temperature && request.topP;
    if (clashes && *request.topP < 1.0)
        note(writing.losses, "top_p: not taken together with temperature");
    else if (request.topP && !clashes)
        out.member("topP", std::clamp(*request.topP, 0.0, 1.0));
}

/// maxTokens; nothing where neither the client nor the model's kind asks for one.
std::optional<std::int64_t> limitOf(const Writing &writing)
{
    if (writing.isClaude)
        return writing.thinking.maxTokens;
    if (!writing.request.maxTokens)
        return std::nullopt;
    const std::int64_t most = writing.target.maxOutputTokens;
    if (most <= 0 || *writing.request.maxTokens <= most)
        return writing.request.maxTokens;
    note(writing.losses, "max_tokens: " + std::to_string(*writing.request.maxTokens) + " lowered to the model's " +
                             std::to_string(most));
    return most;
}

void writeInference(json::Writer &out, const Writing &writing)
{
    std::vector<std::string_view> stops;
    for (const std::string &stop : writing.request.stop) {
        if (shared::isBlank(stop))
            note(writing.losses, "stop: only white space");
        else
            stops.push_back(stop);
    }
    out.key("inferenceConfig");
    out.beginObject();
    if (const auto limit = limitOf(writing))
        out.member("maxTokens", *limit);
    if (takesSampling(writing))
        writeSampling(out, writing);
    else
        noteSampling(writing);
    if (!stops.empty()) {
        out.key("stopSequences");
        out.beginArray();
        for (const std::string_view stop : stops)
            out.string(stop);
        out.endArray();
    }
    out.endObject();
}

void writeThinking(json::Writer &out, const Thinking &thinking)
{
    out.key("thinking");
    out.beginObject();
    if (thinking.mode == Thinking::Mode::Adaptive) {
        out.member("type", "adaptive");
    } else if (thinking.mode == Thinking::Mode::Budget) {
        out.member("type", "enabled");
        out.member("budget_tokens", thinking.budget);
    } else {
        out.member("type", "disabled");
    }
    out.endObject();
}

/// Fields of the model's own format that Converse has no place for.
void writeModelFields(json::Writer &out, const Writing &writing)
{
    // To models that cannot think at all the field itself is foreign.
    const bool isOff = writing.thinking.mode == Thinking::Mode::Off && !writing.target.adaptiveThinking;
    const bool hasThinking = writing.isClaude && writing.thinking.mode != Thinking::Mode::Unset && !isOff;
    const bool hasTopK = writing.isClaude && writing.request.topK && takesSampling(writing);
    if (!writing.isClaude && writing.request.topK && takesSampling(writing))
        note(writing.losses, "top_k");
    if (!hasThinking && !hasTopK)
        return;
    out.key("additionalModelRequestFields");
    out.beginObject();
    if (hasThinking)
        writeThinking(out, writing.thinking);
    if (hasTopK)
        out.member("top_k", *writing.request.topK);
    out.endObject();
}

Result<void> writeTextFormat(json::Writer &out, const ResponseFormat &format, Losses &losses)
{
    const auto schema = shared::answerSchema(format.schema, losses);
    if (!schema)
        return fail(schema.error());
    out.key("textFormat");
    out.beginObject();
    out.member("type", "json_schema");
    out.key("structure");
    out.beginObject();
    out.key("jsonSchema");
    out.beginObject();
    out.member("schema", *schema); // as text
    out.member("name", format.name.empty() ? std::string("answer") : shared::toolName(format.name));
    if (!format.description.empty())
        out.member("description", format.description);
    out.endObject();
    out.endObject();
    out.endObject();
    return {};
}

Result<void> writeOutputConfig(json::Writer &out, const Writing &writing)
{
    const ResponseFormat &format = writing.request.responseFormat;
    const bool hasFormat = format.kind == ResponseFormat::Kind::JsonSchema && writing.target.structuredOutput;
    const bool hasEffort = writing.isClaude && !writing.thinking.effort.empty();
    if (!hasFormat && !hasEffort)
        return {};
    out.key("outputConfig");
    out.beginObject();
    if (hasFormat) {
        if (auto written = writeTextFormat(out, format, writing.losses); !written)
            return written;
    }
    if (hasEffort)
        out.member("effort", writing.thinking.effort);
    out.endObject();
    return {};
}

void writeTier(json::Writer &out, const Writing &writing)
{
    std::string tier = writing.request.serviceTier;
    if (tier.empty() || tier == "auto")
        return;
    if (tier == "standard_only")
        tier = "default";
    if (tier != "default" && tier != "priority" && tier != "flex")
        return note(writing.losses, "service_tier");
    out.key("serviceTier");
    out.beginObject();
    out.member("type", tier);
    out.endObject();
}

bool isMetadataValue(std::string_view text)
{
    constexpr std::size_t kMost = 256;
    constexpr std::string_view kMarks = " :_@$#=/+,-.";
    return text.size() <= kMost && std::all_of(text.begin(), text.end(), [&](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      kMarks.find(c) != std::string_view::npos;
           });
}

void writeUser(json::Writer &out, const Writing &writing)
{
    if (writing.request.user.empty())
        return;
    if (!isMetadataValue(writing.request.user))
        return note(writing.losses, "user");
    out.key("requestMetadata");
    out.beginObject();
    out.member("user_id", writing.request.user);
    out.endObject();
}

Result<void> writePrompt(json::Writer &out, Writing &writing, const shared::Conversation &conversation)
{
    const bool caches = writing.isClaude || writing.target.model.find("nova") != std::string::npos;
    CachePoints points(writing.request, conversation, caches, writing.losses);
    if (auto tools = writeToolConfig(out, writing.request, writing.tools, points, writing.losses); !tools)
        return tools;
    writeSystem(out, writing, conversation, points);
    out.key("messages");
    BlockContext context{writing.request, points};
    return writeTurns(out, conversation, context);
}

void noteReasoning(const Writing &writing)
{
    const Reasoning &asked = writing.request.reasoning;
    const bool isAsked = asked.mode == Reasoning::Mode::Adaptive || asked.mode == Reasoning::Mode::Budget ||
                         (!asked.effort.empty() && asked.effort != "none");
    if (isAsked)
        note(writing.losses, "reasoning_effort");
}

Writing prepare(const ChatRequest &request, const TargetTraits &target, const shared::Conversation &conversation,
                Losses &losses)
{
    Writing writing{request, target, losses};
    writing.isClaude = target.family == kFamily;
    if (writing.isClaude)
        writing.thinking = shared::decideThinking(request, target, conversation.loopLacksThinking, losses);
    else
        noteReasoning(writing);
    const bool isSchema = request.responseFormat.kind == ResponseFormat::Kind::JsonSchema;
    writing.tools = planTools(request, isSchema && !target.structuredOutput && !writing.thinking.isOn(), losses);
    return writing;
}

} // namespace

} // namespace bedrock

Result<std::string> Bedrock::writeRequest(const ChatRequest &request, const TargetTraits &target, Losses &losses) const
{
    using namespace bedrock;
    if (request.n.value_or(1) > 1)
        return notTaken("n", "Bedrock gives one answer a request; ask with n = 1");
    for (const std::string &name : request.uncarried)
        note(losses, name);
    noteForeignFields(request, losses);
    const auto conversation = shared::arrange(request, target, "Bedrock Converse", losses);
    if (!conversation)
        return fail(conversation.error());
    Writing writing = prepare(request, target, *conversation, losses);
    json::Writer out;
    out.beginObject();
    if (auto prompt = writePrompt(out, writing, *conversation); !prompt)
        return fail(prompt.error());
    writeInference(out, writing);
    writeModelFields(out, writing);
    if (auto config = writeOutputConfig(out, writing); !config)
        return fail(config.error());
    writeUser(out, writing);
    writeTier(out, writing);
    out.endObject();
    return out.take();
}

} // namespace pm
