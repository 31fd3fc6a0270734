// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_message_writer.h"

#include "base/json.h"
#include "dialects/openai_chat_fields.h"
#include "dialects/openai_chat_write.h"

#include <algorithm>

// User turns of requests, and the tool results in them, which this dialect has as messages of their own.
namespace pm::openai {

/// User turns in a row: the tool results of all of them come first, since they must follow the calls
/// directly.
Result<void> MessageWriter::userRun(std::size_t begin, std::size_t end)
{
    std::vector<Moved> moved;
    for (std::size_t i = begin; i < end; ++i) {
        const std::vector<Part> &list = m_request.messages[i].parts;
        for (std::size_t k = 0; k < list.size(); ++k) {
            const auto *result = list[k].as<ToolResultPart>();
            if (!result)
                continue;
            noteCacheMark(list[k]);
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
        noteCacheMark(each);
        std::string line;
        if (const auto *words = each.as<TextPart>())
            line = words->text;
        else if (const auto *document = each.as<DocumentPart>(); document && !isMedia(each))
            line = document->title.empty() ? document->source.data : document->title + "\n\n" + document->source.data;
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
        noteCacheMark(each);
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

} // namespace pm::openai
