// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/chat_json_fields.h"

namespace pm::chat_json {

namespace {

/// What only its maker can read is told by its maker and size.
void signature(Writer &out, std::string_view name, const Signature &value)
{
    if (value.empty())
        return;
    out.key(name);
    out.beginObject();
    text(out, "family", value.family);
    out.member("characters", static_cast<std::int64_t>(value.value.size()));
    out.endObject();
}

/// Bytes that `base64` stands for.
std::int64_t decodedSize(std::string_view base64)
{
    while (base64.ends_with('='))
        base64.remove_suffix(1);
    return static_cast<std::int64_t>(base64.size() / 4 * 3 + base64.size() % 4 * 3 / 4);
}

void source(Writer &out, const MediaSource &media)
{
    using Kind = MediaSource::Kind;
    out.key("source");
    out.beginObject();
    text(out, "media_type", media.mediaType);
    switch (media.kind) {
    case Kind::Base64: out.member("bytes", decodedSize(media.data)); break;
    case Kind::Url: out.member("url", media.data); break;
    case Kind::FileId: out.member("file_id", media.data); break;
    case Kind::Text: out.member("text", media.data); break;
    }
    out.endObject();
}

void citations(Writer &out, const std::vector<Citation> &list)
{
    if (list.empty())
        return;
    out.key("citations");
    out.beginArray();
    for (const Citation &each : list) {
        out.beginObject();
        text(out, "url", each.url);
        text(out, "title", each.title);
        text(out, "cited_text", each.citedText);
        if (each.start >= 0)
            out.member("start", each.start);
        if (each.end >= 0)
            out.member("end", each.end);
        out.endObject();
    }
    out.endArray();
}

/// Members of a part behind its cache mark's.
struct PartWriter
{
    Writer &out;

    void operator()(const TextPart &part) const
    {
        out.member("type", "text");
        out.member("text", part.text);
        citations(out, part.citations);
    }
    void operator()(const ImagePart &part) const
    {
        out.member("type", "image");
        source(out, part.source);
        text(out, "detail", part.detail);
    }
    void operator()(const DocumentPart &part) const
    {
        out.member("type", "document");
        text(out, "title", part.title);
        source(out, part.source);
    }
    void operator()(const AudioPart &part) const
    {
        out.member("type", "audio");
        text(out, "format", part.format);
        out.member("bytes", decodedSize(part.data));
    }
    void operator()(const ToolCallPart &part) const
    {
        out.member("type", "tool_call");
        text(out, "id", part.id);
        out.member("name", part.name);
        raw(out, "arguments", part.arguments);
        signature(out, "signature", part.signature);
    }
    void operator()(const ToolResultPart &part) const
    {
        out.member("type", "tool_result");
        text(out, "tool_call_id", part.toolCallId);
        flag(out, "is_error", part.isError);
        content(out, part.content);
    }
    void operator()(const ThinkingPart &part) const
    {
        out.member("type", "thinking");
        out.member("text", part.text);
        signature(out, "signature", part.signature);
    }
    void operator()(const RedactedThinkingPart &part) const
    {
        out.member("type", "redacted_thinking");
        signature(out, "data", part.data);
    }
    void operator()(const RefusalPart &part) const
    {
        out.member("type", "refusal");
        out.member("text", part.text);
    }
};

} // namespace

void text(Writer &out, std::string_view name, const std::string &value)
{
    if (!value.empty())
        out.member(name, value);
}

void flag(Writer &out, std::string_view name, bool value)
{
    if (value)
        out.member(name, true);
}

void raw(Writer &out, std::string_view name, const std::string &value)
{
    if (value.empty())
        return;
    if (json::Document::parse(value))
        out.memberRaw(name, value);
    else
        out.member(name, value);
}

void strings(Writer &out, std::string_view name, const std::vector<std::string> &values)
{
    if (values.empty())
        return;
    out.key(name);
    out.beginArray();
    for (const std::string &value : values)
        out.string(value);
    out.endArray();
}

void cacheMark(Writer &out, const std::optional<CacheMark> &mark)
{
    if (!mark)
        return;
    out.key("cache");
    out.beginObject();
    text(out, "ttl", mark->ttl);
    out.endObject();
}

void content(Writer &out, const std::vector<Part> &parts)
{
    out.key("content");
    out.beginArray();
    for (const Part &part : parts) {
        out.beginObject();
        std::visit(PartWriter{out}, part.value);
        cacheMark(out, part.cache);
        out.endObject();
    }
    out.endArray();
}

} // namespace pm::chat_json
