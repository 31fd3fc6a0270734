// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/claude_thinking.h"

#include "dialects/shared/names.h"

#include <algorithm>
#include <array>

namespace pm::shared {

namespace {

constexpr std::int64_t kLeastBudget = 1024;      // the API's own
constexpr std::int64_t kDefaultMaxTokens = 4096; // of a model that the catalogue does not know
constexpr std::int64_t kSensibleMaxTokens = 32'000;
constexpr std::int64_t kRoomForAnswer = 4096;

struct EffortRow
{
    std::string_view name;
    std::string_view effort; ///< Anthropic's word
    std::int64_t budget;     ///< for models that take a budget only
};

// clang-format off
constexpr std::array kEfforts{
    EffortRow{"minimal", "low",    1024},
    EffortRow{"low",     "low",    2048},
    EffortRow{"medium",  "medium", 8192},
    EffortRow{"high",    "high",   16384},
    EffortRow{"xhigh",   "xhigh",  32768},
    EffortRow{"max",     "max",    49152},
};
// clang-format on

/// Unknown and empty words read as high, the API's own default.
const EffortRow &effortRow(std::string_view name)
{
    const auto found = std::find_if(kEfforts.begin(), kEfforts.end(),
                                    [&](const EffortRow &row) { return row.name == name; });
    return found == kEfforts.end() ? kEfforts[3] : *found;
}

std::string_view effortOfBudget(std::int64_t budget)
{
    if (budget <= 2048)
        return "low";
    return budget <= 8192 ? "medium" : "high";
}

bool forcesCall(const ChatRequest &request)
{
    return request.toolChoice && (request.toolChoice->mode == ToolChoice::Mode::Required ||
                                  request.toolChoice->mode == ToolChoice::Mode::Named);
}

std::int64_t maxTokensOf(const ChatRequest &request, const TargetTraits &target, Losses &losses)
{
    if (!request.maxTokens)
        return target.maxOutputTokens > 0 ? std::min(target.maxOutputTokens, kSensibleMaxTokens)
                                          : kDefaultMaxTokens;
    if (target.maxOutputTokens > 0 && *request.maxTokens > target.maxOutputTokens) {
        note(losses, "max_tokens: " + std::to_string(*request.maxTokens) + " lowered to the model's " +
                         std::to_string(target.maxOutputTokens));
        return target.maxOutputTokens;
    }
    return *request.maxTokens;
}

/// Makes room: more tokens where the client set no limit, a smaller budget where it did. Too little room for
/// the least budget turns thinking off.
void fitBudget(Thinking &thinking, bool mayGrow, std::int64_t modelMost, Losses &losses)
{
    thinking.budget = std::max(thinking.budget, kLeastBudget);
    if (mayGrow) {
        const std::int64_t wanted = std::max(thinking.maxTokens, thinking.budget + kRoomForAnswer);
        thinking.maxTokens = modelMost > 0 ? std::min(wanted, modelMost) : wanted;
    }
    if (thinking.budget < thinking.maxTokens)
        return;
    thinking.budget = thinking.maxTokens - std::min(kRoomForAnswer, thinking.maxTokens / 2);
    if (thinking.budget < kLeastBudget) {
        thinking.mode = Thinking::Mode::Off;
        note(losses, "reasoning: no room under max_tokens");
    } else {
        note(losses, "reasoning: budget lowered to " + std::to_string(thinking.budget));
    }
}

/// The wish alone, before what forbids it.
Thinking wish(const Reasoning &asked, const TargetTraits &target)
{
    Thinking thinking;
    const bool isOff = asked.mode == Reasoning::Mode::Off || asked.effort == "none";
    if (!asked.effort.empty() && asked.effort != "none" && target.adaptiveThinking)
        thinking.effort = effortRow(asked.effort).effort;
    if (isOff)
        thinking.mode = Thinking::Mode::Off;
    else if (asked.mode == Reasoning::Mode::Unset)
        thinking.mode = Thinking::Mode::Unset;
    else
        thinking.mode = target.adaptiveThinking ? Thinking::Mode::Adaptive : Thinking::Mode::Budget;
    if (thinking.mode == Thinking::Mode::Budget)
        thinking.budget = asked.budgetTokens.value_or(effortRow(asked.effort).budget);
    return thinking;
}

} // namespace

Thinking decideThinking(const ChatRequest &request, const TargetTraits &target, bool loopLacksThinking,
                        Losses &losses)
{
    const Reasoning &asked = request.reasoning;
    Thinking thinking = wish(asked, target);
    thinking.maxTokens = maxTokensOf(request, target, losses);
    if (thinking.mode == Thinking::Mode::Adaptive && asked.mode == Reasoning::Mode::Budget) {
        if (thinking.effort.empty())
            thinking.effort = effortOfBudget(asked.budgetTokens.value_or(0));
        note(losses, "reasoning: budget of " + std::to_string(asked.budgetTokens.value_or(0)) +
                         " tokens given as effort " + thinking.effort);
    }
    const bool isEffortAlone = asked.mode == Reasoning::Mode::Unset || asked.mode == Reasoning::Mode::Off;
    if (isEffortAlone && !asked.effort.empty() && asked.effort != "none" && !target.adaptiveThinking)
        note(losses, "effort");
    if (thinking.isOn() && forcesCall(request)) {
        note(losses, "reasoning: off, because tool_choice forces a call");
        thinking.mode = Thinking::Mode::Off;
    }
    if (thinking.isOn() && loopLacksThinking) {
        note(losses, "reasoning: off, because the open tool loop began without it");
        thinking.mode = Thinking::Mode::Off;
    }
    if (thinking.mode == Thinking::Mode::Budget)
        fitBudget(thinking, !request.maxTokens, target.maxOutputTokens, losses);
    return thinking;
}

} // namespace pm::shared
