// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/json.h"
#include "dialects/openai_chat.h"
#include "dialects/openai_chat_fields.h"
#include "dialects/shared/prompt_survey.h"

// What routing needs of a request without translating it.
namespace pm {

std::string OpenAiChat::path(Operation operation, const TargetTraits &, bool) const
{
    switch (operation) {
    case Operation::Chat: return "/chat/completions";
    case Operation::Embeddings: return "/embeddings";
    case Operation::CountTokens: break;
    }
    return {};
}

using namespace openai;

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
    if (type == "image_url")
        return survey.image();
    if (type == "input_audio") {
        const auto audio = json::findObject(part, "input_audio");
        return survey.audio(audio ? json::findString(*audio, "data").value_or("").size() : 0);
    }
    if (type == "file") {
        const auto file = json::findObject(part, "file");
        return survey.document(file ? json::findString(*file, "file_data").value_or("").size() : 0);
    }
    survey.text(voice, json::findString(part, "text").value_or(""));
}

Result<void> surveyMessage(json::Element message, RequestFacts &facts, PromptSurvey &survey)
{
    const auto role = json::findString(message, "role");
    if (!role)
        return fail(badField("role", "must be a string"));
    const Voice voice = voiceOf(*role);
    survey.message(voice);
    facts.hasTools = facts.hasTools || *role == "tool" || *role == "function";
    for (const std::string_view calls : {"tool_calls", "function_call"}) {
        if (const auto made = json::find(message, calls)) {
            facts.hasTools = true;
            survey.value(*made);
        }
    }
    const auto content = json::find(message, "content");
    if (!content)
        return {};
    if (content->is_string()) {
        survey.text(voice, content->get_string().value_unsafe());
        return {};
    }
    if (!content->is_array())
        return fail(badField("content", "must be a string or an array of parts"));
    for (const json::Element part : items(*content))
        surveyPart(part, voice, survey);
    return {};
}

Result<void> surveyMessages(json::Element list, RequestFacts &facts, PromptSurvey &survey)
{
    if (!list.is_array())
        return fail(badField("messages", "must be an array"));
    std::size_t index = 0;
    for (const json::Element item : items(list)) {
        if (!item.is_object())
            return fail(badField(place("messages", index), "must be an object"));
        if (auto seen = surveyMessage(item, facts, survey); !seen)
            return fail(below(place("messages", index), std::move(seen.error())));
        ++index;
    }
    return {};
}

/// `key` as a boolean; false when absent or null.
Result<bool> flag(json::Element object, std::string_view key)
{
    const auto found = json::find(object, key);
    if (!found)
        return false;
    if (!found->is_bool())
        return fail(badField(std::string(key), "must be true or false"));
    return bool(found->get_bool().value_unsafe());
}

bool asksForReasoning(json::Element root)
{
    const std::string_view effort = json::findString(root, "reasoning_effort").value_or("");
    return (!effort.empty() && effort != "none") || json::findObject(root, "reasoning");
}

Result<void> fillSwitches(json::Element root, RequestFacts &facts)
{
    const auto model = json::find(root, "model");
    if (model && !model->is_string())
        return fail(badField("model", "must be a string"));
    facts.model = json::findString(root, "model").value_or("");
    const auto stream = flag(root, "stream");
    if (!stream)
        return fail(stream.error());
    facts.stream = *stream;
    if (const auto options = json::findObject(root, "stream_options"))
        facts.includeUsage = json::findBool(*options, "include_usage").value_or(false);
    if (const auto format = json::findObject(root, "response_format"))
        facts.wantsJsonSchema = json::findString(*format, "type") == "json_schema";
    facts.wantsReasoning = asksForReasoning(root);
    facts.hasAudio = json::findObject(root, "audio").has_value();
    for (const std::string_view key : {"max_tokens", "max_completion_tokens"}) {
        const auto limit = json::find(root, key);
        if (limit && !json::findInt(root, key))
            return fail(badField(std::string(key), "must be a whole number"));
        if (limit)
            facts.maxTokens = *json::findInt(root, key);
    }
    return {};
}

} // namespace

Result<RequestFacts> OpenAiChat::facts(std::string_view body) const
{
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    RequestFacts facts;
    if (auto filled = fillSwitches(root, facts); !filled)
        return fail(filled.error());
    PromptSurvey survey(facts);
    for (const std::string_view key : {"tools", "functions"}) {
        const auto offered = json::find(root, key);
        if (offered && !offered->is_array())
            return fail(badField(std::string(key), "must be an array"));
        if (offered)
            survey.tools(*offered);
    }
    // Embeddings and direct legacy completions come through here too; they have no messages.
    auto input = json::find(root, "input");
    if (!input)
        input = json::find(root, "prompt");
    if (const auto messages = json::find(root, "messages")) {
        if (auto walked = surveyMessages(*messages, facts, survey); !walked)
            return fail(walked.error());
    } else if (input) {
        survey.input(*input);
    } else {
        return fail(badField("messages", "must be an array"));
    }
    survey.conclude();
    return facts;
}

} // namespace pm
