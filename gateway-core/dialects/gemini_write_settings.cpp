// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_fields.h"
#include "dialects/gemini_schema.h"
#include "dialects/gemini_write.h"

#include <algorithm>
#include <array>
#include <limits>

namespace pm::gemini {

namespace {

constexpr std::size_t kMostStops = 5;

/// Before Gemini 3, JSON answers and functions exclude each other.
bool canAskForJson(const ChatRequest &request, const TargetTraits &target)
{
    return target.structuredOutput && (request.tools.empty() || target.geminiVersion >= 30);
}

struct EffortRow
{
    std::string_view name;
    std::string_view level;
    std::int64_t budget;
};

// clang-format off
constexpr std::array kEfforts{
    EffortRow{"none",    "MINIMAL", 0},
    EffortRow{"minimal", "MINIMAL", 512},
    EffortRow{"low",     "LOW",     1024},
    EffortRow{"medium",  "MEDIUM",  8192},
    EffortRow{"high",    "HIGH",    24576},
};
// clang-format on

/// Words beyond "high" are as high as it goes.
const EffortRow &effortRow(std::string_view name)
{
    const auto found =
        std::find_if(kEfforts.begin(), kEfforts.end(), [&](const EffortRow &row) { return row.name == name; });
    return found == kEfforts.end() ? kEfforts.back() : *found;
}

const EffortRow &effortOfBudget(std::int64_t budget)
{
    const auto found =
        std::find_if(kEfforts.begin(), kEfforts.end(), [&](const EffortRow &row) { return budget <= row.budget; });
    return found == kEfforts.end() ? kEfforts.back() : *found;
}

bool canThink(const TargetTraits &target)
{
    return target.reasoningEffort && (target.geminiVersion == 0 || target.geminiVersion >= 25);
}

/// thinkingLevel (Gemini 3). Models that always think have no MINIMAL.
void writeLevel(json::Writer &out, const Reasoning &asked, const TargetTraits &target, Losses &losses)
{
    const EffortRow *row = nullptr;
    if (asked.mode == Reasoning::Mode::Off)
        row = &kEfforts.front();
    else if (!asked.effort.empty())
        row = &effortRow(asked.effort);
    else if (asked.mode == Reasoning::Mode::Budget)
        row = &effortOfBudget(asked.budgetTokens.value_or(0));
    if (!row)
        return;
    const bool isLifted = row->level == "MINIMAL" && target.leastThinking > 0;
    if (isLifted || row->name == "none")
        note(losses, "reasoning: cannot be switched off, asked for the least");
    if (asked.mode == Reasoning::Mode::Budget)
        note(losses, "reasoning: budget of " + std::to_string(asked.budgetTokens.value_or(0)) +
                         " tokens given as level " + std::string(row->level));
    out.member("thinkingLevel", isLifted ? std::string_view("LOW") : row->level);
}

/// thinkingBudget (Gemini 2.5); -1 lets the model decide.
void writeBudget(json::Writer &out, const Reasoning &asked, const TargetTraits &target, Losses &losses)
{
    const std::int64_t most = target.leastThinking > 0 ? 32768 : 24576;
    std::int64_t budget = -1;
    if (asked.mode == Reasoning::Mode::Off)
        budget = 0;
    else if (asked.budgetTokens)
        budget = *asked.budgetTokens;
    else if (!asked.effort.empty())
        budget = effortRow(asked.effort).budget;
    if (budget >= 0 && budget < target.leastThinking) {
        if (budget == 0)
            note(losses, "reasoning: cannot be switched off, asked for the least");
        budget = target.leastThinking;
    }
    if (budget > most) {
        note(losses, "reasoning: budget lowered to " + std::to_string(most));
        budget = most;
    }
    out.member("thinkingBudget", budget);
}

void writeThinking(json::Writer &out, const Reasoning &asked, const TargetTraits &target, Losses &losses)
{
    const bool isAsked = asked.mode != Reasoning::Mode::Unset || !asked.effort.empty();
    if (!isAsked)
        return;
    if (!canThink(target)) {
        if (asked.mode != Reasoning::Mode::Off)
            note(losses, "reasoning");
        return;
    }
    out.key("thinkingConfig");
    out.beginObject();
    if (asked.mode != Reasoning::Mode::Off && asked.display != "omitted")
        out.member("includeThoughts", true);
    if (target.geminiVersion >= 30)
        writeLevel(out, asked, target, losses);
    else
        writeBudget(out, asked, target, losses);
    out.endObject();
}

Result<void> writeFormat(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    const ResponseFormat &format = request.responseFormat;
    if (format.kind == ResponseFormat::Kind::Text || !canAskForJson(request, target))
        return {};
    out.member("responseMimeType", "application/json");
    if (format.kind != ResponseFormat::Kind::JsonSchema || isBlank(format.schema))
        return {};
    if (target.toolJsonSchema) {
        if (auto document = json::Document::parse(format.schema); !document)
            return fail(badField("response_format", "the schema is " + document.error().message));
        out.memberRaw("responseJsonSchema", format.schema);
        return {};
    }
    const auto schema = ownSchema(format.schema, "response_format", losses);
    if (!schema)
        return fail(schema.error());
    if (!schema->empty())
        out.memberRaw("responseSchema", *schema);
    return {};
}

void writePenalties(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    // From Gemini 2.5 on they are a 400.
    const bool areTaken = target.geminiVersion > 0 && target.geminiVersion < 25;
    const auto write = [&](const std::optional<double> &value, std::string_view name, const char *loss) {
        if (value && areTaken)
            out.member(name, *value);
        else if (value && *value != 0.0)
            note(losses, loss);
    };
    write(request.presencePenalty, "presencePenalty", "presence_penalty");
    write(request.frequencyPenalty, "frequencyPenalty", "frequency_penalty");
}

void writeSampling(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    if (request.temperature) {
        const double clamped = std::clamp(*request.temperature, 0.0, 2.0);
        if (clamped != *request.temperature)
            note(losses, "temperature: clamped to 0..2");
        out.member("temperature", clamped);
    }
    if (request.topP)
        out.member("topP", *request.topP);
    if (request.topK)
        out.member("topK", *request.topK);
    writePenalties(out, request, target, losses);
    if (!request.seed)
        return;
    using Seed = std::numeric_limits<std::int32_t>;
    if (*request.seed < Seed::min() || *request.seed > Seed::max())
        note(losses, "seed: beyond 32 bits");
    else
        out.member("seed", *request.seed);
}

void writeStops(json::Writer &out, const std::vector<std::string> &stops, Losses &losses)
{
    if (stops.empty())
        return;
    if (stops.size() > kMostStops)
        note(losses, "stop: more than 5");
    out.key("stopSequences");
    out.beginArray();
    for (std::size_t i = 0; i < std::min(stops.size(), kMostStops); ++i)
        out.string(stops[i]);
    out.endArray();
}

void writeMaxTokens(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    if (!request.maxTokens)
        return;
    std::int64_t most = *request.maxTokens;
    if (target.maxOutputTokens > 0 && most > target.maxOutputTokens) {
        note(losses, "max_tokens: " + std::to_string(most) + " lowered to the model's " +
                         std::to_string(target.maxOutputTokens));
        most = target.maxOutputTokens;
    }
    out.member("maxOutputTokens", most);
}

} // namespace

std::string formatLine(const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    const ResponseFormat &format = request.responseFormat;
    if (format.kind == ResponseFormat::Kind::Text || canAskForJson(request, target))
        return {};
    if (format.kind == ResponseFormat::Kind::JsonObject) {
        note(losses, "response_format: json_object given as instruction");
        return "When you answer in text, answer with one JSON object and nothing else: no words before or after it, "
               "no code fence.";
    }
    note(losses, "response_format: schema given as instruction");
    return "When you answer in text, answer with one JSON value that follows this JSON Schema and nothing else: no "
           "words before or after it, no code fence.\n" +
           format.schema;
}

Result<void> writeGeneration(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    json::Writer config;
    config.beginObject();
    writeMaxTokens(config, request, target, losses);
    writeSampling(config, request, target, losses);
    writeStops(config, request.stop, losses);
    if (auto format = writeFormat(config, request, target, losses); !format)
        return format;
    writeThinking(config, request.reasoning, target, losses);
    config.endObject();
    if (config.text() != "{}")
        out.memberRaw("generationConfig", config.text());
    return {};
}

} // namespace pm::gemini
