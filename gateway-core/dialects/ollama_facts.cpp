// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/ollama.h"
#include "dialects/ollama_fields.h"
#include "dialects/shared/field_errors.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/prompt_survey.h"

#include <algorithm>

// What routing needs of a request without translating it, and the request for another model of the same
// format.
namespace pm {

using namespace ollama;
using errors::badField;
using errors::place;

namespace {

using Voice = PromptSurvey::Voice;

Voice voiceOf(std::string_view role)
{
    if (role == "user")
        return Voice::User;
    return role == "system" ? Voice::System : Voice::Other;
}

void surveyImages(json::Element carrier, PromptSurvey &survey)
{
    const auto list = json::findArray(carrier, "images");
    for (std::size_t i = 0; list && i < list->size(); ++i)
        survey.image();
}

Result<void> surveyMessage(json::Element message, RequestFacts &facts, PromptSurvey &survey)
{
    const auto role = json::findString(message, "role");
    if (!role)
        return fail(badField("role", "must be a string"));
    const Voice voice = voiceOf(*role);
    survey.message(voice);
    surveyImages(message, survey);
    const auto calls = json::find(message, "tool_calls");
    if (calls)
        survey.value(*calls);
    facts.hasTools = facts.hasTools || *role == "tool" || (calls && calls->is_array());
    const auto content = json::find(message, "content");
    if (content && !content->is_string())
        return fail(badField("content", "must be a string"));
    survey.text(voice, json::findString(message, "content").value_or(""));
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
            return fail(errors::below(place("messages", index), std::move(seen.error())));
        ++index;
    }
    return {};
}

bool asksForThinking(json::Element root)
{
    const auto think = json::find(root, "think");
    return think && (think->is_string() || json::findBool(root, "think") == true);
}

Result<void> fillSwitches(json::Element root, RequestFacts &facts)
{
    std::string model;
    std::optional<bool> stream;
    errors::FieldReader fields(root);
    fields.string("model", model);
    fields.boolean("stream", stream);
    if (fields.error())
        return fail(*fields.error());
    facts.model = std::move(model);
    const auto messages = json::findArray(root, "messages");
    facts.loadsModel = messages ? messages->size() == 0 : json::findString(root, "prompt").value_or("").empty();
    // Streams are the default; where there is nothing to answer, the server sends one object.
    facts.stream = stream.value_or(json::find(root, "messages") || json::find(root, "prompt"));
    facts.wantsReasoning = asksForThinking(root);
    facts.wantsJsonSchema = json::findObject(root, "format").has_value();
    if (const auto options = json::findObject(root, "options"))
        facts.maxTokens = std::max<std::int64_t>(0, json::findInt(*options, "num_predict").value_or(0));
    return {};
}

/// Whether the server's own window would cut the prompt, or leave no room for an answer of some length.
bool outgrowsDefault(const RequestFacts &asked)
{
    constexpr std::int64_t kShortAnswer = 1024;
    const std::int64_t prompt = asked.inputTokensEstimate + asked.inputTokensEstimate / 3;
    return prompt > kDefaultWindow - std::max(asked.maxTokens, kShortAnswer);
}

/// options with num_ctx in it; empty when the client has set one.
Result<std::string> withWindow(std::string_view options, std::int64_t window)
{
    const std::string text = std::to_string(window);
    if (options.empty() || options.front() != '{')
        return "{\"num_ctx\":" + text + "}";
    const auto inner = json::members(options);
    if (!inner)
        return fail(inner.error());
    for (const json::Member &each : *inner) {
        if (each.name(options) == "num_ctx")
            return std::string();
    }
    json::Splice splice(options);
    splice.set(*inner, "num_ctx", text);
    return splice.apply();
}

} // namespace

std::string Ollama::path(Operation operation, const TargetTraits &target, bool) const
{
    switch (operation) {
    case Operation::Chat:
        return target.variant == kGenerate ? "/api/generate" : "/api/chat";
    case Operation::Embeddings:
        return target.variant == "embeddings" ? "/api/embeddings" : "/api/embed";
    case Operation::CountTokens:
        break;
    }
    return {};
}

Result<RequestFacts> Ollama::facts(std::string_view body) const
{
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    RequestFacts facts;
    if (auto filled = fillSwitches(root, facts); !filled)
        return fail(std::move(filled.error()));
    PromptSurvey survey(facts);
    if (const auto tools = json::find(root, "tools")) {
        if (!tools->is_array())
            return fail(badField("tools", "must be an array"));
        survey.tools(*tools);
    }
    // Without messages and prompt it asks for a model to be loaded.
    if (const auto messages = json::find(root, "messages")) {
        if (auto walked = surveyMessages(*messages, facts, survey); !walked)
            return fail(std::move(walked.error()));
    } else {
        surveyImages(root, survey);
        survey.text(Voice::System, json::findString(root, "system").value_or(""));
        survey.text(Voice::User, json::findString(root, "prompt").value_or(""));
    }
    survey.conclude();
    return facts;
}

Result<std::string> Ollama::retarget(std::string_view body, const TargetTraits &target, bool) const
{
    const auto members = json::members(body);
    if (!members)
        return fail(members.error());
    json::Splice splice(body);
    std::string quoted;
    json::appendQuoted(quoted, target.model);
    bool hasModel = false;
    std::string_view options;
    for (const json::Member &each : *members) {
        const std::string_view value = body.substr(each.value.begin, each.value.end - each.value.begin);
        if (each.name(body) == "model" &&
            !target.model.empty()) { // every one: parsers differ in which they take
            hasModel = true;
            if (value != quoted)
                splice.replace(each.value, quoted);
        } else if (each.name(body) == "options") {
            options = value;
        }
    }
    if (!hasModel && !target.model.empty())
        splice.set(*members, "model", quoted);
    const auto asked = facts(body);
    if (!asked)
        return fail(asked.error());
    const std::int64_t window =
        contextWindow(asked->inputTokensEstimate, asked->maxTokens, target.contextTokens);
    if (outgrowsDefault(*asked) && window > kDefaultWindow) {
        auto wider = withWindow(options, window);
        if (!wider)
            return fail(wider.error());
        if (!wider->empty())
            splice.set(*members, "options", std::move(*wider));
    }
    return splice.isEmpty() ? std::string(body) : splice.apply();
}

} // namespace pm
