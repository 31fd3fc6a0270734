// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_message_writer.h"

#include "base/json.h"
#include "dialects/openai_chat_write.h"

#include <algorithm>

// The order of a request's turns, and the turns that are neither the user's nor the model's.
namespace pm::openai {

namespace {

bool hasResults(const Message &message)
{
    return message.role == Role::User &&
           std::any_of(message.parts.begin(), message.parts.end(),
                       [](const Part &part) { return part.as<ToolResultPart>() != nullptr; });
}

} // namespace

/// Where the turns begin that belong to tool calls the model has not yet answered on; the end when it has.
std::size_t MessageWriter::openLoopBegin() const
{
    const auto &messages = m_request.messages;
    if (messages.empty() || !hasResults(messages.back()))
        return messages.size();
    std::size_t begin = messages.size();
    while (begin > 0 && (messages[begin - 1].role != Role::User || hasResults(messages[begin - 1])))
        --begin;
    return begin;
}

Result<void> MessageWriter::writeAll()
{
    const auto &messages = m_request.messages;
    if (m_target.echoReasoning) {
        for (const Message &message : messages) {
            for (const Part &each : message.parts)
                m_echoes = m_echoes || (message.role == Role::Assistant && each.as<ThinkingPart>());
        }
    }
    const std::size_t loop = openLoopBegin();
    m_out.beginArray();
    schemaInstruction();
    for (std::size_t i = 0; i < messages.size();) {
        if (messages[i].role == Role::User) {
            std::size_t end = i + 1;
            while (end < messages.size() && messages[end].role == Role::User)
                ++end;
            if (auto written = userRun(i, end); !written)
                return written;
            i = end;
            continue;
        }
        if (messages[i].role == Role::System)
            system(messages[i]);
        else
            assistant(messages[i], i >= loop);
        ++i;
    }
    m_out.endArray();
    return {};
}

/// Where the target only promises some JSON object, the schema is asked for in words.
void MessageWriter::schemaInstruction()
{
    const ResponseFormat &format = m_request.responseFormat;
    if (format.kind != ResponseFormat::Kind::JsonSchema || m_target.structuredOutput)
        return;
    lose(m_losses, "response_format: schema as instruction");
    m_out.beginObject();
    m_out.member("role", "system");
    m_out.member("content", "Answer with one JSON object that matches this JSON Schema, and nothing else:\n" +
                                (format.schema.empty() ? std::string("{}") : format.schema));
    m_out.endObject();
}

void MessageWriter::system(const Message &message)
{
    std::string text;
    for (const Part &each : message.parts) {
        const auto *words = each.as<TextPart>();
        // Claude Code's billing line is for Anthropic alone, and its changing digits defeat prompt caches.
        if (!words || words->text.rfind("x-anthropic-billing-header:", 0) == 0)
            continue;
        noteCacheMark(each);
        text += text.empty() ? "" : "\n\n";
        text += words->text;
    }
    if (text.empty())
        return;
    m_out.beginObject();
    m_out.member("role", message.isDeveloper && m_target.developerRole ? "developer" : "system");
    m_out.member("content", text);
    if (!message.name.empty())
        m_out.member("name", message.name);
    m_out.endObject();
}

void MessageWriter::noteCacheMark(const Part &part)
{
    if (part.cache)
        lose(m_losses, "cache_control");
}

Result<void> writeMessages(json::Writer &out, const ChatRequest &request, const TargetTraits &target,
                           Losses &losses)
{
    return MessageWriter(out, request, target, losses).writeAll();
}

} // namespace pm::openai
