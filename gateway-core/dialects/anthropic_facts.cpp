// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic.h"

#include "base/json.h"
#include "dialects/anthropic_fields.h"
#include "dialects/shared/prompt_survey.h"

namespace pm {

std::string Anthropic::path(Operation operation, const TargetTraits &target, bool stream) const
{
    if (!target.platformVersion.empty())
        return operation == Operation::Chat
                   ? "/models/" + target.model + (stream ? ":streamRawPredict" : ":rawPredict")
                   : std::string();
    switch (operation) {
    case Operation::Chat: return "/messages";
    case Operation::CountTokens: return "/messages/count_tokens";
    case Operation::Embeddings: break;
    }
    return {};
}

namespace anthropic {

namespace {

using Voice = PromptSurvey::Voice;

/// Text that a coding agent puts around what its user wrote.
bool isAgentNote(std::string_view text)
{
    return text.rfind("<system-reminder>", 0) == 0 || isAttribution(text);
}

void surveyContent(json::Element content, Voice voice, RequestFacts &facts, PromptSurvey &survey);

void surveyDocument(json::Element block, RequestFacts &facts, PromptSurvey &survey)
{
    const auto source = json::findObject(block, "source");
    const auto data = source ? json::findString(*source, "data").value_or("") : "";
    const bool isText = source && json::findString(*source, "type") == "text";
    const auto inner = source ? json::find(*source, "content") : std::nullopt;
    if (!isText && !inner)
        return survey.document(data.size());
    facts.hasDocuments = true;
    survey.uncited(data);
    if (inner)
        surveyContent(*inner, Voice::Other, facts, survey);
}

void surveyBlock(json::Element block, Voice voice, RequestFacts &facts, PromptSurvey &survey)
{
    const auto type = json::findString(block, "type").value_or("");
    if (type == "image")
        return survey.image();
    if (type == "document")
        return surveyDocument(block, facts, survey);
    facts.hasTools = facts.hasTools || type == "tool_use" || type == "tool_result";
    if (const auto inner = json::find(block, "content"))
        surveyContent(*inner, Voice::Other, facts, survey);
    const auto text = json::findString(block, "text").value_or("");
    survey.text(isAgentNote(text) ? Voice::Other : voice, text);
    for (const std::string_view name : {"thinking", "input"}) {
        if (const auto value = json::find(block, name))
            survey.value(*value);
    }
}

/// The content of a turn or of a tool's result, or a system prompt: a string or blocks.
void surveyContent(json::Element content, Voice voice, RequestFacts &facts, PromptSurvey &survey)
{
    if (content.is_string())
        return survey.text(voice, content.get_string().value_unsafe());
    if (!content.is_array())
        return;
    for (const json::Element block : items(content))
        surveyBlock(block, voice, facts, survey);
}

Result<void> readScalars(json::Element root, RequestFacts &facts)
{
    if (const auto model = json::find(root, "model")) {
        if (!model->is_string())
            return fail(badField("model", "must be a string"));
        facts.model = model->get_string().value_unsafe();
    }
    if (const auto stream = json::find(root, "stream")) {
        if (!stream->is_bool())
            return fail(badField("stream", "must be true or false"));
        facts.stream = stream->get_bool().value_unsafe();
    }
    if (json::find(root, "max_tokens")) {
        facts.maxTokens = json::findInt(root, "max_tokens").value_or(-1);
        if (facts.maxTokens < 0)
            return fail(badField("max_tokens", "must be a whole number, not below 0"));
    }
    return {};
}

void readWishes(json::Element root, RequestFacts &facts)
{
    const auto config = json::findObject(root, "output_config");
    facts.wantsJsonSchema = (config && json::find(*config, "format")) || json::find(root, "output_format");
    if (const auto thinking = json::findObject(root, "thinking"))
        facts.wantsReasoning = json::findString(*thinking, "type").value_or("disabled") != "disabled";
}

Result<void> readMessages(json::Element root, RequestFacts &facts)
{
    const auto messages = json::findArray(root, "messages");
    if (!messages)
        return fail(badField("messages", "must be an array"));
    PromptSurvey survey(facts);
    if (const auto system = json::find(root, "system"))
        surveyContent(*system, Voice::System, facts, survey);
    std::size_t index = 0;
    for (const json::Element message : *messages) {
        const std::size_t at = index++;
        if (!message.is_object())
            return fail(badField(place("messages", at), "must be an object"));
        const auto content = json::find(message, "content");
        if (!content || !(content->is_string() || content->is_array()))
            return fail(
                badField(place("messages", at) + ".content", "must be a string or an array of blocks"));
        const Voice voice = json::findString(message, "role") == "user" ? Voice::User : Voice::Other;
        survey.message(voice);
        surveyContent(*content, voice, facts, survey);
    }
    if (const auto tools = json::find(root, "tools")) {
        if (!tools->is_array())
            return fail(badField("tools", "must be an array"));
        survey.tools(*tools);
    }
    survey.conclude();
    return {};
}

} // namespace

} // namespace anthropic

Result<RequestFacts> Anthropic::facts(std::string_view body) const
{
    using namespace anthropic;
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    RequestFacts facts;
    if (auto scalars = anthropic::readScalars(root, facts); !scalars)
        return fail(scalars.error());
    if (auto messages = anthropic::readMessages(root, facts); !messages)
        return fail(messages.error());
    readWishes(root, facts);
    return facts;
}

Result<std::string> Anthropic::retarget(std::string_view body, const TargetTraits &target, bool) const
{
    const auto members = json::members(body);
    if (!members)
        return fail(members.error());
    json::Splice splice(body);
    if (!target.platformVersion.empty()) {
        splice.remove(*members, "model");
        std::string version;
        json::appendQuoted(version, target.platformVersion);
        splice.set(*members, "anthropic_version", std::move(version));
        return splice.apply();
    }
    std::string model;
    json::appendQuoted(model, target.model);
    bool found = false;
    for (const json::Member &member : *members) { // a repeated key is replaced each time: no reader may win
        if (member.name(body) != "model")
            continue;
        found = true;
        if (body.substr(member.value.begin, member.value.end - member.value.begin) != model)
            splice.replace(member.value, model);
    }
    if (!found)
        splice.set(*members, "model", model);
    return splice.isEmpty() ? std::string(body) : splice.apply();
}

} // namespace pm
