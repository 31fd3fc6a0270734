// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// What the strategy `complexity` looks at in a request: a few figures that can be named, and its words and
// pairs of words by hash. Plain functions, any thread; linear in kLooksInto bytes.
namespace pm::routing {

struct RequestNeeds;

/// What is known of a request when it is scored. Serving and training fill it alike.
struct PromptFacts
{
    std::string_view prompt;      ///< last user turn and system prompt, capped
    bool tools = false;           ///< offered, or used before
    bool media = false;           ///< pictures, sound or documents
    std::int64_t inputTokens = 0; ///< of the whole conversation, estimated
};
PromptFacts factsOf(const RequestNeeds &needs);

constexpr std::size_t kScoredBytes = 4096; ///< of the prompt; what comes after counts for its length only
constexpr unsigned kGramBits = 14;         ///< words and pairs fall into 2^14 buckets
constexpr std::size_t kHandFeatures = 15;  ///< rows of handFeatures()

/// A figure of the prompt, brought to 0..1.
struct HandFeature
{
    std::string_view name;  ///< in model files
    std::string_view sense; ///< for help pages: exactly what is counted
};
/// THE TABLE of figures, in the order of PromptFeatures::hand.
const std::array<HandFeature, kHandFeatures> &handFeatures();

struct PromptFeatures
{
    std::array<float, kHandFeatures> hand{};
    std::vector<std::uint16_t>
        grams; ///< buckets of words and pairs as they come; one that comes twice counts twice
};
PromptFeatures featuresOf(const PromptFacts &facts);

/// The strategy's judgement without a model: a point for each that holds.
struct RulePoints
{
    bool isLong = false;  ///< 1500 bytes or more
    bool hasCode = false; ///< "```", or source signs are 5 % of 200 bytes or more
    bool asksWork =
        false; ///< three words or more that ask for work or reasoning ("prove", "refactor", "why")
    bool hasSteps = false; ///< three list items or more, or three question marks or more
    int sum() const { return int(isLong) + int(hasCode) + int(asksWork) + int(hasSteps); }
};
constexpr int kRulePoints = 4;
constexpr int kStrongFrom = 2; ///< points
RulePoints rulePoints(const PromptFacts &facts);

/// The words that count for `asksWork`, for the help page.
std::span<const std::string_view> workWords();
std::span<const std::string_view> reasoningWords();

} // namespace pm::routing
