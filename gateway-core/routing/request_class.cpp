// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/request_class.h"

#include "base/text.h"
#include "routing/plan.h"
#include "routing/request_fields.h"

#include <algorithm>
#include <array>

namespace pm::routing {

namespace {

/// From here on a prompt is called long; claude-code-router's default for its longContext rule.
constexpr std::int64_t kLongContext = 60'000;
/// What coding agents send beside the work is short and asks for little: titles, summaries, "is this a new topic?".
constexpr std::int64_t kBackgroundTokens = 2'000;
constexpr std::int64_t kBackgroundAnswer = 1'024;
constexpr std::size_t kLooksInto = 4096; ///< bytes of the prompt

std::string_view start(const RequestNeeds &needs)
{
    return std::string_view(needs.prompt).substr(0, kLooksInto);
}

bool containsAny(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

/// Signs of source text, not words about it: "write a poem about a function" is no code.
bool isCode(const RequestNeeds &needs)
{
    const std::string_view text = start(needs);
    if (containsAny(text, {"```", "#include", "def __", "});", "();", "\nimport ", "\nfrom ", "public static ", "Traceback (most",
                           "\n+++ b/", "\ndiff --git", "SELECT * FROM", "console.log(", "std::", "fn main("}))
        return true;
    constexpr std::string_view kSigns = "{};=<>()[]";
    const auto signs = std::count_if(text.begin(), text.end(), [&](char c) { return kSigns.find(c) != kSigns.npos; });
    return text.size() >= 200 && signs * 20 > static_cast<std::ptrdiff_t>(text.size());
}

bool isTitle(const RequestNeeds &needs)
{
    const std::string text = lowerAscii(start(needs));
    return !needs.tools && needs.inputTokens < kBackgroundTokens
           && containsAny(text, {"title for", "generate a title", "concise title", "short title", "isnewtopic", "new conversation topic",
                                 "summarize this conversation", "summarize this coding conversation", "commit message"});
}

bool isBackground(const RequestNeeds &needs)
{
    const std::string model = lowerAscii(needs.model);
    const bool isSmallModel = containsAny(model, {"haiku", "-mini", "-nano", "flash-lite", "small"});
    const bool isSmallAsk = needs.maxTokens > 0 && needs.maxTokens <= kBackgroundAnswer;
    return isTitle(needs)
           || (!needs.tools && needs.inputTokens < kBackgroundTokens && (isSmallModel || isSmallAsk));
}

} // namespace

const std::vector<RequestClass> &requestClasses()
{
    // THE TABLE, in the order in which `request.class` looks.
    static const std::vector<RequestClass> table{
        {"embeddings", "an embedding is asked for", true,
         [](const RequestNeeds &n) { return n.endpoint == config::EndpointType::Embeddings; }},
        {"image", "a picture is in the conversation", true, [](const RequestNeeds &n) { return n.images; }},
        {"audio", "sound is in the conversation", true, [](const RequestNeeds &n) { return n.audio; }},
        {"documents", "a PDF or another document is in the conversation", true,
         [](const RequestNeeds &n) { return n.documents; }},
        {"long-context", "the prompt is estimated at 60000 tokens or more", true,
         [](const RequestNeeds &n) { return n.inputTokens >= kLongContext; }},
        {"web-search", "a tool of the provider's for searching the web is offered", true,
         [](const RequestNeeds &n) { return n.fields && n.fields->value("request.searches-web") == "true"; }},
        {"title", "asks for a title, a topic, a summary or a commit message, without tools", false, isTitle},
        {"background",
         "a title and the like; or a prompt below 2000 tokens without tools that asks for a small model or for at most "
         "1024 tokens of answer",
         false, isBackground},
        {"reasoning", "thinking is asked for", true, [](const RequestNeeds &n) { return n.reasoning; }},
        {"code", "signs of source text in the first 4 KiB of the last turn and the system prompt", false, isCode},
        {"json-schema", "the answer must follow a JSON schema", true, [](const RequestNeeds &n) { return n.jsonSchema; }},
        {"tools", "tools are offered or were used", true, [](const RequestNeeds &n) { return n.tools; }},
        {"chat", "everything else", false, [](const RequestNeeds &) { return true; }},
    };
    return table;
}

const RequestClass *findRequestClass(std::string_view name)
{
    for (const RequestClass &row : requestClasses()) {
        if (row.name == name)
            return &row;
    }
    return nullptr;
}

std::string_view primaryClass(const RequestNeeds &needs)
{
    const auto &table = requestClasses();
    const auto found = std::find_if(table.begin(), table.end(), [&](const RequestClass &row) { return row.holds(needs); });
    return found->name;
}

} // namespace pm::routing
