// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/answer_texts.h"

#include <algorithm>
#include <charconv>

namespace pm::policy {

namespace {

long numberAt(std::string_view json, const JsonValue &value)
{
    long number = 0;
    std::from_chars(json.data() + value.begin, json.data() + value.end, number);
    return number;
}

std::string_view textAt(std::string_view json, const JsonValue &value)
{
    return value.kind == '"' && value.end >= value.begin + 2
               ? json.substr(value.begin + 1, value.end - value.begin - 2)
               : std::string_view();
}

AnswerText piece(Voice voice, const std::string &group, const std::string &rest)
{
    return {voice, group + "/" + rest};
}

// OpenAI's chat and completions.

EventFacts choiceFacts(std::string_view json)
{
    EventFacts facts;
    std::vector<std::size_t> ended;
    visitValues(json, [&](const JsonPath &path, const JsonValue &value) {
        if (path.key(0) != "choices" || path.size() < 3)
            return;
        if (path.size() == 3 && path.key(2) == "index")
            facts.choices.emplace_back(path.index(1), numberAt(json, value));
        if (path.size() == 3 && path.key(2) == "finish_reason" && value.kind == '"')
            ended.push_back(path.index(1));
        if (path.size() == 6 && path.key(3) == "tool_calls" && path.key(5) == "index")
            facts.tools.push_back(
                {static_cast<long>(path.index(1)), static_cast<long>(path.index(4)), numberAt(json, value)});
    });
    for (const std::size_t place : ended)
        facts.endedGroups.push_back(std::to_string(facts.choice(place)));
    facts.endsAnswer = !ended.empty();
    return facts;
}

/// choices[i].delta.… and choices[i].message.…
AnswerText messageText(const JsonPath &path, const EventFacts &facts)
{
    const std::string_view field = path.key(3);
    const std::string_view name = path.name();
    const std::string group = std::to_string(facts.choice(path.index(1)));
    if (field == "content" && path.size() == 4)
        return piece(Voice::Speech, group, "content");
    if (field == "content" && name == "text") // parts, thinking ones within others
        return piece(path.passes("thinking") ? Voice::Thought : Voice::Speech, group,
                     path.passes("thinking") ? "thinking" : "content");
    if ((field == "reasoning_content" || field == "reasoning" || field == "thinking") && path.size() == 4)
        return piece(Voice::Thought, group, std::string(field));
    if (field == "reasoning_details" && (name == "text" || name == "summary"))
        return piece(Voice::Thought, group, "details");
    if (field == "refusal" || (field == "audio" && name == "transcript"))
        return piece(Voice::Speech, group, std::string(field));
    if (field == "function_call")
        return name == "arguments" ? piece(Voice::Arguments, group, "call")
                                   : AnswerText{name == "name" ? Voice::Tool : Voice::None};
    if (field != "tool_calls" || path.size() != 7)
        return {};
    const std::string call = "call" + std::to_string(facts.tool(path.index(1), path.index(4)));
    if (name == "arguments")
        return piece(Voice::Arguments, group, call);
    if (name == "input")
        return piece(Voice::Other, group, call);
    return {name == "name" ? Voice::Tool : Voice::None};
}

AnswerText chatEvent(const JsonPath &path, const EventFacts &facts)
{
    const bool isDelta = path.key(0) == "choices" && path.key(2) == "delta";
    return isDelta ? messageText(path, facts) : AnswerText{};
}

AnswerText chatBody(const JsonPath &path, const EventFacts &facts)
{
    if (path.key(0) != "choices" || path.key(2) != "message")
        return {};
    return {messageText(path, facts).voice};
}

AnswerText completionEvent(const JsonPath &path, const EventFacts &facts)
{
    const bool isText = path.key(0) == "choices" && path.size() == 3 && path.key(2) == "text";
    return isText ? piece(Voice::Speech, std::to_string(facts.choice(path.index(1))), "text") : AnswerText{};
}

AnswerText completionBody(const JsonPath &path, const EventFacts &facts)
{
    return {completionEvent(path, facts).voice};
}

// Anthropic.

EventFacts anthropicFacts(std::string_view json)
{
    EventFacts facts;
    visitValues(json, [&](const JsonPath &path, const JsonValue &value) {
        if (path.size() == 1 && path.key(0) == "type")
            facts.type = textAt(json, value);
        else if (path.size() == 1 && path.key(0) == "index")
            facts.index = numberAt(json, value);
        else if (path.size() == 2 && path.key(0) == "content_block" && path.key(1) == "type")
            facts.blockType = textAt(json, value);
    });
    if (facts.type == "content_block_stop")
        facts.endedGroups.push_back(std::to_string(facts.index));
    facts.endsAll = facts.type == "message_delta" || facts.type == "message_stop" || facts.type == "error";
    facts.endsAnswer = facts.type == "message_delta" || facts.type == "message_stop";
    return facts;
}

AnswerText anthropicEvent(const JsonPath &path, const EventFacts &facts)
{
    const std::string group = std::to_string(facts.index);
    const bool isStart = path.key(0) == "content_block";
    if (!isStart && path.key(0) != "delta")
        return {};
    const std::string_view field = path.key(1);
    if (isStart && path.passes("input", 1))
        return {Voice::Other};
    if (isStart && field == "name" && path.size() == 2)
        return {facts.blockType.ends_with("tool_use") ? Voice::Tool : Voice::None};
    if (path.name() == "cited_text")
        return {Voice::Other};
    if (path.size() != 2)
        return {};
    if (field == "text")
        return piece(Voice::Speech, group, "text");
    if (field == "thinking")
        return piece(Voice::Thought, group, "thinking");
    return field == "partial_json" ? piece(Voice::Arguments, group, "json") : AnswerText{};
}

AnswerText anthropicBody(const JsonPath &path, const EventFacts &)
{
    if (path.key(0) != "content" || path.size() < 3)
        return {};
    const std::string_view field = path.key(2);
    if (field == "input" || path.name() == "cited_text")
        return {Voice::Other};
    if (path.size() != 3)
        return {};
    return {field == "text"       ? Voice::Speech
            : field == "thinking" ? Voice::Thought
            : field == "name"     ? Voice::Tool
                                  : Voice::None};
}

// Gemini.

EventFacts geminiFacts(std::string_view json)
{
    EventFacts facts;
    visitValues(json, [&](const JsonPath &path, const JsonValue &value) {
        if (path.key(0) != "candidates")
            return;
        if (path.size() == 3 && path.key(2) == "index")
            facts.choices.emplace_back(path.index(1), numberAt(json, value));
        if (path.size() == 3 && path.key(2) == "finishReason" && value.kind == '"')
            facts.endsAll = facts.endsAnswer = true;
        if (path.size() == 6 && path.key(5) == "thought" && json[value.begin] == 't')
            facts.thoughts.emplace(path.index(1), path.index(4));
    });
    return facts;
}

AnswerText geminiEvent(const JsonPath &path, const EventFacts &facts)
{
    if (path.key(0) != "candidates" || path.key(3) != "parts" || path.size() < 6)
        return {};
    const std::string_view field = path.key(5);
    if (field == "text" && path.size() == 6) {
        const bool isThought = facts.thoughts.count({path.index(1), path.index(4)}) > 0;
        return piece(isThought ? Voice::Thought : Voice::Speech, std::to_string(facts.choice(path.index(1))),
                     isThought ? "thought" : "text");
    }
    if (field == "functionCall" && path.key(6) == "name" && path.size() == 7)
        return {Voice::Tool};
    const bool isOther = (field == "functionCall" && path.key(6) == "args") ||
                         (field == "executableCode" && path.key(6) == "code") ||
                         (field == "codeExecutionResult" && path.key(6) == "output");
    return {isOther ? Voice::Other : Voice::None};
}

AnswerText geminiBody(const JsonPath &path, const EventFacts &facts)
{
    return {geminiEvent(path, facts).voice};
}

// Ollama.

EventFacts ollamaFacts(std::string_view json)
{
    EventFacts facts;
    visitValues(json, [&](const JsonPath &path, const JsonValue &value) {
        if (path.size() == 1 && path.key(0) == "done" && json[value.begin] == 't')
            facts.endsAll = facts.endsAnswer = true;
    });
    return facts;
}

AnswerText ollamaEvent(const JsonPath &path, const EventFacts &)
{
    const std::string_view field = path.key(0) == "message" ? path.key(1) : path.key(0);
    const std::size_t depth = path.key(0) == "message" ? 2 : 1;
    if ((field == "content" && depth == 2 && path.size() == 2) || (field == "response" && path.size() == 1))
        return piece(Voice::Speech, "0", "text");
    if (field == "thinking" && path.size() == depth)
        return piece(Voice::Thought, "0", "thinking");
    if (field != "tool_calls" || path.key(depth + 1) != "function")
        return {};
    if (path.key(depth + 2) == "name" && path.size() == depth + 3)
        return {Voice::Tool};
    return {path.key(depth + 2) == "arguments" ? Voice::Other : Voice::None};
}

AnswerText ollamaBody(const JsonPath &path, const EventFacts &facts)
{
    return {ollamaEvent(path, facts).voice};
}

// OpenAI's Responses.

std::string responseChannel(std::string_view what, const EventFacts &facts)
{
    return std::to_string(facts.output) + "/" + std::string(what) + std::to_string(facts.content) + "." +
           std::to_string(facts.summary);
}

EventFacts responseFacts(std::string_view json)
{
    EventFacts facts;
    visitValues(json, [&](const JsonPath &path, const JsonValue &value) {
        const bool isRoot = path.size() == 1;
        const std::size_t base = path.key(0) == "response" ? 1 : 0;
        if (isRoot && path.key(0) == "type")
            facts.type = textAt(json, value);
        else if (isRoot && path.key(0) == "output_index")
            facts.output = numberAt(json, value);
        else if (isRoot && path.key(0) == "content_index")
            facts.content = numberAt(json, value);
        else if (isRoot && path.key(0) == "summary_index")
            facts.summary = numberAt(json, value);
        else if (isRoot && path.key(0) == "sequence_number")
            facts.sequence = {value.begin, value.end};
        else if (path.key(base) == "output" && path.size() == base + 3 && path.key(base + 2) == "type" &&
                 textAt(json, value) == "reasoning")
            facts.reasoning.insert(path.index(base + 1));
        else if (path.size() == 2 && path.key(0) == "item" && path.key(1) == "type")
            facts.isReasoningItem = textAt(json, value) == "reasoning";
    });
    constexpr std::string_view kDone = ".done";
    if (facts.type.ends_with(kDone))
        facts.endedChannels.push_back(
            responseChannel(facts.type.substr(0, facts.type.size() - kDone.size()), facts));
    if (facts.type == "response.output_item.done")
        facts.endedGroups.push_back(std::to_string(facts.output));
    facts.endsAnswer = facts.type == "response.completed" || facts.type == "response.incomplete";
    facts.endsAll = facts.endsAnswer || facts.type == "response.failed" || facts.type == "error";
    return facts;
}

/// An item of the output, whose members begin at `base`.
AnswerText itemText(const JsonPath &path, std::size_t base, bool isReasoning)
{
    const std::string_view field = path.key(base);
    const std::string_view name = path.name();
    if ((field == "content" || field == "summary") && (name == "text" || name == "refusal"))
        return {isReasoning ? Voice::Thought : Voice::Speech};
    if (path.size() != base + 1)
        return {};
    return {field == "arguments"                  ? Voice::Arguments
            : field == "input" || field == "code" ? Voice::Other
            : field == "name"                     ? Voice::Tool
                                                  : Voice::None};
}

AnswerText responseBodyAt(const JsonPath &path, const EventFacts &facts, std::size_t base)
{
    if (path.key(base) == "output" && path.size() > base + 2)
        return itemText(path, base + 2, facts.reasoning.count(path.index(base + 1)) > 0);
    return {path.key(base) == "instructions" ? Voice::Echo : Voice::None};
}

AnswerText responseEvent(const JsonPath &path, const EventFacts &facts)
{
    const std::string_view root = path.key(0);
    constexpr std::string_view kDelta = ".delta";
    if (root == "delta" && path.size() == 1 && facts.type.ends_with(kDelta)) {
        const std::string_view what = facts.type.substr(0, facts.type.size() - kDelta.size());
        const Voice voice = what.ends_with("_arguments")                           ? Voice::Arguments
                            : what.find("reasoning") != std::string_view::npos     ? Voice::Thought
                            : what.ends_with("_text") || what.ends_with("refusal") ? Voice::Speech
                                                                                   : Voice::Other;
        const bool isText = voice != Voice::Other || what.ends_with("_input") || what.ends_with("_code") ||
                            what.ends_with("transcript");
        return isText ? AnswerText{voice, responseChannel(what, facts)} : AnswerText{};
    }
    if (root == "response")
        return responseBodyAt(path, facts, 1);
    if (root == "item")
        return itemText(path, 1, facts.isReasoningItem);
    if (root == "part" && path.size() == 2)
        return {path.key(1) == "text" || path.key(1) == "refusal" ? Voice::Speech : Voice::None};
    if (path.size() != 1 || !facts.type.ends_with(".done"))
        return {};
    return {root == "arguments"                                                        ? Voice::Arguments
            : root == "text" || root == "refusal" || root == "input" || root == "code" ? Voice::Other
                                                                                       : Voice::None};
}

AnswerText responseBody(const JsonPath &path, const EventFacts &facts)
{
    return responseBodyAt(path, facts, 0);
}

constexpr AnswerGrammar kChat{choiceFacts, chatEvent, chatBody};
constexpr AnswerGrammar kCompletions{choiceFacts, completionEvent, completionBody};
constexpr AnswerGrammar kAnthropic{anthropicFacts, anthropicEvent, anthropicBody, false};
constexpr AnswerGrammar kGemini{geminiFacts, geminiEvent, geminiBody};
constexpr AnswerGrammar kOllama{ollamaFacts, ollamaEvent, ollamaBody};
constexpr AnswerGrammar kResponses{responseFacts, responseEvent, responseBody, false, true};

} // namespace

long EventFacts::choice(std::size_t place) const
{
    const auto found =
        std::find_if(choices.begin(), choices.end(), [&](const auto &each) { return each.first == place; });
    return found == choices.end() ? static_cast<long>(place) : found->second;
}

long EventFacts::tool(std::size_t choicePlace, std::size_t place) const
{
    const auto found = std::find_if(tools.begin(), tools.end(), [&](const auto &each) {
        return each[0] == static_cast<long>(choicePlace) && each[1] == static_cast<long>(place);
    });
    return found == tools.end() ? static_cast<long>(place) : (*found)[2];
}

const AnswerGrammar &answerGrammar(DialectId dialect)
{
    switch (dialect) {
    case DialectId::AnthropicMessages:
        return kAnthropic;
    case DialectId::OpenAiResponses:
        return kResponses;
    case DialectId::OpenAiCompletions:
        return kCompletions;
    case DialectId::Gemini:
        return kGemini;
    case DialectId::Ollama:
        return kOllama;
    default:
        return kChat;
    }
}

} // namespace pm::policy
