// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/loss_rules.h"

#include <array>

namespace pm {

namespace {

using Rule = LossRule;
using Where = LossRule::Where;

/// THE TABLE: the first row that fits holds. A row of one word fits that word alone or with a remark behind it
/// ("stop: 4 of 6"), others fit whatever begins so.
constexpr std::array kRules{
    Rule{"a user turn put first", Where::Nowhere, {}},
    Rule{"blocks in a message of the wrong role", Where::Nowhere, {}},
    Rule{"tool call without a result", Where::Nowhere, {}},
    Rule{"tool result without its call", Where::Nowhere, {}},
    Rule{"picture or document in an assistant message", Where::Nowhere, {}},
    Rule{"messages: an assistant turn put between", Where::Nowhere, {}},
    Rule{"tools: those of the history declared", Where::Nowhere, {}},
    Rule{"input_type: ", Where::Nowhere, {}},
    Rule{"reasoning of another provider", Where::History, {}},
    Rule{"thinking signature", Where::Content, "signature thoughtSignature encrypted_content reasoning_details"},
    Rule{"thinking.display", Where::Setting, "display summary"},
    Rule{"thinking: ", Where::Setting, "thinking reasoning_effort reasoning think thinkingConfig"},
    Rule{"thinking", Where::History, {}},
    Rule{"system message moved", Where::LateSystem, {}},
    Rule{"system message: ", Where::System, {}},
    Rule{"system", Where::System, {}},
    Rule{"tool name ", Where::ToolNames, {}},
    Rule{"messages: name", Where::Speakers, {}},
    Rule{"name", Where::Speakers, {}},
    Rule{"tools: grammar in words", Where::Content, "grammar syntax"},
    Rule{"text citations", Where::Content, "citations"},
    Rule{"document citations", Where::Content, "citations"},
    Rule{"document context", Where::Content, "context"},
    Rule{"document title", Where::Content, "title filename displayName document"},
    Rule{"image detail", Where::Content, "detail"},
    Rule{"reasoning.summary", Where::Setting, "summary display"},
    Rule{"cache_control", Where::Content, "cache_control cachePoint prompt_cache_breakpoint"},
    Rule{"max_tokens", Where::Setting, "max_tokens max_completion_tokens max_output_tokens num_predict"},
    Rule{"stop", Where::Setting, "stop stop_sequences"},
    Rule{"n", Where::Setting, "n candidateCount"},
    Rule{"logprobs", Where::Setting, "logprobs responseLogprobs"},
    Rule{"top_logprobs", Where::Setting, "top_logprobs logprobs"},
    Rule{"reasoning", Where::Setting,
         "reasoning_effort reasoning thinking think effort thinkingConfig enable_thinking"},
    Rule{"reasoning_effort", Where::Setting, "reasoning_effort reasoning thinking think effort thinkingConfig"},
    Rule{"effort", Where::Setting, "reasoning_effort effort reasoning think thinkingConfig"},
    Rule{"response_format", Where::Setting,
         "response_format format output_format responseSchema responseJsonSchema responseMimeType"},
    Rule{"user", Where::Setting, "user safety_identifier user_id"},
    Rule{"parallel_tool_calls", Where::Setting, "parallel_tool_calls disable_parallel_tool_use"},
    Rule{"tool_choice", Where::Setting, "tool_choice toolConfig function_call"},
    Rule{"metadata", Where::Setting, "metadata requestMetadata"},
};

bool fits(const Rule &rule, std::string_view loss)
{
    if (!loss.starts_with(rule.loss))
        return false;
    const bool isOneWord = rule.loss.find(' ') == std::string_view::npos;
    return !isOneWord || loss.size() == rule.loss.size() || loss[rule.loss.size()] == ':';
}

} // namespace

const LossRule *lossRule(std::string_view loss)
{
    for (const Rule &rule : kRules) {
        if (fits(rule, loss))
            return &rule;
    }
    return nullptr;
}

} // namespace pm
