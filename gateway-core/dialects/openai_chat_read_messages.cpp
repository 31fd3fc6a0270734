// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_fields.h"

#include "base/json.h"
#include "dialects/openai_chat_read.h"
#include "dialects/shared/custom_tools.h"

namespace pm::openai {

namespace {

/// Reads turn after turn; remembers what the old function messages, which have no ids, refer to.
class Conversation
{
public:
    explicit Conversation(std::vector<std::string> &uncarried)
        : m_uncarried(uncarried)
    {
    }

    Result<void> add(json::Element message, std::size_t index);
    std::vector<Message> take() { return std::move(m_messages); }

private:
    Result<void> addPlain(json::Element message, Message turn);
    Result<void> addAssistant(json::Element message);
    Result<void> addToolCalls(json::Element message, Message &turn);
    Result<void> addToolCall(json::Element call, Message &turn);
    Result<void> addResult(json::Element message, std::string callId);

    std::vector<std::string> &m_uncarried;
    std::vector<Message> m_messages;
    std::string m_functionCallId; ///< of the last function_call
    std::size_t m_index = 0;
    bool m_afterResult = false; ///< the last message was a tool message
};

Result<void> Conversation::add(json::Element message, std::size_t index)
{
    m_index = index;
    const auto role = json::findString(message, "role");
    if (!role)
        return fail(badField("role", "must be a string"));
    const bool isResult = *role == "tool" || *role == "function";
    m_afterResult = m_afterResult && isResult;
    if (*role == "user")
        return addPlain(message, Message{Role::User});
    if (*role == "system" || *role == "developer")
        return addPlain(message, Message{Role::System, {}, *role == "developer"});
    if (*role == "assistant")
        return addAssistant(message);
    if (*role == "function")
        return addResult(message, m_functionCallId);
    if (*role != "tool")
        return fail(badField("role", "must be developer, system, user, assistant, tool or function"));
    const auto id = json::findString(message, "tool_call_id");
    if (!id)
        return fail(badField("tool_call_id", "must be a string"));
    return addResult(message, std::string(*id));
}

Result<void> Conversation::addPlain(json::Element message, Message turn)
{
    auto parts = readContent(message);
    if (!parts)
        return fail(std::move(parts.error()));
    turn.parts = std::move(*parts);
    turn.name = json::findString(message, "name").value_or("");
    m_messages.push_back(std::move(turn));
    return {};
}

Result<void> Conversation::addAssistant(json::Element message)
{
    if (json::findObject(message, "audio")) {
        Error error{ErrorKind::NotSupported, "audio refers to an answer that only its provider has"};
        error.param = "audio";
        return fail(std::move(error));
    }
    auto content = readContent(message);
    if (!content)
        return fail(std::move(content.error()));
    Message turn{Role::Assistant};
    turn.name = json::findString(message, "name").value_or("");
    if (const std::string_view thought = reasoningText(message); !thought.empty())
        turn.parts.push_back({ThinkingPart{std::string(thought), {}}, {}});
    for (Part &part : *content)
        turn.parts.push_back(std::move(part));
    if (const auto refusal = json::findString(message, "refusal"); refusal && !refusal->empty())
        turn.parts.push_back({RefusalPart{std::string(*refusal)}, {}});
    if (json::find(message, "reasoning_details"))
        note(m_uncarried, place("messages", m_index) + ".reasoning_details");
    if (auto added = addToolCalls(message, turn); !added)
        return added;
    m_messages.push_back(std::move(turn));
    return {};
}

Result<void> Conversation::addToolCalls(json::Element message, Message &turn)
{
    const auto calls = json::find(message, "tool_calls");
    if (calls && !calls->is_array())
        return fail(badField("tool_calls", "must be an array"));
    if (calls) {
        std::size_t index = 0;
        for (const json::Element call : items(*calls)) {
            if (auto added = addToolCall(call, turn); !added)
                return fail(below(place("tool_calls", index), std::move(added.error())));
            ++index;
        }
    }
    if (const auto old = json::findObject(message, "function_call")) {
        const auto name = json::findString(*old, "name");
        if (!name)
            return fail(badField("function_call.name", "must be a string"));
        m_functionCallId = "call_function_" + std::to_string(m_index);
        ToolCallPart part{m_functionCallId, std::string(*name), {}};
        part.arguments = json::findString(*old, "arguments").value_or("");
        turn.parts.push_back({std::move(part), {}});
    }
    return {};
}

Result<void> Conversation::addToolCall(json::Element call, Message &turn)
{
    const auto id = json::findString(call, "id");
    if (!id)
        return fail(badField("id", "must be a string"));
    const Signature signature = readCallSignature(call, kGoogleFamily);
    if (signature.empty() && json::find(call, "extra_content"))
        note(m_uncarried, place("messages", m_index) + ".tool_calls: extra_content");
    const auto custom = json::findObject(call, "custom");
    const auto inner = custom ? custom : json::findObject(call, "function");
    const auto name = inner ? json::findString(*inner, "name") : std::nullopt;
    if (!name)
        return fail(badField(custom ? "custom.name" : "function.name", "must be a string"));
    ToolCallPart part{std::string(*id), std::string(*name), {}, signature};
    if (custom) {
        part.arguments = customArguments(json::findString(*custom, "input").value_or(""));
    } else if (const auto arguments = json::find(*inner, "arguments")) {
        part.arguments = arguments->is_string()
                             ? std::string(std::string_view(arguments->get_string().value_unsafe()))
                             : json::text(*arguments);
    }
    turn.parts.push_back({std::move(part), readCacheMark(call)});
    return {};
}

Result<void> Conversation::addResult(json::Element message, std::string callId)
{
    auto content = readContent(message);
    if (!content)
        return fail(std::move(content.error()));
    const auto mark = readCacheMark(message);
    for (Part &part : *content) {
        if (mark)
            part.cache.reset(); // one mark on the message is one breakpoint
    }
    Part part{ToolResultPart{std::move(callId), std::move(*content), false}, mark};
    if (!m_afterResult)
        m_messages.push_back(Message{Role::User});
    m_afterResult = true;
    m_messages.back().parts.push_back(std::move(part));
    return {};
}

// -- parts
// ----------------------------------------------------------------------------------------------------

Result<Part> readImage(json::Element part)
{
    const auto object = json::findObject(part, "image_url");
    // Some clients write the URL without the object around it.
    const auto url = object ? json::findString(*object, "url") : json::findString(part, "image_url");
    if (!url)
        return fail(badField("image_url.url", "must be a string"));
    std::string detail(object ? json::findString(*object, "detail").value_or("") : "");
    return Part{ImagePart{readUrl(*url), std::move(detail)}, {}};
}

Result<Part> readAudio(json::Element part)
{
    const auto object = json::findObject(part, "input_audio");
    const auto data = object ? json::findString(*object, "data") : std::nullopt;
    const auto format = object ? json::findString(*object, "format") : std::nullopt;
    if (!data || !format)
        return fail(badField("input_audio", "must be an object with the strings data and format"));
    return Part{AudioPart{std::string(*format), std::string(*data)}, {}};
}

Result<Part> readFile(json::Element part)
{
    const auto object = json::findObject(part, "file");
    const auto data = object ? json::findString(*object, "file_data") : std::nullopt;
    const auto id = object ? json::findString(*object, "file_id") : std::nullopt;
    if (!data && !id)
        return fail(badField("file", "must be an object with file_data or file_id"));
    DocumentPart document;
    document.title = json::findString(*object, "filename").value_or("");
    if (!data)
        document.source = {MediaSource::Kind::FileId, {}, std::string(*id)};
    else
        document.source = readUrl(*data);
    if (data && document.source.kind == MediaSource::Kind::Url && data->find("://") == std::string_view::npos)
        document.source = {MediaSource::Kind::Base64, "application/pdf", std::string(*data)}; // bare base64
    return Part{std::move(document), {}};
}

Result<Part> readPart(json::Element part)
{
    const auto type = json::findString(part, "type");
    const auto text = [&](std::string_view key) -> Result<std::string> {
        const auto found = json::findString(part, key);
        return found ? Result<std::string>(*found) : fail(badField(std::string(key), "must be a string"));
    };
    if (type == "text" || type == "input_text" || type == "output_text")
        return text("text").map([](std::string s) { return Part{TextPart{std::move(s)}, {}}; });
    if (type == "refusal")
        return text("refusal").map([](std::string s) { return Part{RefusalPart{std::move(s)}, {}}; });
    if (type == "image_url")
        return readImage(part);
    if (type == "input_audio")
        return readAudio(part);
    if (type == "file")
        return readFile(part);
    if (type == "video_url") {
        Error error{ErrorKind::NotSupported, "type: video_url cannot be sent to this provider"};
        error.param = "type";
        return fail(std::move(error));
    }
    return fail(badField("type", "must be text, image_url, input_audio, file or refusal"));
}

} // namespace

Result<std::vector<Part>> readContent(json::Element message)
{
    std::vector<Part> parts;
    const auto content = json::find(message, "content");
    if (!content)
        return parts;
    if (content->is_string()) {
        const std::string_view text = content->get_string().value_unsafe();
        if (!text.empty())
            parts.push_back({TextPart{std::string(text)}, readCacheMark(message)});
        return parts;
    }
    if (!content->is_array())
        return fail(badField("content", "must be a string or an array of parts"));
    std::size_t index = 0;
    for (const json::Element item : items(*content)) {
        auto part = readPart(item);
        if (!part)
            return fail(below(place("content", index), std::move(part.error())));
        ++index;
        part->cache = readCacheMark(item);
        const TextPart *text = part->as<TextPart>();
        if (!text || !text->text.empty()) // empty text means nothing, and some dialects refuse it
            parts.push_back(std::move(*part));
    }
    return parts;
}

Result<std::vector<Message>> readMessages(json::Element list, std::vector<std::string> &uncarried)
{
    Conversation conversation(uncarried);
    std::size_t index = 0;
    for (const json::Element message : items(list)) {
        if (!message.is_object())
            return fail(badField(place("messages", index), "must be an object"));
        if (auto added = conversation.add(message, index); !added)
            return fail(below(place("messages", index), std::move(added.error())));
        ++index;
    }
    return conversation.take();
}

} // namespace pm::openai
