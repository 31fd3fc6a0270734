// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_write.h"

#include "base/text.h"
#include "dialects/gemini_fields.h"

#include <algorithm>
#include <array>

namespace pm::gemini {

namespace {

using Kind = TurnPart::Kind;

/// Gemini 3 takes pictures inside of a response; before it they stand beside it.
bool takesMediaInResponses(const TargetTraits &target)
{
    return target.geminiVersion >= 30;
}

bool isMedia(const Part &part)
{
    return part.as<ImagePart>() || part.as<DocumentPart>() || part.as<AudioPart>();
}

bool hasText(const MediaSource &source)
{
    return source.kind == MediaSource::Kind::Text;
}

std::string wordsOf(const DocumentPart &document)
{
    return document.title.empty() ? document.source.data : document.title + "\n\n" + document.source.data;
}

Result<void> writeContentPart(json::Writer &out, const Part &part)
{
    if (const auto *text = part.as<TextPart>()) {
        writeTextPart(out, text->text, false, {});
        return {};
    }
    const auto *document = part.as<DocumentPart>();
    if (document && hasText(document->source)) {
        writeTextPart(out, wordsOf(*document), false, {});
        return {};
    }
    return writeMedia(out, part);
}

void writeCall(json::Writer &out, const TurnPart &call, const TargetTraits &target)
{
    const ToolCallPart &asked = *call.part->as<ToolCallPart>();
    out.beginObject();
    out.key("functionCall");
    out.beginObject();
    if (target.toolJsonSchema && !call.id.empty())
        out.member("id", call.id);
    out.member("name", toolName(asked.name));
    out.memberRaw("args", objectText(asked.arguments));
    out.endObject();
    if (!call.text.empty())
        out.member("thoughtSignature", call.text);
    out.endObject();
}

/// A response must be an object: text goes under "output", or "error".
void beginResponse(json::Writer &out, const TurnPart &result, const TargetTraits &target, std::string_view key,
                   std::string_view text)
{
    out.beginObject();
    out.key("functionResponse");
    out.beginObject();
    if (target.toolJsonSchema && !result.id.empty())
        out.member("id", result.id);
    out.member("name", toolName(result.name));
    out.key("response");
    out.beginObject();
    out.member(key, text);
    out.endObject();
}

void endResponse(json::Writer &out)
{
    out.endObject();
    out.endObject();
}

Result<void> writeResult(json::Writer &out, const TurnPart &entry, const TargetTraits &target)
{
    const ToolResultPart &result = *entry.part->as<ToolResultPart>();
    std::string text;
    bool hasMedia = false;
    for (const Part &part : result.content) {
        const auto *document = part.as<DocumentPart>();
        const auto *words = part.as<TextPart>();
        if (!text.empty() && (words || (document && hasText(document->source))))
            text += "\n";
        if (words)
            text += words->text;
        else if (document && hasText(document->source))
            text += wordsOf(*document);
        else
            hasMedia = hasMedia || isMedia(part);
    }
    beginResponse(out, entry, target, result.isError ? "error" : "output", text);
    if (hasMedia && takesMediaInResponses(target)) {
        out.key("parts");
        out.beginArray();
        for (const Part &part : result.content) {
            const auto *document = part.as<DocumentPart>();
            if (!isMedia(part) || (document && hasText(document->source)))
                continue;
            if (auto written = writeMedia(out, part); !written)
                return written;
        }
        out.endArray();
    }
    endResponse(out);
    return {};
}

/// What tools gave back in pictures, behind all responses.
Result<void> writeResultMedia(json::Writer &out, const Turn &turn, const TargetTraits &target)
{
    if (takesMediaInResponses(target))
        return {};
    for (const TurnPart &entry : turn.parts) {
        if (entry.kind != Kind::Result)
            continue;
        for (const Part &part : entry.part->as<ToolResultPart>()->content) {
            const auto *document = part.as<DocumentPart>();
            if (!isMedia(part) || (document && hasText(document->source)))
                continue;
            if (auto written = writeMedia(out, part); !written)
                return written;
        }
    }
    return {};
}

Result<void> writePart(json::Writer &out, const TurnPart &part, const TargetTraits &target)
{
    switch (part.kind) {
    case Kind::Text: writeTextPart(out, part.text, false, {}); return {};
    case Kind::Signature: writeTextPart(out, {}, false, part.text); return {};
    case Kind::Call: writeCall(out, part, target); return {};
    case Kind::Result: return writeResult(out, part, target);
    case Kind::MissingResult:
        beginResponse(out, part, target, "error", "no result");
        endResponse(out);
        return {};
    case Kind::Part: break;
    }
    return writeContentPart(out, *part.part);
}

bool isResponse(const TurnPart &part)
{
    return part.kind == Kind::Result || part.kind == Kind::MissingResult;
}

Result<void> writeTurn(json::Writer &out, const Turn &turn, const TargetTraits &target)
{
    const auto rest = std::find_if_not(turn.parts.begin(), turn.parts.end(), isResponse);
    for (auto part = turn.parts.begin(); part != rest; ++part) {
        if (auto written = writePart(out, *part, target); !written)
            return written;
    }
    if (auto media = writeResultMedia(out, turn, target); !media)
        return media;
    for (auto part = rest; part != turn.parts.end(); ++part) {
        if (auto written = writePart(out, *part, target); !written)
            return written;
    }
    return {};
}

} // namespace

Result<void> writeTurns(json::Writer &out, const Conversation &conversation, const TargetTraits &target)
{
    out.beginArray();
    for (const Turn &turn : conversation.turns) {
        out.beginObject();
        out.member("role", turn.isUser ? "user" : "model");
        out.key("parts");
        out.beginArray();
        if (auto written = writeTurn(out, turn, target); !written)
            return written;
        out.endArray();
        out.endObject();
    }
    out.endArray();
    return {};
}

} // namespace pm::gemini
