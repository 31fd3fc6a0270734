// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/cohere.h"

#include "base/text.h"
#include "dialects/cohere_fields.h"

// What can be told of a request without translating it: for direct calls and traces.
namespace pm {

std::string Cohere::path(Operation operation, const TargetTraits &, bool) const
{
    return operation == Operation::Chat ? "/chat" : "";
}

namespace cohere {

namespace {

constexpr std::size_t kMostPrompt = 8 * 1024;

/// The text of a message's content, which is a string or a list of parts.
std::string textOf(json::Element content, RequestFacts &facts, std::size_t &images)
{
    if (content.is_string())
        return std::string(content.get_string().value_unsafe());
    std::string text;
    if (!content.is_array())
        return text;
    for (const json::Element part : items(content)) {
        if (json::findString(part, "type") == "image_url") {
            facts.hasImages = true;
            ++images;
        }
        text += json::findString(part, "text").value_or("");
    }
    return text;
}

Result<void> surveyMessages(json::Element root, RequestFacts &facts)
{
    const auto messages = json::findArray(root, "messages");
    if (!messages)
        return fail(badField("messages", "must be an array"));
    std::size_t bytes = 0;
    std::size_t images = 0;
    for (const json::Element message : *messages) {
        if (!message.is_object())
            return fail(badField("messages", "must be objects"));
        facts.hasTools = facts.hasTools || json::find(message, "tool_calls");
        const auto content = json::find(message, "content");
        if (!content)
            continue;
        const std::string text = textOf(*content, facts, images);
        bytes += text.size();
        if (json::findString(message, "role") == "user")
            facts.promptText = clipUtf8(text, kMostPrompt);
    }
    facts.inputTokensEstimate = estimateTokens(bytes, images);
    return {};
}

} // namespace

} // namespace cohere

Result<RequestFacts> Cohere::facts(std::string_view body) const
{
    using namespace cohere;
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    RequestFacts facts;
    if (auto walked = surveyMessages(root, facts); !walked)
        return fail(walked.error());
    facts.model = json::findString(root, "model").value_or("");
    facts.stream = json::findBool(root, "stream").value_or(false);
    facts.maxTokens = json::findInt(root, "max_tokens").value_or(0);
    facts.hasTools = facts.hasTools || json::findArray(root, "tools");
    facts.wantsJsonSchema = json::findObject(root, "response_format").has_value();
    return facts;
}

Result<ChatRequest> Cohere::readRequest(std::string_view) const
{
    return fail(ErrorKind::NotSupported, "requests in Cohere's format go to Cohere itself: use /cohere/chat");
}

Result<std::string> Cohere::retarget(std::string_view body, const TargetTraits &target, bool) const
{
    const auto members = json::members(body);
    if (!members)
        return fail(members.error());
    std::string model;
    json::appendQuoted(model, target.model);
    json::Splice splice(body);
    bool isThere = false;
    for (const json::Member &member : *members) { // each of several: no reader may win
        if (member.name(body) != "model")
            continue;
        splice.replace(member.value, model);
        isThere = true;
    }
    if (!isThere)
        splice.set(*members, "model", model);
    return splice.apply();
}

} // namespace pm
