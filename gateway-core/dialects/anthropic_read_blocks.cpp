// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic_fields.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/anthropic_read.h"

namespace pm::anthropic {

namespace {

using Block = Result<std::optional<Part>>;

Result<std::string> requiredString(json::Element object, std::string_view name, const std::string &at)
{
    const auto found = json::findString(object, name);
    if (!found)
        return fail(badField(at + "." + std::string(name), "must be a string"));
    return std::string(*found);
}

Block textBlock(json::Element block, const std::string &at, std::vector<std::string> &uncarried)
{
    auto text = requiredString(block, "text", at);
    if (!text)
        return fail(text.error());
    if (const auto citations = json::findArray(block, "citations"); citations && citations->size() > 0)
        note(uncarried, "text citations");
    return Part{TextPart{std::move(*text)}, {}};
}

Block imageBlock(json::Element block, const std::string &at, std::vector<std::string> &uncarried)
{
    auto source = readSource(block, at, uncarried);
    if (!source)
        return fail(source.error());
    return Part{ImagePart{std::move(*source), {}}, {}};
}

Block documentBlock(json::Element block, const std::string &at, std::vector<std::string> &uncarried)
{
    auto source = readSource(block, at, uncarried);
    if (!source)
        return fail(source.error());
    if (json::find(block, "context"))
        note(uncarried, "document context");
    if (const auto citations = json::findObject(block, "citations");
        citations && json::findBool(*citations, "enabled").value_or(false))
        note(uncarried, "document citations");
    return Part{DocumentPart{std::move(*source), std::string(json::findString(block, "title").value_or(""))},
                {}};
}

Block toolUseBlock(json::Element block, const std::string &at)
{
    auto id = requiredString(block, "id", at);
    if (!id)
        return fail(id.error());
    auto name = requiredString(block, "name", at);
    if (!name)
        return fail(name.error());
    const auto input = json::find(block, "input");
    if (input && !input->is_object())
        return fail(badField(at + ".input", "must be an object"));
    return Part{ToolCallPart{std::move(*id), std::move(*name), input ? json::text(*input) : "{}"}, {}};
}

Block toolResultBlock(json::Element block, const std::string &at, std::vector<std::string> &uncarried)
{
    auto id = requiredString(block, "tool_use_id", at);
    if (!id)
        return fail(id.error());
    ToolResultPart result;
    result.toolCallId = std::move(*id);
    result.isError = json::findBool(block, "is_error").value_or(false);
    if (const auto content = json::find(block, "content")) {
        auto parts = readContent(*content, at + ".content", uncarried);
        if (!parts)
            return fail(parts.error());
        for (Part &part : *parts) {
            if (part.as<TextPart>() || part.as<ImagePart>() || part.as<DocumentPart>())
                result.content.push_back(std::move(part));
            else
                note(uncarried, at + ".content: blocks that no result holds");
        }
    }
    return Part{std::move(result), {}};
}

Block thinkingBlock(json::Element block, const std::string &at)
{
    auto text = requiredString(block, "thinking", at);
    if (!text)
        return fail(text.error());
    return Part{
        ThinkingPart{std::move(*text), opened(json::findString(block, "signature").value_or(""), kFamily)}, {}};
}

/// A search result has no counterpart elsewhere, but its words do: title, source and text.
Block searchResultBlock(json::Element block, const std::string &at, std::vector<std::string> &uncarried)
{
    std::string text = "[search result] ";
    text += json::findString(block, "title").value_or("");
    text += " (";
    text += json::findString(block, "source").value_or("");
    text += ")";
    const auto content = json::find(block, "content");
    if (!content)
        return fail(badField(at + ".content", "must be an array of text blocks"));
    const auto parts = readContent(*content, at + ".content", uncarried);
    if (!parts)
        return fail(parts.error());
    for (const Part &part : *parts) {
        if (const auto *words = part.as<TextPart>())
            text += "\n" + words->text;
    }
    note(uncarried, at + ": search_result given as text");
    return Part{TextPart{std::move(text)}, {}};
}

Block blockOfType(std::string_view type, json::Element block, const std::string &at,
                  std::vector<std::string> &uncarried)
{
    if (type == "text")
        return textBlock(block, at, uncarried);
    if (type == "image")
        return imageBlock(block, at, uncarried);
    if (type == "document")
        return documentBlock(block, at, uncarried);
    if (type == "tool_use")
        return toolUseBlock(block, at);
    if (type == "tool_result")
        return toolResultBlock(block, at, uncarried);
    if (type == "thinking")
        return thinkingBlock(block, at);
    if (type == "redacted_thinking") {
        auto data = requiredString(block, "data", at);
        if (!data)
            return fail(data.error());
        return Part{RedactedThinkingPart{opened(*data, kFamily)}, {}};
    }
    if (type == "search_result")
        return searchResultBlock(block, at, uncarried);
    if (type == "compaction") { // the summary stands for the turns before it
        if (const auto summary = json::findString(block, "content"))
            return Part{TextPart{std::string(*summary)}, {}};
    }
    note(uncarried, at + ": " + std::string(clipUtf8(type, 64)));
    return std::optional<Part>();
}

/// The words of a document given as content blocks.
Result<MediaSource> contentSource(json::Element source, const std::string &at,
                                  std::vector<std::string> &uncarried)
{
    const auto content = json::find(source, "content");
    if (!content)
        return fail(badField(at + ".content", "must be a string or an array of blocks"));
    const auto parts = readContent(*content, at + ".content", uncarried);
    if (!parts)
        return fail(parts.error());
    MediaSource found{MediaSource::Kind::Text, "text/plain", {}};
    for (const Part &part : *parts) {
        const auto *words = part.as<TextPart>();
        if (!words) {
            note(uncarried, at + ": picture inside a document");
            continue;
        }
        if (!found.data.empty())
            found.data += '\n';
        found.data += words->text;
    }
    return found;
}

} // namespace

Result<MediaSource> readSource(json::Element block, const std::string &at,
                               std::vector<std::string> &uncarried)
{
    const std::string place = at + ".source";
    const auto source = json::findObject(block, "source");
    if (!source)
        return fail(badField(place, "must be an object"));
    const auto type = json::findString(*source, "type").value_or("");
    if (type == "content")
        return contentSource(*source, place, uncarried);
    MediaSource found;
    std::string_view from = "data";
    if (type == "base64") {
        found.kind = MediaSource::Kind::Base64;
        auto mediaType = requiredString(*source, "media_type", place);
        if (!mediaType)
            return fail(mediaType.error());
        found.mediaType = std::move(*mediaType);
    } else if (type == "text") {
        found.kind = MediaSource::Kind::Text;
        found.mediaType = json::findString(*source, "media_type").value_or("text/plain");
    } else if (type == "url") {
        found.kind = MediaSource::Kind::Url;
        from = "url";
    } else if (type == "file") {
        found.kind = MediaSource::Kind::FileId;
        from = "file_id";
    } else {
        return fail(badField(place + ".type", "must be base64, url, file, text or content"));
    }
    auto data = requiredString(*source, from, place);
    if (!data)
        return fail(data.error());
    found.data = std::move(*data);
    return found;
}

Result<std::optional<Part>> readBlock(json::Element block, const std::string &at,
                                      std::vector<std::string> &uncarried)
{
    if (!block.is_object())
        return fail(badField(at, "must be an object"));
    const auto type = json::findString(block, "type");
    if (!type)
        return fail(badField(at + ".type", "must be a string"));
    auto part = blockOfType(*type, block, at, uncarried);
    if (part && *part)
        (*part)->cache = readCacheMark(block);
    return part;
}

Result<std::vector<Part>> readContent(json::Element content, const std::string &at,
                                      std::vector<std::string> &uncarried)
{
    std::vector<Part> parts;
    if (content.is_string()) {
        parts.push_back(Part{TextPart{std::string(content.get_string().value_unsafe())}, {}});
        return parts;
    }
    if (!content.is_array())
        return fail(badField(at, "must be a string or an array of blocks"));
    std::size_t index = 0;
    for (const json::Element block : items(content)) {
        auto part = readBlock(block, place(at, index++), uncarried);
        if (!part)
            return fail(part.error());
        if (*part)
            parts.push_back(std::move(**part));
    }
    return parts;
}

} // namespace pm::anthropic
