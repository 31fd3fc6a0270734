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

/// Counts a request up while its messages are walked.
class Survey
{
public:
    explicit Survey(RequestFacts &facts)
        : m_facts(facts)
    {
    }

    Result<void> messages(json::Element list);
    void tools(json::Element list)
    {
        m_facts.hasTools = m_facts.hasTools || (list.is_array() && items(list).size() > 0);
        m_survey.bytes(textBytes(list));
    }
    void input(json::Element value);
    void conclude() { m_survey.conclude(m_facts); }

private:
    using Voice = PromptSurvey::Voice;

    Result<void> message(json::Element message);
    void part(json::Element part, Voice voice);

    RequestFacts &m_facts;
    PromptSurvey m_survey;
};

Result<void> Survey::messages(json::Element list)
{
    if (!list.is_array())
        return fail(badField("messages", "must be an array"));
    std::size_t index = 0;
    for (const json::Element item : items(list)) {
        if (!item.is_object())
            return fail(badField(place("messages", index), "must be an object"));
        if (auto seen = message(item); !seen)
            return fail(below(place("messages", index), std::move(seen.error())));
        ++index;
    }
    return {};
}

Result<void> Survey::message(json::Element message)
{
    const auto role = json::findString(message, "role");
    if (!role)
        return fail(badField("role", "must be a string"));
    Voice voice = Voice::Other;
    if (*role == "user") {
        m_survey.newUserTurn();
        voice = Voice::User;
    } else if (*role == "system" || *role == "developer") {
        voice = Voice::System;
    } else if (*role == "tool" || *role == "function") {
        m_facts.hasTools = true;
    }
    for (const std::string_view calls : {"tool_calls", "function_call"}) {
        if (const auto made = json::find(message, calls)) {
            m_facts.hasTools = true;
            m_survey.bytes(textBytes(*made));
        }
    }
    const auto content = json::find(message, "content");
    if (!content)
        return {};
    if (content->is_string()) {
        m_survey.text(voice, content->get_string().value_unsafe());
        return {};
    }
    if (!content->is_array())
        return fail(badField("content", "must be a string or an array of parts"));
    for (const json::Element item : items(*content))
        part(item, voice);
    return {};
}

void Survey::part(json::Element part, Voice voice)
{
    const std::string_view type = json::findString(part, "type").value_or("");
    if (type == "image_url") {
        m_facts.hasImages = true;
        m_survey.image();
    } else if (type == "input_audio") {
        m_facts.hasAudio = true;
    } else if (type == "file") {
        m_facts.hasDocuments = true;
    } else if (const auto words = json::findString(part, "text")) {
        m_survey.text(voice, *words);
    }
}

/// Of embeddings and legacy completions: text, token ids, or lists of them.
void Survey::input(json::Element value)
{
    if (value.is_string()) {
        m_survey.text(Voice::User, value.get_string().value_unsafe());
    } else if (value.is_array()) {
        for (const json::Element item : items(value))
            input(item);
    } else {
        m_survey.bytes(4); // a token id
    }
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
    Survey survey(facts);
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
        if (auto walked = survey.messages(*messages); !walked)
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
