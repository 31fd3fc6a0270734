// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_fields.h"
#include "dialects/openai_chat_write.h"

#include <algorithm>

namespace pm::openai {

namespace {

using Parts = std::vector<Part>;

/// Writes turn after turn of one request.
class MessageWriter
{
public:
    MessageWriter(json::Writer &out, const ChatRequest &request, const TargetTraits &target, Losses &losses)
        : m_out(out)
        , m_request(request)
        , m_target(target)
        , m_losses(losses)
    {
    }
    Result<void> writeAll();

private:
    /// A picture or file that its tool message could not hold, and the call it belongs to.
    struct Moved
    {
        const Part *part;
        const ToolResultPart *result;
        std::string at;
    };

    void schemaInstruction();
    void system(const Message &message);
    void assistant(const Message &message, bool inOpenLoop);
    Result<void> userRun(std::size_t begin, std::size_t end);
    Result<void> toolResult(const ToolResultPart &result, const std::string &at, std::vector<Moved> &moved);
    Result<void> movedMedia(const std::vector<Moved> &moved);
    Result<void> user(const Message &message, const std::string &at);
    void noteMark(const Part &part)
    {
        if (part.cache)
            lose(m_losses, "cache_control");
    }
    std::size_t openLoopBegin() const;

    json::Writer &m_out;
    const ChatRequest &m_request;
    const TargetTraits &m_target;
    Losses &m_losses;
    bool m_echoes = false; ///< any turn has reasoning, so every assistant turn must show some
};

bool hasResults(const Message &message)
{
    return message.role == Role::User &&
           std::any_of(message.parts.begin(), message.parts.end(),
                       [](const Part &part) { return part.as<ToolResultPart>() != nullptr; });
}

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
        noteMark(each);
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

/// An assistant turn sorted into the places that a message of this dialect has.
struct Answer
{
    std::string text;
    std::string thinking;
    std::string refusal;
    std::vector<const ToolCallPart *> calls;
    bool hasSignature = false;
};

Answer sortAnswer(const Parts &parts)
{
    Answer answer;
    bool afterCall = false;
    for (const Part &part : parts) {
        if (const auto *text = part.as<TextPart>()) {
            answer.text += afterCall && !answer.text.empty() ? "\n\n" : ""; // it has no place after the call
            answer.text += text->text;
            afterCall = false;
        } else if (const auto *thinking = part.as<ThinkingPart>()) {
            answer.thinking += thinking->text;
            answer.hasSignature = answer.hasSignature || !thinking->signature.empty();
        } else if (part.as<RedactedThinkingPart>()) {
            answer.hasSignature = true;
        } else if (const auto *refusal = part.as<RefusalPart>()) {
            answer.refusal += refusal->text;
        } else if (const auto *call = part.as<ToolCallPart>()) {
            answer.calls.push_back(call);
            afterCall = true;
        }
    }
    return answer;
}

void MessageWriter::assistant(const Message &message, bool inOpenLoop)
{
    for (const Part &each : message.parts)
        noteMark(each);
    const Answer answer = sortAnswer(message.parts);
    // Past thinking is no loss: providers drop it themselves. Within an open tool loop it is.
    if (inOpenLoop && !answer.thinking.empty() && !m_echoes)
        lose(m_losses, "thinking");
    if (inOpenLoop && answer.hasSignature)
        lose(m_losses, "thinking signature");
    m_out.beginObject();
    m_out.member("role", "assistant");
    if (answer.text.empty() && (!answer.calls.empty() || !answer.refusal.empty()))
        m_out.memberNull("content");
    else
        m_out.member("content", answer.text);
    if (!answer.refusal.empty())
        m_out.member("refusal", answer.refusal);
    if (m_echoes)
        m_out.member("reasoning_content", answer.thinking);
    if (!message.name.empty())
        m_out.member("name", message.name);
    if (!answer.calls.empty()) {
        m_out.key("tool_calls");
        m_out.beginArray();
        for (const ToolCallPart *call : answer.calls)
            writeToolCall(m_out, *call, targetToolName(call->name, m_losses));
        m_out.endArray();
    }
    m_out.endObject();
}

/// User turns in a row: the tool results of all of them come first, since they must follow the calls
/// directly.
Result<void> MessageWriter::userRun(std::size_t begin, std::size_t end)
{
    std::vector<Moved> moved;
    for (std::size_t i = begin; i < end; ++i) {
        const Parts &list = m_request.messages[i].parts;
        for (std::size_t k = 0; k < list.size(); ++k) {
            const auto *result = list[k].as<ToolResultPart>();
            if (!result)
                continue;
            noteMark(list[k]);
            if (auto written = toolResult(*result, place(place("messages", i) + ".content", k), moved);
                !written)
                return written;
        }
    }
    if (auto written = movedMedia(moved); !written)
        return written;
    for (std::size_t i = begin; i < end; ++i) {
        if (auto written = user(m_request.messages[i], place("messages", i)); !written)
            return written;
    }
    return {};
}

Result<void> MessageWriter::toolResult(const ToolResultPart &result, const std::string &at,
                                       std::vector<Moved> &moved)
{
    const bool hasMedia = std::any_of(result.content.begin(), result.content.end(), isMedia);
    const bool inPlace = hasMedia && m_target.toolContentParts;
    std::string text = result.isError ? "Error: " : "";
    std::vector<const Part *> media;
    bool isFirst = true;
    for (std::size_t i = 0; i < result.content.size(); ++i) {
        const Part &each = result.content[i];
        noteMark(each);
        std::string line;
        if (const auto *words = each.as<TextPart>())
            line = words->text;
        else if (const auto *document = each.as<DocumentPart>(); document && !isMedia(each))
            line = document->source.data;
        else if (isMedia(each) && !inPlace)
            line = each.as<ImagePart>() ? "[image: see the next user message]"
                                        : "[file: see the next user message]";
        if (isMedia(each) && inPlace)
            media.push_back(&each);
        else if (isMedia(each))
            moved.push_back({&each, &result, place(at + ".content", i)});
        if (line.empty())
            continue;
        text += isFirst ? "" : "\n";
        text += line;
        isFirst = false;
    }
    m_out.beginObject();
    m_out.member("role", "tool");
    m_out.member("tool_call_id", result.toolCallId);
    m_out.key("content");
    if (media.empty()) {
        m_out.string(text);
    } else {
        const Part words{TextPart{text}, {}};
        if (!text.empty())
            media.insert(media.begin(), &words);
        if (auto written = writeParts(m_out, media, at); !written)
            return written;
    }
    m_out.endObject();
    return {};
}

Result<void> MessageWriter::movedMedia(const std::vector<Moved> &moved)
{
    if (moved.empty())
        return {};
    m_out.beginObject();
    m_out.member("role", "user");
    m_out.key("content");
    m_out.beginArray();
    for (const Moved &each : moved) {
        writeTextPart(m_out, "Result of tool call " + each.result->toolCallId + ":");
        if (auto written = writePart(m_out, *each.part, each.at); !written)
            return written;
    }
    m_out.endArray();
    m_out.endObject();
    return {};
}

Result<void> MessageWriter::user(const Message &message, const std::string &at)
{
    std::vector<const Part *> rest;
    bool isText = true;
    for (const Part &each : message.parts) {
        if (each.as<ToolResultPart>())
            continue;
        noteMark(each);
        rest.push_back(&each);
        isText = isText && each.as<TextPart>();
    }
    if (rest.empty() && !message.parts.empty())
        return {}; // it held tool results only
    m_out.beginObject();
    m_out.member("role", "user");
    if (!message.name.empty())
        m_out.member("name", message.name);
    m_out.key("content");
    if (rest.empty()) {
        m_out.string("");
    } else if (isText && (rest.size() == 1 || m_target.strictFields)) {
        std::string joined;
        for (const Part *each : rest)
            joined += (joined.empty() ? "" : "\n\n") + each->as<TextPart>()->text;
        m_out.string(joined);
    } else if (auto written = writeParts(m_out, rest, at + ".content"); !written) {
        return written;
    }
    m_out.endObject();
    return {};
}

} // namespace

Result<void> writeMessages(json::Writer &out, const ChatRequest &request, const TargetTraits &target,
                           Losses &losses)
{
    return MessageWriter(out, request, target, losses).writeAll();
}

} // namespace pm::openai
