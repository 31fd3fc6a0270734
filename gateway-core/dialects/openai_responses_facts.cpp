// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses.h"

#include "dialects/openai_responses_fields.h"
#include "dialects/shared/prompt_survey.h"

// What routing needs of a request without translating it.
namespace pm {

using namespace responses;

namespace {

using Voice = PromptSurvey::Voice;

Voice voiceOf(std::string_view role)
{
    if (role == "user")
        return Voice::User;
    return role == "system" || role == "developer" ? Voice::System : Voice::Other;
}

void surveyPart(json::Element part, Voice voice, PromptSurvey &survey)
{
    const std::string_view type = json::findString(part, "type").value_or("");
    if (type == "input_image")
        survey.image();
    else if (type == "input_audio")
        survey.audio(0);
    else if (type == "input_file")
        survey.document(json::findString(part, "file_data").value_or("").size());
    else
        survey.text(voice, json::findString(part, "text").value_or(""));
}

void surveyContent(json::Element item, std::string_view key, Voice voice, PromptSurvey &survey)
{
    const auto content = json::find(item, key);
    if (!content)
        return;
    if (content->is_string())
        survey.text(voice, content->get_string().value_unsafe());
    if (!content->is_array())
        return;
    for (const json::Element part : items(*content))
        surveyPart(part, voice, survey);
}

void surveyItem(json::Element item, RequestFacts &facts, PromptSurvey &survey)
{
    const std::string_view type = json::findString(item, "type").value_or("message");
    if (type == "message") {
        const Voice voice = voiceOf(json::findString(item, "role").value_or(""));
        survey.message(voice);
        return surveyContent(item, "content", voice, survey);
    }
    if (type.find("_call") != std::string_view::npos || type == "additional_tools")
        facts.hasTools = true;
    if (type.ends_with("_output"))
        return surveyContent(item, "output", Voice::Other, survey);
    if (type != "reasoning")
        return survey.value(item);
    for (const std::string_view name : {"summary", "content"}) { // what is encrypted has no length in tokens
        if (const auto words = json::find(item, name))
            survey.value(*words);
    }
}

Result<void> surveyInput(json::Element root, RequestFacts &facts, PromptSurvey &survey)
{
    const auto input = json::find(root, "input");
    if (!input) // a prompt template, a conversation or an earlier answer may be all
        return {};
    if (input->is_string()) {
        survey.text(Voice::User, input->get_string().value_unsafe());
        return {};
    }
    if (!input->is_array())
        return fail(badField("input", "must be a string or an array of items"));
    std::size_t index = 0;
    for (const json::Element item : items(*input)) {
        if (!item.is_object())
            return fail(badField(place("input", index), "must be an object"));
        surveyItem(item, facts, survey);
        ++index;
    }
    return {};
}

Result<void> fillSwitches(json::Element root, RequestFacts &facts)
{
    const auto model = json::find(root, "model");
    if (model && !model->is_string())
        return fail(badField("model", "must be a string"));
    facts.model = json::findString(root, "model").value_or("");
    const auto stream = json::find(root, "stream");
    if (stream && !stream->is_bool())
        return fail(badField("stream", "must be true or false"));
    facts.stream = json::findBool(root, "stream").value_or(false);
    facts.includeUsage = true; // always part of the last event
    const auto text = json::findObject(root, "text");
    const auto format = text ? json::findObject(*text, "format") : std::nullopt;
    facts.wantsJsonSchema = format && json::findString(*format, "type") == "json_schema";
    const auto reasoning = json::findObject(root, "reasoning");
    const std::string_view effort = reasoning ? json::findString(*reasoning, "effort").value_or("") : "";
    facts.wantsReasoning = !effort.empty() && effort != "none";
    const auto limit = json::find(root, "max_output_tokens");
    if (limit && !json::findInt(root, "max_output_tokens"))
        return fail(badField("max_output_tokens", "must be a whole number"));
    facts.maxTokens = json::findInt(root, "max_output_tokens").value_or(0);
    return {};
}

} // namespace

std::string OpenAiResponses::path(Operation operation, const TargetTraits &target, bool) const
{
    switch (operation) {
    case Operation::Chat: return "/responses";
    case Operation::CountTokens: return target.family == kFamily ? "/responses/input_tokens" : "";
    case Operation::Embeddings: break;
    }
    return {};
}

Result<RequestFacts> OpenAiResponses::facts(std::string_view body) const
{
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    RequestFacts facts;
    if (auto filled = fillSwitches(root, facts); !filled)
        return fail(filled.error());
    PromptSurvey survey(facts);
    const auto tools = json::find(root, "tools");
    if (tools && !tools->is_array())
        return fail(badField("tools", "must be an array"));
    if (tools)
        survey.tools(*tools);
    survey.text(Voice::System, json::findString(root, "instructions").value_or(""));
    if (auto walked = surveyInput(root, facts, survey); !walked)
        return fail(walked.error());
    survey.conclude();
    return facts;
}

} // namespace pm
