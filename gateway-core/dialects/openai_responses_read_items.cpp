// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_responses_fields.h"
#include "dialects/openai_responses_read.h"

namespace pm::responses {

namespace {

Result<Part> readImage(json::Element part)
{
    ImagePart image;
    image.detail = json::findString(part, "detail").value_or("");
    if (const auto url = json::findString(part, "image_url"))
        image.source = openai::readUrl(*url);
    else if (const auto id = json::findString(part, "file_id"))
        image.source = {MediaSource::Kind::FileId, {}, std::string(*id)};
    else
        return fail(badField("image_url", "must be a string"));
    return Part{std::move(image), {}};
}

Result<Part> readFile(json::Element part)
{
    DocumentPart document;
    document.title = json::findString(part, "filename").value_or("");
    if (const auto data = json::findString(part, "file_data")) {
        document.source = openai::readUrl(*data);
        if (document.source.kind == MediaSource::Kind::Url) // bare base64
            document.source = {MediaSource::Kind::Base64, "application/pdf", std::string(*data)};
    } else if (const auto url = json::findString(part, "file_url")) {
        document.source = {MediaSource::Kind::Url, {}, std::string(*url)};
    } else if (const auto id = json::findString(part, "file_id")) {
        document.source = {MediaSource::Kind::FileId, {}, std::string(*id)};
    } else {
        return fail(badField("file_data", "must be a string, or file_url or file_id"));
    }
    return Part{std::move(document), {}};
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

Result<Part> readPart(json::Element part)
{
    const std::string_view type = json::findString(part, "type").value_or("");
    if (type == "input_text" || type == "output_text" || type == "text" || type == "summary_text") {
        const auto text = json::findString(part, "text");
        if (!text)
            return fail(badField("text", "must be a string"));
        return Part{TextPart{std::string(*text), {}}, {}};
    }
    if (type == "refusal")
        return Part{RefusalPart{std::string(json::findString(part, "refusal").value_or(""))}, {}};
    if (type == "input_image")
        return readImage(part);
    if (type == "input_file")
        return readFile(part);
    if (type == "input_audio")
        return readAudio(part);
    return fail(badField("type", "must be input_text, input_image, input_file, input_audio, output_text or refusal"));
}

/// A string or an array of parts. Empty texts mean nothing, and some dialects refuse them.
Result<std::vector<Part>> readContent(json::Element item, std::string_view key)
{
    std::vector<Part> parts;
    const auto content = json::find(item, key);
    if (!content)
        return parts;
    if (content->is_string()) {
        if (const std::string_view text = content->get_string().value_unsafe(); !text.empty())
            parts.push_back({TextPart{std::string(text), {}}, {}});
        return parts;
    }
    if (!content->is_array())
        return fail(badField(std::string(key), "must be a string or an array of parts"));
    std::size_t index = 0;
    for (const json::Element each : items(*content)) {
        auto part = readPart(each);
        if (!part)
            return fail(below(place(key, index), std::move(part.error())));
        ++index;
        const auto *text = part->as<TextPart>();
        if (!text || !text->text.empty())
            parts.push_back(std::move(*part));
    }
    return parts;
}

/// Puts the turns together from items.
class Conversation
{
public:
    Conversation(const GroupedNames &names, ChatRequest &request)
        : m_names(names)
        , m_request(request)
    {
    }
    Result<void> add(json::Element item, std::size_t index);

private:
    Result<void> addMessage(json::Element item);
    Result<void> addCall(json::Element item, bool isCustom);
    Result<void> addOutput(json::Element item);
    void addReasoning(json::Element item);
    Result<void> addOther(json::Element item, std::string_view type, std::size_t index);
    /// The turn that takes what an assistant said or did: the last one where it is an assistant's.
    Message &assistant();

    const GroupedNames &m_names;
    ChatRequest &m_request;
    bool m_afterOutput = false; ///< the last item was an output
};

Message &Conversation::assistant()
{
    std::vector<Message> &messages = m_request.messages;
    if (messages.empty() || messages.back().role != Role::Assistant)
        messages.push_back(Message{Role::Assistant, {}, false, {}});
    return messages.back();
}

Result<void> Conversation::addMessage(json::Element item)
{
    const std::string_view role = json::findString(item, "role").value_or("");
    auto content = readContent(item, "content");
    if (!content)
        return fail(std::move(content.error()));
    if (role == "assistant") {
        Message &turn = assistant();
        for (Part &part : *content)
            turn.parts.push_back(std::move(part));
        return {};
    }
    Message turn;
    turn.parts = std::move(*content);
    if (role == "system" || role == "developer")
        turn.role = Role::System;
    else if (role != "user")
        return fail(badField("role", "must be user, assistant, system or developer"));
    turn.isDeveloper = role == "developer";
    m_request.messages.push_back(std::move(turn));
    return {};
}

Result<void> Conversation::addCall(json::Element item, bool isCustom)
{
    const auto id = json::findString(item, "call_id");
    const auto name = json::findString(item, "name");
    if (!id)
        return fail(badField("call_id", "must be a string"));
    if (!name)
        return fail(badField("name", "must be a string"));
    ToolCallPart call;
    call.id = *id;
    const std::string group(json::findString(item, "namespace").value_or(""));
    const auto known = m_names.find({group, std::string(*name)});
    call.name = known == m_names.end() ? calledName(item) : known->second;
    if (isCustom) {
        call.arguments = customArguments(json::findString(item, "input").value_or(""));
    } else if (const auto arguments = json::find(item, "arguments")) {
        call.arguments = arguments->is_string()
                             ? std::string(std::string_view(arguments->get_string().value_unsafe()))
                             : json::text(*arguments);
    }
    assistant().parts.push_back({std::move(call), {}});
    return {};
}

Result<void> Conversation::addOutput(json::Element item)
{
    const auto id = json::findString(item, "call_id");
    if (!id)
        return fail(badField("call_id", "must be a string"));
    auto content = readContent(item, "output");
    if (!content)
        return fail(std::move(content.error()));
    if (!m_afterOutput)
        m_request.messages.push_back(Message{});
    ToolResultPart result{std::string(*id), std::move(*content), false};
    m_request.messages.back().parts.push_back({std::move(result), {}});
    return {};
}

void Conversation::addReasoning(json::Element item)
{
    if (auto part = readReasoning(item, true))
        assistant().parts.push_back(std::move(*part));
}

Result<void> Conversation::addOther(json::Element item, std::string_view type, std::size_t index)
{
    if (type == "additional_tools") // read with the tools
        return {};
    if (type == "item_reference") {
        return fail(badField("id", "names an item that is not kept here: \"" +
                                       std::string(json::findString(item, "id").value_or("")).substr(0, 100) +
                                       "\"; send the item itself"));
    }
    // Items of tools that the API's servers run, and whatever is newer than this program.
    note(m_request.uncarried, place("input", index) + ": " + std::string(type));
    return {};
}

Result<void> Conversation::add(json::Element item, std::size_t index)
{
    const std::string_view type = json::findString(item, "type").value_or("message");
    const bool isOutput = type == "function_call_output" || type == "custom_tool_call_output";
    Result<void> added;
    if (type == "message")
        added = addMessage(item);
    else if (type == "function_call" || type == "custom_tool_call")
        added = addCall(item, type == "custom_tool_call");
    else if (isOutput)
        added = addOutput(item);
    else if (type == "reasoning")
        addReasoning(item);
    else
        added = addOther(item, type, index);
    m_afterOutput = isOutput;
    return added;
}

} // namespace

Result<void> readInput(json::Element root, const GroupedNames &names, ChatRequest &request)
{
    if (const auto instructions = json::findString(root, "instructions"); instructions && !instructions->empty())
        request.messages.push_back({Role::System, {{TextPart{std::string(*instructions), {}}, {}}}, false, {}});
    const auto input = json::find(root, "input");
    if (!input || (!input->is_string() && !input->is_array()))
        return fail(badField("input", "must be a string or an array of items"));
    if (input->is_string()) {
        Message turn;
        turn.parts.push_back({TextPart{std::string(std::string_view(input->get_string().value_unsafe())), {}}, {}});
        request.messages.push_back(std::move(turn));
        return {};
    }
    Conversation conversation(names, request);
    std::size_t index = 0;
    for (const json::Element item : items(*input)) {
        const std::string at = place("input", index);
        if (!item.is_object())
            return fail(badField(at, "must be an object"));
        if (auto added = conversation.add(item, index); !added)
            return fail(below(at, std::move(added.error())));
        ++index;
    }
    return {};
}

} // namespace pm::responses
