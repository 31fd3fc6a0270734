// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/catalogue.h"

#include <algorithm>
#include <cctype>

// What a dialect's writer must know of a model. The catalogue decides where it knows the model; names decide
// for models that are newer than the catalogue, because a field too many is a 400.
namespace pm {

namespace {

/// "claude-opus-4-7" -> 47, "claude-3-5-sonnet-20241022" -> 35, "claude-sonnet-5" -> 50; 0 for other names.
int claudeVersion(std::string_view model)
{
    const std::size_t start = model.find("claude");
    if (start == std::string_view::npos)
        return 0;
    int numbers[2] = {0, 0};
    std::size_t found = 0;
    for (std::size_t i = start; i < model.size() && found < 2;) {
        if (!std::isdigit(static_cast<unsigned char>(model[i]))) {
            ++i;
            continue;
        }
        const std::size_t first = i;
        while (i < model.size() && std::isdigit(static_cast<unsigned char>(model[i])))
            ++i;
        if (i - first > 2)
            break; // a date
        numbers[found++] = std::stoi(std::string(model.substr(first, i - first)));
    }
    return numbers[0] * 10 + std::min(numbers[1], 9);
}

/// o1, o3-mini, gpt-5 and what follows them, also behind a vendor prefix; not the chat variants.
bool isOpenAiReasoning(std::string_view model, const Model *known)
{
    model = model.substr(model.rfind('/') + 1);
    const auto digitAt = [model](std::size_t i) {
        return i < model.size() && model[i] >= '0' && model[i] <= '9';
    };
    const bool isSeriesO = model.starts_with("o") && digitAt(1);
    const bool isGpt5 = model.starts_with("gpt-") && digitAt(4) && (model[4] >= '5' || digitAt(5));
    if (!isSeriesO && !isGpt5)
        return false;
    return known ? known->reasoning : model.find("-chat") == std::string_view::npos;
}

/// "gemini-2.5-pro" -> 25, "gemini-3-pro-preview" -> 30; 0 for other names ("gemini-flash-latest").
int geminiVersion(std::string_view model)
{
    constexpr std::string_view kName = "gemini-";
    const std::size_t at = model.find(kName);
    const auto digit = [model](std::size_t i) {
        return i < model.size() && std::isdigit(static_cast<unsigned char>(model[i])) ? model[i] - '0' : -1;
    };
    if (at == std::string_view::npos || digit(at + kName.size()) < 0)
        return 0;
    const std::size_t major = at + kName.size();
    const bool hasMinor = major + 1 < model.size() && model[major + 1] == '.' && digit(major + 2) >= 0;
    return digit(major) * 10 + (hasMinor ? digit(major + 2) : 0);
}

void describeGemini(TargetTraits &traits, std::string_view model, AuthKind auth)
{
    traits.geminiVersion = geminiVersion(model);
    // Pro models always think; the others can be told not to.
    traits.leastThinking = model.find("pro") != std::string_view::npos ? 128 : 0;
    traits.toolJsonSchema = auth != AuthKind::GoogleCloud && (traits.geminiVersion == 0 || traits.geminiVersion >= 20);
}

constexpr int kStructuredSince = 45; // output_config.format
constexpr int kAdaptiveSince = 46;   // thinking adaptive, output_config.effort
constexpr int kNoSamplingSince = 47; // temperature, top_p, top_k are refused

bool samplingAllowed(std::string_view model, const Model *known)
{
    if (known)
        return known->temperature;
    return claudeVersion(model) < kNoSamplingSince && !isOpenAiReasoning(model, known);
}

} // namespace

TargetTraits targetTraits(const Provider &provider, DialectId format, std::string_view model, const Model *known)
{
    const Quirks &quirks = provider.quirks;
    TargetTraits traits;
    traits.provider = provider.name;
    traits.family = provider.family;
    traits.model = model;
    traits.maxOutputTokens = known ? known->maxOutput : 0;
    traits.contextTokens = known ? known->context : 0;
    traits.maxCompletionTokens = !quirks.maxTokensOnly;
    traits.developerRole = quirks.developerRole && isOpenAiReasoning(model, known);
    traits.streamUsage = !quirks.noStreamOptions;
    traits.reasoningEffort = !quirks.noReasoningEffort && (!known || known->reasoning);
    traits.echoReasoning = quirks.echoReasoning;
    traits.samplingAllowed = samplingAllowed(model, known);
    traits.structuredOutput = !quirks.noStructuredOutput && (!known || known->structuredOutput);
    if (format == DialectId::AnthropicMessages) {
        traits.adaptiveThinking = claudeVersion(model) >= kAdaptiveSince;
        traits.structuredOutput = claudeVersion(model) >= kStructuredSince;
    }
    // Unasked, its reasoning models reason; asked, all others answer 400.
    if (format == DialectId::Ollama)
        traits.reasoningEffort = known ? known->reasoning : model.find("gpt-oss") != std::string_view::npos;
    if (format == DialectId::Gemini)
        describeGemini(traits, model, provider.auth);
    traits.mediaUrls = format != DialectId::Gemini && format != DialectId::Ollama && format != DialectId::Bedrock;
    traits.emptyToolProperties = quirks.emptyToolProperties;
    traits.toolChoiceRequiredIsAny = quirks.requiredIsAny;
    traits.parallelToolCallsField = !quirks.noParallelToolCallsField;
    traits.toolContentParts = !quirks.noToolContentParts;
    traits.strictFields = quirks.strictFields;
    traits.customTools = quirks.customTools;
    traits.deviations = quirks.deviations;
    if (provider.name == "xai" && known && known->reasoning) // its reasoning models refuse what others take
        traits.deviations.noPenalties = traits.deviations.noStop = true;
    if (provider.auth == AuthKind::Aws) {
        const bool isClaude = claudeVersion(model) > 0;
        traits.family = isClaude ? "anthropic" : "";
        traits.adaptiveThinking = claudeVersion(model) >= kAdaptiveSince;
        traits.structuredOutput = claudeVersion(model) >= kStructuredSince;
        traits.reasoningEffort = isClaude;
    }
    return traits;
}

} // namespace pm
