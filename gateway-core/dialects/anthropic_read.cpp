// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic_read.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/anthropic.h"
#include "dialects/anthropic_fields.h"

#include <algorithm>
#include <array>

namespace pm {

namespace anthropic {

namespace {

/// Top-level fields that are read somewhere below, or that mean nothing to another provider.
constexpr std::array<std::string_view, 19> kKnownFields{
    "model",          "messages",      "system",        "max_tokens",       "tools",
    "tool_choice",    "thinking",      "stream",        "output_config",    "metadata",
    "service_tier",   "output_format", "cache_control", "temperature",      "top_p",
    "stop_sequences", "top_k",         "speed",         "anthropic_version"};

/// Reads optional scalar fields; remembers the first of a wrong type.
class Fields
{
public:
    explicit Fields(json::Element root)
        : m_root(root)
    {
    }

    void string(std::string_view name, std::string &to)
    {
        if (const auto value = json::findString(m_root, name))
            to = *value;
        else
            refuseIfPresent(name, "must be a string");
    }
    void boolean(std::string_view name, bool &to)
    {
        if (const auto value = json::findBool(m_root, name))
            to = *value;
        else
            refuseIfPresent(name, "must be true or false");
    }
    void count(std::string_view name, std::optional<std::int64_t> &to)
    {
        to = json::findInt(m_root, name);
        if (!to || *to < 0)
            refuseIfPresent(name, "must be a whole number, not below 0");
    }
    void fraction(std::string_view name, std::optional<double> &to)
    {
        to = json::findDouble(m_root, name);
        if (!to || *to < 0 || *to > 1)
            refuseIfPresent(name, "must be a number from 0 to 1");
    }
    Result<void> result() const
    {
        if (m_error)
            return fail(*m_error);
        return {};
    }

private:
    void refuseIfPresent(std::string_view name, std::string_view must)
    {
        if (!m_error && json::find(m_root, name))
            m_error = badField(std::string(name), must);
    }

    json::Element m_root;
    std::optional<Error> m_error;
};

Result<void> readSystem(json::Element root, ChatRequest &request)
{
    const auto system = json::find(root, "system");
    if (!system)
        return {};
    auto parts = readContent(*system, "system", request.uncarried);
    if (!parts)
        return fail(parts.error());
    for (std::size_t i = 0; i < parts->size(); ++i) {
        if (!parts->at(i).as<TextPart>())
            return fail(badField(place("system", i) + ".type", "must be text"));
    }
    if (!parts->empty())
        request.messages.push_back({Role::System, std::move(*parts), false, {}});
    return {};
}

std::optional<Role> roleOf(std::string_view name)
{
    if (name == "user")
        return Role::User;
    if (name == "assistant")
        return Role::Assistant;
    if (name == "system")
        return Role::System;
    return std::nullopt;
}

/// Calls are the assistant's and results the user's.
Result<void> checkBlocksOfRole(const Message &message, const std::string &at)
{
    for (const Part &part : message.parts) {
        if (part.as<ToolCallPart>() && message.role != Role::Assistant)
            return fail(badField(at + ".content", "tool_use blocks stand in assistant messages only"));
        if (part.as<ToolResultPart>() && message.role != Role::User)
            return fail(badField(at + ".content", "tool_result blocks stand in user messages only"));
    }
    return {};
}

Result<Message> readMessage(json::Element entry, const std::string &at, std::vector<std::string> &uncarried)
{
    if (!entry.is_object())
        return fail(badField(at, "must be an object"));
    const auto role = roleOf(json::findString(entry, "role").value_or(""));
    if (!role)
        return fail(badField(at + ".role", "must be user, assistant or system"));
    const auto content = json::find(entry, "content");
    if (!content)
        return fail(badField(at + ".content", "must be a string or an array of blocks"));
    auto parts = readContent(*content, at + ".content", uncarried);
    if (!parts)
        return fail(parts.error());
    Message message{*role, std::move(*parts), false, {}};
    if (auto blocks = checkBlocksOfRole(message, at); !blocks)
        return fail(blocks.error());
    return message;
}

Result<void> readMessages(json::Element root, ChatRequest &request)
{
    const auto list = json::findArray(root, "messages");
    if (!list)
        return fail(badField("messages", "must be an array"));
    std::size_t index = 0;
    for (const json::Element entry : *list) {
        auto message = readMessage(entry, place("messages", index++), request.uncarried);
        if (!message)
            return fail(message.error());
        request.messages.push_back(std::move(*message));
    }
    return {};
}

Result<void> readStops(json::Element root, ChatRequest &request)
{
    const auto list = json::find(root, "stop_sequences");
    if (!list)
        return {};
    if (!list->is_array())
        return fail(badField("stop_sequences", "must be an array of strings"));
    std::size_t index = 0;
    for (const json::Element entry : items(*list)) {
        if (!entry.is_string())
            return fail(badField(place("stop_sequences", index), "must be a string"));
        request.stop.emplace_back(entry.get_string().value_unsafe());
        ++index;
    }
    return {};
}

Result<void> readScalars(json::Element root, ChatRequest &request)
{
    Fields fields(root);
    fields.string("model", request.model);
    fields.count("max_tokens", request.maxTokens);
    fields.fraction("temperature", request.temperature);
    fields.fraction("top_p", request.topP);
    fields.count("top_k", request.topK);
    fields.boolean("stream", request.stream);
    fields.string("service_tier", request.serviceTier);
    request.cache = readCacheMark(root);
    return fields.result();
}

void readMetadata(json::Element root, ChatRequest &request)
{
    const auto metadata = json::findObject(root, "metadata");
    if (!metadata)
        return;
    for (const auto member : fields(*metadata)) {
        if (member.key == "user_id" && member.value.is_string())
            request.user = member.value.get_string().value_unsafe();
        else if (!member.value.is_null())
            note(request.uncarried, "metadata." + std::string(clipUtf8(member.key, 64)));
    }
}

void noteUnknownFields(json::Element root, ChatRequest &request)
{
    for (const auto member : fields(root)) {
        const bool known =
            std::find(kKnownFields.begin(), kKnownFields.end(), member.key) != kKnownFields.end();
        if (!known && !member.value.is_null())
            note(request.uncarried, std::string(clipUtf8(member.key, 64)));
    }
    const auto speed = json::findString(root, "speed");
    if (speed && *speed != "standard")
        note(request.uncarried, "speed");
}

} // namespace

} // namespace anthropic

Result<ChatRequest> Anthropic::readRequest(std::string_view body) const
{
    using namespace anthropic;
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = document->root();
    ChatRequest request;
    for (const auto read :
         {readScalars, readSystem, readMessages, readTools, readOutputSettings, readStops}) {
        if (auto step = read(root, request); !step)
            return fail(step.error());
    }
    readMetadata(root, request);
    noteUnknownFields(root, request);
    return request;
}

} // namespace pm
