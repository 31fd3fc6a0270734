// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/cohere_write.h"

#include "base/text.h"
#include "dialects/cohere_fields.h"
#include "dialects/shared/media.h"
#include "dialects/shared/names.h"

#include <QByteArray>

#include <algorithm>

namespace pm::cohere {

using shared::Turn;
using shared::TurnBlock;

namespace {

Failure notTaken(std::string what)
{
    Error error{ErrorKind::NotSupported, "messages: " + std::move(what)};
    error.param = "messages";
    return fail(std::move(error));
}

/// A document as words; only text is.
Result<std::string> documentText(const DocumentPart &document)
{
    const auto unpacked = shared::fromDataUrl(document.source.data);
    const MediaSource &source = unpacked ? *unpacked : document.source;
    const std::string mediaType = shared::mediaTypeOf(source);
    const bool isText = mediaType.starts_with("text/") || mediaType == "application/json";
    std::string text = document.title.empty() ? "" : document.title + "\n\n";
    if (source.kind == MediaSource::Kind::Text)
        return text + source.data;
    if (source.kind != MediaSource::Kind::Base64 || !isText)
        return notTaken(
            "Cohere reads documents as text only; send the text of " +
            (document.title.empty() ? "the document" : "'" + std::string(clipUtf8(document.title, 100)) + "'"));
    const QByteArray bytes(source.data.data(), static_cast<qsizetype>(source.data.size()));
    return text + QByteArray::fromBase64(bytes).toStdString();
}

/// A part of a user's message or tool result, ready to write.
struct Piece
{
    std::string text;
    const ImagePart *image = nullptr;
};

Result<void> take(const Part &part, std::vector<Piece> &pieces)
{
    if (const auto *text = part.as<TextPart>()) {
        pieces.push_back({text->text});
    } else if (const auto *image = part.as<ImagePart>()) {
        if (image->source.kind == MediaSource::Kind::FileId)
            return notTaken("a file id is known to its own provider only; send the picture itself");
        pieces.push_back({{}, image});
    } else if (const auto *document = part.as<DocumentPart>()) {
        auto words = documentText(*document);
        if (!words)
            return fail(words.error());
        pieces.push_back({std::move(*words)});
    }
    return {};
}

std::string joinedText(const std::vector<Piece> &pieces)
{
    std::string text;
    for (const Piece &piece : pieces) {
        if (piece.text.empty())
            continue;
        text += text.empty() ? "" : "\n";
        text += piece.text;
    }
    return text;
}

bool hasImage(const std::vector<Piece> &pieces)
{
    return std::any_of(pieces.begin(), pieces.end(), [](const Piece &piece) { return piece.image; });
}

void writePiece(json::Writer &out, const Piece &piece)
{
    out.beginObject();
    if (!piece.image) {
        out.member("type", "text");
        out.member("text", piece.text);
    } else {
        const MediaSource &source = piece.image->source;
        out.member("type", "image_url");
        out.key("image_url");
        out.beginObject();
        out.key("url");
        shared::writeUrl(out, source, shared::sniffedMediaType(source.data));
        if (!piece.image->detail.empty())
            out.member("detail", piece.image->detail);
        out.endObject();
    }
    out.endObject();
}

void writeUser(json::Writer &out, const std::vector<Piece> &pieces)
{
    if (pieces.empty())
        return;
    out.beginObject();
    out.member("role", "user");
    out.key("content");
    if (hasImage(pieces)) {
        out.beginArray();
        for (const Piece &piece : pieces)
            writePiece(out, piece);
        out.endArray();
    } else {
        out.string(joinedText(pieces));
    }
    out.endObject();
}

/// A tool message takes text alone: pictures of the result go to the user's message behind.
Result<void> writeResult(json::Writer &out, const TurnBlock &block, std::vector<Piece> &moved)
{
    const auto *result = block.part ? block.part->as<ToolResultPart>() : nullptr;
    std::vector<Piece> pieces;
    for (std::size_t i = 0; result && i < result->content.size(); ++i) {
        if (auto taken = take(result->content[i], pieces); !taken)
            return taken;
    }
    std::string text = !result ? "Error: no result" : result->isError ? "Error: " : "";
    text += joinedText(pieces);
    if (hasImage(pieces)) {
        text += text.empty() ? "" : "\n";
        text += "[image: see the next user message]";
        moved.push_back({"Result of tool call " + block.id + ":"});
        for (const Piece &piece : pieces) {
            if (piece.image)
                moved.push_back(piece);
        }
    }
    out.beginObject();
    out.member("role", "tool");
    out.member("tool_call_id", block.id);
    out.member("content", text);
    out.endObject();
    return {};
}

Result<void> writeUserTurn(json::Writer &out, const Turn &turn)
{
    std::vector<Piece> pieces;
    for (const TurnBlock &block : turn.blocks) {
        if (block.kind == TurnBlock::Kind::Result || block.kind == TurnBlock::Kind::MissingResult) {
            if (auto written = writeResult(out, block, pieces); !written)
                return written;
        } else if (block.kind == TurnBlock::Kind::Text) {
            pieces.push_back({block.text});
        } else if (auto taken = take(*block.part, pieces); !taken) {
            return taken;
        }
    }
    writeUser(out, pieces);
    return {};
}

void writeContentPart(json::Writer &out, const char *type, std::string_view text)
{
    out.beginObject();
    out.member("type", type);
    out.member(type, text);
    out.endObject();
}

/// Text beside calls is the plan for them, as in the vendor's own answers.
void writeAssistantTurn(json::Writer &out, const Turn &turn)
{
    std::string text;
    std::string thinking;
    std::vector<const TurnBlock *> calls;
    for (const TurnBlock &block : turn.blocks) {
        const auto *words = block.part ? block.part->as<TextPart>() : nullptr;
        if (block.kind == TurnBlock::Kind::Call)
            calls.push_back(&block);
        else if (const auto *thought = block.part ? block.part->as<ThinkingPart>() : nullptr)
            thinking += thought->text;
        else if (words || block.kind == TurnBlock::Kind::Text)
            text.append(text.empty() ? "" : "\n\n").append(words ? words->text : block.text);
    }
    out.beginObject();
    out.member("role", "assistant");
    if (!thinking.empty()) {
        out.key("content");
        out.beginArray();
        writeContentPart(out, "thinking", thinking);
        if (calls.empty() && !text.empty())
            writeContentPart(out, "text", text);
        out.endArray();
    } else if (calls.empty()) {
        out.member("content", text);
    }
    if (!calls.empty()) {
        if (!text.empty())
            out.member("tool_plan", text);
        out.key("tool_calls");
        out.beginArray();
        for (const TurnBlock *block : calls) {
            const ToolCallPart &call = *block->part->as<ToolCallPart>();
            writeToolCall(out, block->id, shared::toolName(call.name), call.arguments);
        }
        out.endArray();
    }
    out.endObject();
}

} // namespace

Result<void> writeMessages(json::Writer &out, const shared::Conversation &conversation,
                           const std::vector<std::string> &lines)
{
    std::string system;
    for (const Part *part : conversation.system)
        system.append(system.empty() ? "" : "\n\n").append(part->as<TextPart>()->text);
    for (const std::string &line : lines)
        system.append(system.empty() ? "" : "\n\n").append(line);
    out.beginArray();
    if (!system.empty()) {
        out.beginObject();
        out.member("role", "system");
        out.member("content", system);
        out.endObject();
    }
    for (const Turn &turn : conversation.turns) {
        if (!turn.isUser)
            writeAssistantTurn(out, turn);
        else if (auto written = writeUserTurn(out, turn); !written)
            return written;
    }
    out.endArray();
    return {};
}

} // namespace pm::cohere
