// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/request_fields.h"

#include "base/hash.h"
#include "base/local_time.h"
#include "base/text.h"
#include "routing/request_class.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace pm {

namespace {

/// Where clients put what names their conversation, the surest first.
constexpr std::array<std::string_view, 8> kSessionFields{
    "x-pointsman-session", "helicone-session-id", "x-claude-code-session-id", "session-id",
    "session_id",          "x-session-id",        "x-session-affinity",       "thread-id",
};
constexpr std::array<const char *, 3> kTurnLists{"messages", "input", "contents"};
constexpr std::size_t kHashed = 4096; ///< bytes of a first turn; longer ones hardly begin alike

std::optional<std::string> some(std::string_view text)
{
    return text.empty() ? std::nullopt : std::optional(std::string(text));
}

std::string flag(bool value)
{
    return value ? "true" : "false";
}

/// Nothing to go over where there is no list.
std::vector<json::Element> each(const std::optional<json::Array> &list)
{
    return list ? std::vector<json::Element>(list->begin(), list->end()) : std::vector<json::Element>();
}

/// The text of a turn in any format: a string, or parts with `text`, below `content` or `parts`. Marks for caches and
/// ids beside it change from turn to turn and are left out.
std::string textOf(json::Element turn)
{
    if (turn.is_string())
        return std::string(turn.get_string().value());
    for (const char *name : {"content", "parts"}) {
        if (const auto text = json::findString(turn, name))
            return std::string(*text);
        const auto parts = json::findArray(turn, name);
        std::string whole;
        for (const json::Element part : each(parts))
            whole += json::findString(part, "text").value_or(std::string_view());
        if (!whole.empty())
            return whole;
    }
    return {};
}

/// Says a turn what a tool answered, in the words of any format?
bool answersTool(json::Element turn)
{
    if (json::findString(turn, "role") == "tool" || json::findString(turn, "role") == "function")
        return true;
    if (const auto type = json::findString(turn, "type"); type && type->ends_with("_output"))
        return true;
    for (const char *name : {"content", "parts"}) {
        const auto parts = json::findArray(turn, name);
        for (const json::Element part : each(parts)) {
            if (json::findString(part, "type") == "tool_result" || json::find(part, "functionResponse")
                || json::find(part, "function_response") || json::find(part, "toolResult"))
                return true;
        }
    }
    return false;
}

/// A search of the provider's own, as OpenAI, Anthropic and Gemini spell it.
bool searchesWeb(json::Element body)
{
    if (json::find(body, "web_search_options"))
        return true;
    const auto tools = json::findArray(body, "tools");
    for (const json::Element tool : each(tools)) {
        const auto type = json::findString(tool, "type");
        if ((type && type->starts_with("web_search")) || json::find(tool, "googleSearch") || json::find(tool, "google_search"))
            return true;
    }
    return false;
}

std::optional<std::string> scalarText(std::optional<json::Element> value)
{
    if (!value || value->is_object() || value->is_array() || value->is_null())
        return std::nullopt;
    return value->is_string() ? std::string(value->get_string().value()) : json::text(*value);
}

} // namespace

std::optional<json::Element> ExchangeFields::body() const
{
    if (!m_isParsed) {
        m_isParsed = true;
        if (m_of.route.endpoint != Endpoint::Service) { // theirs may be anything, and large
            if (auto parsed = json::Document::parse(view(m_of.request.body)); parsed && parsed->root().is_object())
                m_document = std::move(*parsed);
        }
    }
    return m_document ? std::optional(m_document->root()) : std::nullopt;
}

std::optional<std::string> ExchangeFields::value(std::string_view field) const
{
    const std::size_t dot = field.find('.');
    const std::string_view group = field.substr(0, dot);
    const std::string_view name = dot == std::string_view::npos ? std::string_view() : field.substr(dot + 1);
    if (group == "request")
        return ofRequest(name);
    if (group == "metadata")
        return metadata(name);
    if (group == "header")
        return header(name);
    if (group == "client")
        return ofClient(name);
    return group == "time" ? some(ofTime(name)) : std::nullopt;
}

std::optional<std::string> ExchangeFields::ofRequest(std::string_view name) const
{
    const RequestFacts &facts = m_of.facts;
    if (name == "model")
        return some(facts.model);
    if (name == "endpoint")
        return std::string(m_of.route.service ? config::serviceName(*m_of.route.service) : endpointName(m_of.route.endpoint));
    if (name == "format")
        return std::string(dialect(m_of.route.dialect).name());
    if (name == "stream")
        return flag(facts.stream);
    if (name == "has-tools")
        return flag(facts.hasTools);
    if (name == "has-image")
        return flag(facts.hasImages);
    if (name == "has-audio")
        return flag(facts.hasAudio);
    if (name == "has-document")
        return flag(facts.hasDocuments);
    if (name == "wants-json-schema")
        return flag(facts.wantsJsonSchema);
    if (name == "wants-reasoning")
        return flag(facts.wantsReasoning);
    if (name == "input-tokens")
        return std::to_string(facts.inputTokensEstimate);
    if (name == "max-tokens")
        return facts.maxTokens > 0 ? std::optional(std::to_string(facts.maxTokens)) : std::nullopt;
    if (name == "class")
        return std::string(routing::primaryClass(needsOf(facts, m_of.route.endpoint, this)));
    if (name == "searches-web")
        return flag(body() && searchesWeb(*body()));
    return name == "prompt" ? some(facts.promptText) : std::nullopt;
}

std::optional<std::string> ExchangeFields::metadata(std::string_view name) const
{
    for (const std::string_view prefix : {"x-pointsman-metadata-", "helicone-property-"}) {
        if (auto value = header(std::string(prefix) + std::string(name)))
            return value;
    }
    const auto said = body() ? json::findObject(*body(), "metadata") : std::nullopt;
    if (auto value = said ? scalarText(json::find(*said, name)) : std::nullopt)
        return value;
    const auto byKey = m_of.caller.metadata.find(std::string(name));
    return byKey == m_of.caller.metadata.end() ? std::nullopt : std::optional(byKey->second);
}

std::optional<std::string> ExchangeFields::header(std::string_view name) const
{
    const http::Headers &headers = m_of.request.headers;
    return headers.contains(name) ? std::optional(std::string(headers.value(name))) : std::nullopt;
}

std::optional<std::string> ExchangeFields::ofClient(std::string_view name) const
{
    if (name == "key")
        return some(m_of.caller.name);
    if (name == "app")
        return some(m_of.app);
    if (name == "user")
        return user();
    return name == "session" ? session() : std::nullopt;
}

std::optional<std::string> ExchangeFields::session() const
{
    if (const std::string_view named = namedSession(m_of.request.headers); !named.empty())
        return std::string(named);
    return body() ? scalarText(json::find(*body(), "prompt_cache_key")) : std::nullopt;
}

std::optional<std::string> ExchangeFields::user() const
{
    if (auto said = header("helicone-user-id"); said && !said->empty())
        return said;
    if (auto said = body() ? scalarText(json::find(*body(), "user")) : std::nullopt)
        return said;
    return metadata("user_id");
}

std::string ExchangeFields::ofTime(std::string_view name) const
{
    const std::tm local = localTime(std::chrono::system_clock::to_time_t(m_of.now));
    if (name == "hour")
        return std::to_string(local.tm_hour);
    constexpr std::array<const char *, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    if (name == "weekday")
        return kDays.at(static_cast<std::size_t>(local.tm_wday));
    return name == "date" ? formatTime("%Y-%m-%d", local) : std::string();
}

std::optional<json::Array> ExchangeFields::turns() const
{
    for (const char *name : kTurnLists) {
        if (const auto list = body() ? json::findArray(*body(), name) : std::nullopt)
            return list;
    }
    return std::nullopt;
}

std::uint64_t ExchangeFields::conversation() const
{
    const std::uint64_t seed = fnv1a(m_of.caller.name + "\n" + std::string(m_of.app) + "\n");
    if (const auto named = session())
        return fnv1a(*named, seed);
    const auto list = turns();
    for (const json::Element turn : each(list)) {
        if (turn.is_string() || json::findString(turn, "role").value_or("user") == "user")
            return fnv1a(textOf(turn).substr(0, kHashed), seed);
    }
    for (const char *name : {"input", "prompt"}) { // a question without turns
        if (const auto text = body() ? json::findString(*body(), name) : std::nullopt)
            return fnv1a(text->substr(0, kHashed), seed);
    }
    return 0;
}

std::string ExchangeFields::identity() const
{
    for (const auto &name : {user(), session(), some(m_of.caller.name)}) {
        if (name)
            return *name;
    }
    return {};
}

std::string ExchangeFields::owner(std::string_view by) const
{
    if (by == "global")
        return {};
    if (by == "router")
        return m_of.route.scope == Scope::Router ? m_of.route.name : "/" + (m_of.route.name.empty() ? "ai" : m_of.route.name);
    if (by == "api-key" && !m_of.caller.name.empty())
        return m_of.caller.name;
    const std::string_view field = by == "model"                    ? "request.model"
                                   : by == "app" || by == "api-key" ? "client.app" // where nobody has a key
                                   : by == "user"                   ? "client.user"
                                   : by == "team"                   ? "metadata.team"
                                                                    : by;
    return value(field).value_or(std::string());
}

bool ExchangeFields::beginsTurn() const
{
    const auto list = turns();
    if (!list || list->size() == 0)
        return true;
    return !answersTool(list->at(list->size() - 1).value());
}

std::string_view namedSession(const http::Headers &headers)
{
    for (const std::string_view name : kSessionFields) {
        if (const std::string_view value = headers.value(name); !value.empty())
            return value;
    }
    return {};
}

routing::RequestNeeds needsOf(const RequestFacts &facts, Endpoint endpoint, const routing::RequestFields *fields)
{
    routing::RequestNeeds needs;
    if (endpoint == Endpoint::Service)
        needs.endpoint.reset(); // who has it is decided before; facts of models are of conversations
    else
        needs.endpoint = endpoint == Endpoint::Embeddings ? config::EndpointType::Embeddings : config::EndpointType::Chat;
    needs.stream = facts.stream;
    needs.tools = facts.hasTools;
    needs.images = facts.hasImages;
    needs.audio = facts.hasAudio;
    needs.documents = facts.hasDocuments;
    needs.jsonSchema = facts.wantsJsonSchema;
    needs.reasoning = facts.wantsReasoning;
    needs.inputTokens = facts.inputTokensEstimate;
    needs.maxTokens = facts.maxTokens;
    needs.model = facts.model;
    needs.prompt = facts.promptText;
    needs.fields = fields;
    return needs;
}

} // namespace pm
