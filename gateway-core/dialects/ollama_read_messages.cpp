// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/ollama_fields.h"
#include "dialects/ollama_read.h"
#include "dialects/shared/field_errors.h"
#include "dialects/shared/json_body.h"
#include "dialects/shared/media.h"

#include <algorithm>

// The turns of a request.
namespace pm::ollama {

using errors::badField;
using errors::place;

namespace {

/// Reads message after message of one conversation. Used once.
class MessageReader
{
public:
    Result<void> take(json::Element message);
    std::vector<Message> finish() { return std::move(m_messages); }

private:
    /// A call that no result has answered yet.
    struct OpenCall
    {
        std::string id;
        std::string name;
    };

    Result<void> assistant(json::Element message);
    Result<void> call(json::Element entry, std::vector<Part> &parts);
    Result<void> toolResult(json::Element message);
    std::string answeredCall(std::string_view id, std::string_view name);

    std::vector<Message> m_messages;
    std::vector<OpenCall> m_open; ///< of the last assistant turn, in order
    std::size_t m_calls = 0;      ///< so far, for made-up ids
    bool m_afterResult = false;
};

void addText(std::vector<Part> &parts, json::Element message)
{
    if (const auto text = json::findString(message, "content"); text && !text->empty())
        parts.push_back({TextPart{std::string(*text)}, {}});
}

Result<void> MessageReader::take(json::Element message)
{
    const auto role = json::findString(message, "role");
    if (!role)
        return fail(badField("role", "must be a string"));
    const auto content = json::find(message, "content");
    if (content && !content->is_string())
        return fail(badField("content", "must be a string"));
    if (*role == "tool")
        return toolResult(message);
    m_afterResult = false;
    if (*role == "assistant")
        return assistant(message);
    if (*role != "user" && *role != "system" && *role != "developer")
        return fail(badField("role", "must be system, user, assistant or tool"));
    Message read;
    read.role = *role == "user" ? Role::User : Role::System;
    addText(read.parts, message);
    if (auto images = readImages(message, read.parts); !images)
        return images;
    m_messages.push_back(std::move(read));
    return {};
}

Result<void> MessageReader::assistant(json::Element message)
{
    Message read;
    read.role = Role::Assistant;
    if (const auto thinking = json::findString(message, "thinking"); thinking && !thinking->empty())
        read.parts.push_back({ThinkingPart{std::string(*thinking), {}}, {}});
    addText(read.parts, message);
    m_open.clear();
    const auto calls = json::find(message, "tool_calls");
    if (calls && !calls->is_array())
        return fail(badField("tool_calls", "must be an array"));
    if (calls) {
        std::size_t index = 0;
        for (const json::Element entry : items(*calls)) {
            if (auto added = call(entry, read.parts); !added)
                return fail(errors::below(place("tool_calls", index), std::move(added.error())));
            ++index;
        }
    }
    m_messages.push_back(std::move(read));
    return {};
}

Result<void> MessageReader::call(json::Element entry, std::vector<Part> &parts)
{
    const auto function = json::findObject(entry, "function");
    const auto name = function ? json::findString(*function, "name") : std::nullopt;
    if (!name || name->empty())
        return fail(badField("function.name", "must be a string that is not empty"));
    ToolCallPart part;
    part.name = *name;
    part.arguments = readArguments(*function);
    part.id = json::findString(entry, "id").value_or("");
    // The same place in the conversation gives the same id, so that prompt caches hold from turn to turn.
    if (part.id.empty())
        part.id = madeUpCallId(part.name, m_calls);
    ++m_calls;
    m_open.push_back({part.id, part.name});
    parts.push_back({std::move(part), {}});
    return {};
}

/// The id of the call that a result belongs to: by its own id, else by name, else the first that waits.
std::string MessageReader::answeredCall(std::string_view id, std::string_view name)
{
    const auto find = [&](auto matches) { return std::find_if(m_open.begin(), m_open.end(), matches); };
    auto found = m_open.end();
    if (!id.empty())
        found = find([&](const OpenCall &open) { return open.id == id; });
    else if (!name.empty())
        found = find([&](const OpenCall &open) { return open.name == name; });
    else
        found = m_open.begin();
    if (found == m_open.end())
        return id.empty() ? madeUpCallId(name, m_calls++) : std::string(id);
    std::string answered = std::move(found->id);
    m_open.erase(found);
    return answered;
}

Result<void> MessageReader::toolResult(json::Element message)
{
    std::string_view name = json::findString(message, "tool_name").value_or("");
    if (name.empty())
        name = json::findString(message, "name").value_or("");
    ToolResultPart result;
    result.toolCallId = answeredCall(json::findString(message, "tool_call_id").value_or(""), name);
    addText(result.content, message);
    if (auto images = readImages(message, result.content); !images)
        return images;
    if (!m_afterResult)
        m_messages.emplace_back(); // a user turn
    m_messages.back().parts.push_back({std::move(result), {}});
    m_afterResult = true;
    return {};
}

} // namespace

Result<void> readImages(json::Element carrier, std::vector<Part> &parts)
{
    const auto list = json::find(carrier, "images");
    if (!list)
        return {};
    if (!list->is_array())
        return fail(badField("images", "must be an array"));
    std::size_t index = 0;
    for (const json::Element item : items(*list)) {
        const std::string at = place("images", index++);
        if (!item.is_string())
            return fail(badField(at, "must be a string of base64"));
        const std::string_view text = item.get_string().value_unsafe();
        ImagePart image;
        if (auto given = shared::fromDataUrl(text)) { // clients of other formats put them here too
            image.source = std::move(*given);
        } else {
            image.source.mediaType = shared::sniffedMediaType(text);
            image.source.data = text;
        }
        parts.push_back({std::move(image), {}});
    }
    return {};
}

Result<std::vector<Message>> readMessages(json::Element list)
{
    MessageReader reader;
    std::size_t index = 0;
    for (const json::Element item : items(list)) {
        const std::string at = place("messages", index++);
        if (!item.is_object())
            return fail(badField(at, "must be an object"));
        if (auto taken = reader.take(item); !taken)
            return fail(errors::below(at, std::move(taken.error())));
    }
    return reader.finish();
}

Result<std::vector<Message>> readPrompt(json::Element root)
{
    for (const char *key : {"prompt", "suffix", "system"}) {
        if (json::find(root, key) && !json::findString(root, key))
            return fail(badField(key, "must be a string"));
    }
    if (json::findString(root, "suffix").value_or("") != "") {
        return fail(errors::unsupportedField(
            "suffix",
            "text that is filled in between two others can be asked of the model's own Ollama server only"));
    }
    if (json::findBool(root, "raw").value_or(false)) {
        return fail(errors::unsupportedField("raw", "a prompt in a model's own template can be sent to that "
                                                    "model's Ollama server only; leave it out"));
    }
    std::vector<Message> messages;
    const std::string_view system = json::findString(root, "system").value_or("");
    Message user;
    if (const auto prompt = json::findString(root, "prompt"); prompt && !prompt->empty())
        user.parts.push_back({TextPart{std::string(*prompt)}, {}});
    if (auto images = readImages(root, user.parts); !images)
        return fail(std::move(images.error()));
    if (user.parts.empty())
        return messages;
    if (!system.empty())
        messages.push_back({Role::System, {{TextPart{std::string(system)}, {}}}, false, {}});
    messages.push_back(std::move(user));
    return messages;
}

} // namespace pm::ollama
