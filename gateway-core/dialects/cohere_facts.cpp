// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/cohere.h"

#include "dialects/cohere_fields.h"
#include "dialects/shared/prompt_survey.h"

// What can be told of a request without translating it: for direct calls and traces.
namespace pm {

std::string Cohere::path(Operation operation, const TargetTraits &, bool) const
{
    return operation == Operation::Chat ? "/chat" : "";
}

namespace cohere {

namespace {

using Voice = PromptSurvey::Voice;

Voice voiceOf(std::string_view role)
{
    if (role == "user")
        return Voice::User;
    return role == "system" ? Voice::System : Voice::Other;
}

/// A message's content: a string or a list of parts.
void surveyContent(json::Element content, Voice voice, PromptSurvey &survey)
{
    if (content.is_string())
        return survey.text(voice, content.get_string().value_unsafe());
    if (!content.is_array())
        return;
    for (const json::Element part : items(content)) {
        if (json::findString(part, "type") == "image_url")
            survey.image();
        else
            survey.text(voice, json::findString(part, "text").value_or(""));
    }
}

Result<void> surveyMessages(json::Element root, RequestFacts &facts, PromptSurvey &survey)
{
    const auto messages = json::findArray(root, "messages");
    if (!messages)
        return fail(badField("messages", "must be an array"));
    for (const json::Element message : *messages) {
        if (!message.is_object())
            return fail(badField("messages", "must be objects"));
        const Voice voice = voiceOf(json::findString(message, "role").value_or(""));
        survey.message(voice);
        if (const auto calls = json::find(message, "tool_calls")) {
            facts.hasTools = true;
            survey.value(*calls);
        }
        if (const auto content = json::find(message, "content"))
            surveyContent(*content, voice, survey);
    }
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
    PromptSurvey survey(facts);
    if (auto walked = surveyMessages(root, facts, survey); !walked)
        return fail(walked.error());
    if (json::findArray(root, "tools"))
        survey.tools(*json::find(root, "tools"));
    survey.conclude();
    facts.model = json::findString(root, "model").value_or("");
    facts.stream = json::findBool(root, "stream").value_or(false);
    facts.maxTokens = json::findInt(root, "max_tokens").value_or(0);
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
