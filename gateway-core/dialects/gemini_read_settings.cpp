// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_fields.h"
#include "dialects/gemini_read.h"
#include "dialects/gemini_schema.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace pm::gemini {

namespace {

Result<Tool> readFunction(json::Element declaration, const std::string &at)
{
    if (!declaration.is_object())
        return fail(badField(at, "must be an object"));
    Tool tool;
    tool.name = findString(declaration, "name");
    if (tool.name.empty())
        return fail(badField(at + ".name", "must be a string that is not empty"));
    tool.description = findString(declaration, "description");
    if (const auto schema = find(declaration, "parametersJsonSchema"))
        tool.schema = json::text(*schema);
    else if (const auto own = find(declaration, "parameters"))
        tool.schema = jsonSchemaOf(*own);
    return tool;
}

Result<void> readTool(json::Element entry, const std::string &at, ChatRequest &request)
{
    if (!entry.is_object())
        return fail(badField(at, "must be an object"));
    for (const auto member : fields(entry)) {
        const std::string name = camel(member.key);
        if (member.value.is_null())
            continue;
        if (name != "functionDeclarations") {
            note(request.uncarried, at + ": " + std::string(clipUtf8(name, 64)));
            continue;
        }
        if (!member.value.is_array())
            return fail(badField(at + ".functionDeclarations", "must be an array"));
        std::size_t index = 0;
        for (const json::Element declaration : items(member.value)) {
            auto tool = readFunction(declaration, place(at + ".functionDeclarations", index++));
            if (!tool)
                return fail(tool.error());
            request.tools.push_back(std::move(*tool));
        }
    }
    return {};
}

/// Some of the offered functions alone may be called: the others are not offered.
void narrow(json::Array names, ChatRequest &request)
{
    std::vector<std::string_view> allowed;
    for (const json::Element name : names) {
        if (name.is_string())
            allowed.push_back(name.get_string().value_unsafe());
    }
    if (allowed.size() == 1) {
        request.toolChoice = ToolChoice{ToolChoice::Mode::Named, std::string(allowed.front())};
        return;
    }
    if (!allowed.empty())
        std::erase_if(request.tools, [&](const Tool &tool) {
            return std::find(allowed.begin(), allowed.end(), tool.name) == allowed.end();
        });
}

Result<void> readChoice(json::Element root, ChatRequest &request)
{
    const auto config = findObject(root, "toolConfig");
    const auto calling = config ? findObject(*config, "functionCallingConfig") : std::nullopt;
    if (!calling)
        return {};
    const std::string mode = lowerAscii(findString(*calling, "mode"));
    if (mode == "any") {
        request.toolChoice = ToolChoice{ToolChoice::Mode::Required, {}};
        if (const auto names = findArray(*calling, "allowedFunctionNames"))
            narrow(*names, request);
    } else if (mode == "none") {
        request.toolChoice = ToolChoice{ToolChoice::Mode::None, {}};
    } else if (mode == "auto" || mode == "validated") {
        request.toolChoice = ToolChoice{ToolChoice::Mode::Auto, {}};
        if (mode == "validated")
            note(request.uncarried, "toolConfig.functionCallingConfig.mode: VALIDATED");
    } else if (!mode.empty() && mode != "mode_unspecified") {
        return fail(
            badField("toolConfig.functionCallingConfig.mode", "must be AUTO, ANY, NONE or VALIDATED"));
    }
    return {};
}

/// Reads optional scalars of generationConfig; remembers the first of a wrong type.
class Settings
{
public:
    explicit Settings(json::Element config)
        : m_config(config)
    {
    }
    void whole(std::string_view name, std::optional<std::int64_t> &to, bool mayBeNegative = false)
    {
        to = findInt(m_config, name);
        if (!to || (*to < 0 && !mayBeNegative))
            refuseIfPresent(name,
                            mayBeNegative ? "must be a whole number" : "must be a whole number, not below 0");
    }
    void number(std::string_view name, std::optional<double> &to)
    {
        if (const auto found = find(m_config, name); found && found->is_number())
            to = asDouble(*found);
        else
            refuseIfPresent(name, "must be a number");
    }
    Result<void> result() const
    {
        if (m_error)
            return fail(*m_error);
        return {};
    }

private:
    static double asDouble(json::Element number)
    {
        double value = 0;
        return number.get_double().get(value) ? 0 : value;
    }
    void refuseIfPresent(std::string_view name, std::string_view must)
    {
        if (!m_error && find(m_config, name))
            m_error = badField("generationConfig." + std::string(name), must);
    }

    json::Element m_config;
    std::optional<Error> m_error;
};

Result<void> readStops(json::Element config, ChatRequest &request)
{
    const auto list = find(config, "stopSequences");
    if (!list)
        return {};
    if (!list->is_array())
        return fail(badField("generationConfig.stopSequences", "must be an array of strings"));
    for (const json::Element stop : items(*list)) {
        if (!stop.is_string())
            return fail(badField("generationConfig.stopSequences", "must be an array of strings"));
        request.stop.emplace_back(stop.get_string().value_unsafe());
    }
    return {};
}

void readFormat(json::Element config, ChatRequest &request)
{
    ResponseFormat &format = request.responseFormat;
    const std::string_view mediaType = findString(config, "responseMimeType");
    if (mediaType == "application/json")
        format.kind = ResponseFormat::Kind::JsonObject;
    else if (!mediaType.empty() && mediaType != "text/plain")
        note(request.uncarried, "generationConfig.responseMimeType: " + std::string(clipUtf8(mediaType, 64)));
    const auto schema = find(config, "responseJsonSchema");
    const auto own = find(config, "responseSchema");
    if (!schema && !own)
        return;
    format.kind = ResponseFormat::Kind::JsonSchema;
    format.name = "answer";
    format.schema = schema ? json::text(*schema) : jsonSchemaOf(*own);
}

void readThinking(json::Element config, ChatRequest &request)
{
    const auto thinking = findObject(config, "thinkingConfig");
    if (!thinking)
        return;
    Reasoning &reasoning = request.reasoning;
    const auto budget = findInt(*thinking, "thinkingBudget");
    reasoning.effort = lowerAscii(findString(*thinking, "thinkingLevel"));
    if (reasoning.effort == "thinking_level_unspecified")
        reasoning.effort.clear();
    reasoning.mode = Reasoning::Mode::Adaptive;
    if (budget == 0) {
        reasoning.mode = Reasoning::Mode::Off;
    } else if (budget && *budget > 0) {
        reasoning.mode = Reasoning::Mode::Budget;
        reasoning.budgetTokens = budget;
    } else if (!budget && reasoning.effort.empty()) {
        const auto isShown = find(*thinking, "includeThoughts");
        if (!isShown || !isShown->is_bool() || !isShown->get_bool().value_unsafe())
            reasoning.mode = Reasoning::Mode::Unset;
    }
}

Failure refused(const char *field, std::string_view why)
{
    Error error{ErrorKind::NotSupported, std::string(field) + ": " + std::string(why)};
    error.param = field;
    return fail(std::move(error));
}

/// An answer in pictures or sound cannot come from elsewhere.
Result<void> checkModalities(json::Element config)
{
    const auto list = findArray(config, "responseModalities");
    if (!list)
        return {};
    for (const json::Element each : *list) {
        if (each.is_string() && lowerAscii(each.get_string().value_unsafe()) == "text")
            continue;
        return refused("generationConfig.responseModalities",
                       "only TEXT can be had from a provider of another format");
    }
    return {};
}

void noteUnknown(json::Element config, ChatRequest &request)
{
    constexpr std::array<std::string_view, 16> kKnown{"temperature",
                                                      "topP",
                                                      "topK",
                                                      "candidateCount",
                                                      "maxOutputTokens",
                                                      "stopSequences",
                                                      "seed",
                                                      "presencePenalty",
                                                      "frequencyPenalty",
                                                      "responseLogprobs",
                                                      "logprobs",
                                                      "responseMimeType",
                                                      "responseSchema",
                                                      "responseJsonSchema",
                                                      "thinkingConfig",
                                                      "responseModalities"};
    for (const auto member : fields(config)) {
        const std::string name = camel(member.key);
        if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end() && !member.value.is_null())
            note(request.uncarried, "generationConfig." + std::string(clipUtf8(name, 64)));
    }
}

} // namespace

Result<void> readTools(json::Element root, ChatRequest &request)
{
    if (const auto tools = find(root, "tools")) {
        if (tools->is_object()) {
            if (auto taken = readTool(*tools, "tools", request); !taken)
                return taken;
        } else if (!tools->is_array()) {
            return fail(badField("tools", "must be an array"));
        } else {
            std::size_t index = 0;
            for (const json::Element entry : items(*tools)) {
                if (auto taken = readTool(entry, place("tools", index++), request); !taken)
                    return taken;
            }
        }
    }
    return readChoice(root, request);
}

Result<void> readGeneration(json::Element root, ChatRequest &request)
{
    const auto config = find(root, "generationConfig");
    if (!config)
        return {};
    if (!config->is_object())
        return fail(badField("generationConfig", "must be an object"));
    Settings settings(*config);
    settings.number("temperature", request.temperature);
    settings.number("topP", request.topP);
    settings.whole("topK", request.topK);
    std::optional<std::int64_t> candidates;
    settings.whole("candidateCount", candidates);
    settings.whole("maxOutputTokens", request.maxTokens);
    settings.whole("seed", request.seed, true);
    settings.number("presencePenalty", request.presencePenalty);
    settings.number("frequencyPenalty", request.frequencyPenalty);
    settings.whole("logprobs", request.topLogprobs);
    if (auto read = settings.result(); !read)
        return read;
    if (candidates.value_or(1) > 1)
        return refused("generationConfig.candidateCount",
                       "one candidate alone can be had from a provider of another format");
    if (const auto logprobs = find(*config, "responseLogprobs"); logprobs && logprobs->is_bool())
        request.logprobs = logprobs->get_bool().value_unsafe();
    if (auto stops = readStops(*config, request); !stops)
        return stops;
    if (auto modalities = checkModalities(*config); !modalities)
        return modalities;
    readFormat(*config, request);
    readThinking(*config, request);
    noteUnknown(*config, request);
    return {};
}

} // namespace pm::gemini
