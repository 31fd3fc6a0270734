// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fact_names.h"

#include <algorithm>
#include <array>

namespace pm::test {

namespace {

struct NameRow
{
    std::string_view what; ///< how the statement begins
    std::string_view name; ///< what the loss has in it
};

// clang-format off
constexpr std::array kNames{
    NameRow{"cache mark",          "cache_control"},
    NameRow{"thinking budget",     "reasoning"},
    NameRow{"thinking",            "reasoning of another"},
    NameRow{"thinking",            "thinking"},
    NameRow{"redacted thinking",   "reasoning of another"},
    NameRow{"redacted thinking",   "thinking"},
    NameRow{"signature of call",   "reasoning of another"},
    NameRow{"signature of call",   "thinking signature"},
    NameRow{"reasoning",           "reasoning"},
    NameRow{"reasoning",           "thinking"},
    NameRow{"effort",              "effort"},
    NameRow{"effort",              "reasoning"},
    NameRow{"strict",              "strict"},
    NameRow{"name of",             "name"},
    NameRow{"image detail",        "detail"},
    NameRow{"document title",      "title"},
    NameRow{"assistant image",     "picture"},
    NameRow{"assistant document",  "picture"},
    NameRow{"system text",         "system"},
    NameRow{"role",                "system"},
    NameRow{"temperature",         "temperature"},
    NameRow{"top_p",               "top_p"},
    NameRow{"top_k",               "top_k"},
    NameRow{"seed",                "seed"},
    NameRow{"stop",                "stop"},
    NameRow{"max tokens",          "max_tokens"},
    NameRow{"presence penalty",    "presence_penalty"},
    NameRow{"frequency penalty",   "frequency_penalty"},
    NameRow{"logit bias",          "logit_bias"},
    NameRow{"logprobs",            "logprobs"},
    NameRow{"top logprobs",        "logprobs"},
    NameRow{"tool choice",         "tool_choice"},
    NameRow{"parallel calls",      "parallel_tool_calls"},
    NameRow{"free text",           "tools:"},
    NameRow{"grammar",             "grammar"},
    NameRow{"answer",              "response_format"},
    NameRow{"verbosity",           "verbosity"},
    NameRow{"user",                "user"},
    NameRow{"service tier",        "service_tier"},
    NameRow{"prompt cache key",    "prompt_cache_key"},
    NameRow{"metadata",            "metadata"},
    NameRow{"tool",                "tool"},
    NameRow{"description of",      "tool_choice"},
    NameRow{"schema of",           "tool_choice"},
    NameRow{"strict",              "tool_choice"},
};
// clang-format on

} // namespace

bool isNamed(const Fact &fact, const Losses &losses)
{
    if (fact.what == "field that is not read")
        return std::find(losses.begin(), losses.end(), fact.value) != losses.end();
    return std::any_of(kNames.begin(), kNames.end(), [&](const NameRow &row) {
        const auto speaksOf = [&](const std::string &loss) { return loss.find(row.name) != std::string::npos; };
        return fact.what.starts_with(row.what) && std::any_of(losses.begin(), losses.end(), speaksOf);
    });
}

} // namespace pm::test
