// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "dialects/ollama.h"
#include "dialects/ollama_fields.h"
#include "dialects/shared/field_errors.h"
#include "dialects/shared/json_body.h"

#include <algorithm>

// What routing needs of a request without translating it, and the request for another model of the same
// format.
namespace pm {

using namespace ollama;
using errors::badField;
using errors::place;

namespace {

constexpr std::size_t kPromptTextMost = 8 * 1024;

std::size_t textBytes(json::Element element)
{
    std::size_t bytes = 0;
    if (element.is_string())
        return element.get_string().value_unsafe().size();
    if (element.is_array()) {
        for (const json::Element item : items(element))
            bytes += textBytes(item);
        return bytes;
    }
    if (element.is_object()) {
        for (const auto &[key, value] : fields(element))
            bytes += key.size() + textBytes(value);
        return bytes;
    }
    return 1;
}

/// Counts a request up while its messages are walked.
class Survey
{
public:
    explicit Survey(RequestFacts &facts)
        : m_facts(facts)
    {
    }

    Result<void> messages(json::Element list);
    void prompt(std::string_view text)
    {
        m_bytes += text.size();
        m_user = clipUtf8(text, kPromptTextMost);
    }
    void system(std::string_view text)
    {
        m_bytes += text.size();
        m_system += m_system.empty() ? "" : "\n";
        m_system += clipUtf8(text, kPromptTextMost);
    }
    void images(json::Element carrier)
    {
        const auto list = json::findArray(carrier, "images");
        m_images += list ? list->size() : 0;
    }
    void tools(json::Element list)
    {
        m_facts.hasTools = m_facts.hasTools || items(list).size() > 0;
        m_bytes += textBytes(list);
    }
    void conclude()
    {
        m_facts.hasImages = m_images > 0;
        m_facts.inputTokensEstimate = estimateTokens(m_bytes, m_images);
        m_facts.promptText = m_user;
        if (m_system.empty() || m_facts.promptText.size() + 1 >= kPromptTextMost)
            return;
        m_facts.promptText += m_facts.promptText.empty() ? "" : "\n";
        m_facts.promptText += clipUtf8(m_system, kPromptTextMost - m_facts.promptText.size());
    }

private:
    Result<void> message(json::Element message);

    RequestFacts &m_facts;
    std::string m_user;
    std::string m_system;
    std::size_t m_bytes = 0;
    std::size_t m_images = 0;
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
            return fail(errors::below(place("messages", index), std::move(seen.error())));
        ++index;
    }
    return {};
}

Result<void> Survey::message(json::Element message)
{
    const auto role = json::findString(message, "role");
    if (!role)
        return fail(badField("role", "must be a string"));
    images(message);
    if (const auto calls = json::find(message, "tool_calls"))
        m_bytes += textBytes(*calls);
    m_facts.hasTools =
        m_facts.hasTools || *role == "tool" || json::findArray(message, "tool_calls").has_value();
    const auto content = json::find(message, "content");
    if (content && !content->is_string())
        return fail(badField("content", "must be a string"));
    const std::string_view text = json::findString(message, "content").value_or("");
    if (*role == "user")
        prompt(text);
    else if (*role == "system" && m_system.size() < kPromptTextMost)
        system(text);
    else
        m_bytes += text.size();
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
    // Streams are the default; where there is nothing to answer, the server sends one object.
    facts.stream = stream.value_or(json::find(root, "messages") || json::find(root, "prompt"));
    facts.wantsReasoning = asksForThinking(root);
    facts.wantsJsonSchema = json::findObject(root, "format").has_value();
    if (const auto options = json::findObject(root, "options"))
        facts.maxTokens = std::max<std::int64_t>(0, json::findInt(*options, "num_predict").value_or(0));
    return {};
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
    Survey survey(facts);
    if (const auto tools = json::find(root, "tools")) {
        if (!tools->is_array())
            return fail(badField("tools", "must be an array"));
        survey.tools(*tools);
    }
    // Without messages and prompt it asks for a model to be loaded.
    if (const auto messages = json::find(root, "messages")) {
        if (auto walked = survey.messages(*messages); !walked)
            return fail(std::move(walked.error()));
    } else {
        survey.images(root);
        survey.system(json::findString(root, "system").value_or(""));
        survey.prompt(json::findString(root, "prompt").value_or(""));
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
    if (asked->inputTokensEstimate > 0 && window > kDefaultWindow) {
        auto wider = withWindow(options, window);
        if (!wider)
            return fail(wider.error());
        if (!wider->empty())
            splice.set(*members, "options", std::move(*wider));
    }
    return splice.isEmpty() ? std::string(body) : splice.apply();
}

} // namespace pm
