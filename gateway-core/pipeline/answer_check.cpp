// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/answer_check.h"

#include "base/json.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <vector>

namespace pm {

namespace {

std::string textOf(const ChatReply &reply)
{
    std::string text;
    for (const Part &part : reply.parts) {
        if (const auto *said = part.as<TextPart>())
            text += said->text;
    }
    return text;
}

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string emptiness(const ChatReply &reply, const ChatRequest &, const AnswerCheck &)
{
    const bool calls = std::any_of(reply.parts.begin(), reply.parts.end(),
                                   [](const Part &part) { return part.as<ToolCallPart>() || part.as<RefusalPart>(); });
    return !calls && isBlank(textOf(reply)) ? "the answer is empty" : "";
}

/// How models begin when they will not: only the beginning counts, for an answer may well speak of refusing.
bool beginsAsRefusal(std::string_view text)
{
    constexpr std::array<std::string_view, 8> kBeginnings{
        "i can't help", "i cannot help", "i'm sorry, but i can", "i am sorry, but i can",
        "i'm unable to", "i am unable to", "sorry, i can't", "i can't assist",
    };
    std::string start = lowerAscii(text.substr(0, 64));
    constexpr std::string_view kCurly = "\xE2\x80\x99"; // a typographic apostrophe
    for (std::size_t at = start.find(kCurly); at != std::string::npos; at = start.find(kCurly, at))
        start.replace(at, kCurly.size(), "'");
    return std::any_of(kBeginnings.begin(), kBeginnings.end(),
                       [&](std::string_view beginning) { return start.starts_with(beginning); });
}

std::string refusal(const ChatReply &reply, const ChatRequest &, const AnswerCheck &)
{
    if (reply.finish == FinishReason::ContentFilter)
        return "the provider's content filter stopped it";
    for (const Part &part : reply.parts) {
        if (part.as<RefusalPart>())
            return "the model refused";
    }
    return beginsAsRefusal(textOf(reply)) ? "the model refused" : "";
}

/// The first member that `schema` requires and `value` has not. Nested objects are left to who wants them.
std::string missingMember(json::Element value, const std::string &schema)
{
    const auto document = json::Document::parse(schema);
    const auto required = document ? json::findArray(document->root(), "required") : std::nullopt;
    if (!required)
        return {};
    for (const json::Element name : *required) {
        if (name.is_string() && (!value.is_object() || value.at_key(name.get_string().value()).error() != simdjson::SUCCESS))
            return std::string(name.get_string().value());
    }
    return {};
}

std::string badJson(const ChatReply &reply, const ChatRequest &asked, const AnswerCheck &)
{
    const bool calls = std::any_of(reply.parts.begin(), reply.parts.end(),
                                   [](const Part &part) { return part.as<ToolCallPart>(); });
    if (asked.responseFormat.kind == ResponseFormat::Kind::Text || calls)
        return {};
    const auto document = json::Document::parse(textOf(reply));
    if (!document)
        return "JSON was asked for and this is none";
    const std::string missing = missingMember(document->root(), asked.responseFormat.schema);
    return missing.empty() ? "" : "the JSON lacks \"" + missing + "\", which the schema requires";
}

std::string badCall(const ToolCallPart &call, const ChatRequest &asked)
{
    const auto tool = std::find_if(asked.tools.begin(), asked.tools.end(), [&](const Tool &t) { return t.name == call.name; });
    if (tool == asked.tools.end())
        return "it calls " + call.name + ", which was not offered";
    const auto arguments = json::Document::parse(call.arguments.empty() ? "{}" : call.arguments);
    if (!arguments || !arguments->root().is_object())
        return "arguments of " + call.name + " are no JSON object";
    const std::string missing = missingMember(arguments->root(), tool->schema);
    return missing.empty() ? "" : "arguments of " + call.name + " lack \"" + missing + "\", which is required";
}

std::string badTools(const ChatReply &reply, const ChatRequest &asked, const AnswerCheck &)
{
    for (const Part &part : reply.parts) {
        const auto *call = part.as<ToolCallPart>();
        if (std::string why = call ? badCall(*call, asked) : std::string(); !why.empty())
            return why;
    }
    return {};
}

std::string cut(const ChatReply &reply, const ChatRequest &, const AnswerCheck &)
{
    const bool isCut = reply.finish == FinishReason::Length || reply.finish == FinishReason::ContextFull;
    return isCut ? "it was cut at the length limit" : "";
}

std::string unsure(const ChatReply &, const ChatRequest &, const AnswerCheck &check)
{
    const auto document = json::Document::parse(check.body);
    const auto choices = document && document->root().is_object() ? json::findArray(document->root(), "choices") : std::nullopt;
    if (!choices || choices->size() == 0)
        return {};
    const auto said = json::findObject(choices->at(0).value(), "logprobs");
    const auto tokens = said ? json::findArray(*said, "content") : std::nullopt;
    if (!tokens || tokens->size() == 0)
        return {};
    double sum = 0;
    for (const json::Element token : *tokens)
        sum += json::findDouble(token, "logprob").value_or(0);
    const double mean = sum / static_cast<double>(tokens->size());
    if (mean >= check.leastLogprob)
        return {};
    return "a token's mean log-probability is below " + std::to_string(check.leastLogprob).substr(0, 5);
}

} // namespace

std::string poorReason(const ChatReply &reply, const ChatRequest &asked, const AnswerCheck &check)
{
    using Look = std::string (*)(const ChatReply &, const ChatRequest &, const AnswerCheck &);
    constexpr std::array<std::pair<std::string_view, Look>, 6> kLooks{{
        {"refusal", refusal},
        {"empty", emptiness},
        {"json", badJson},
        {"tools", badTools},
        {"cut", cut},
        {"logprob", unsure},
    }};
    for (const auto &[name, look] : kLooks) {
        if (check.checks.find(name) == std::string_view::npos)
            continue;
        if (std::string why = look(reply, asked, check); !why.empty())
            return why;
    }
    return {};
}

} // namespace pm
