// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock_write.h"

#include "dialects/bedrock_fields.h"
#include "dialects/shared/names.h"

#include <algorithm>

// The turns of a request.
namespace pm::bedrock {

using shared::Conversation;
using shared::Turn;
using shared::TurnBlock;

namespace {

void writeText(json::Writer &out, std::string_view text)
{
    out.beginObject();
    out.member("text", text);
    out.endObject();
}

void writeReasoning(json::Writer &out, const ThinkingPart &thinking)
{
    out.beginObject();
    out.key("reasoningContent");
    out.beginObject();
    out.key("reasoningText");
    out.beginObject();
    out.member("text", thinking.text);
    if (!thinking.signature.empty())
        out.member("signature", thinking.signature.value);
    out.endObject();
    out.endObject();
    out.endObject();
}

void writeRedacted(json::Writer &out, const RedactedThinkingPart &redacted)
{
    out.beginObject();
    out.key("reasoningContent");
    out.beginObject();
    out.member("redactedContent", redacted.data.value);
    out.endObject();
    out.endObject();
}

void writeCall(json::Writer &out, const TurnBlock &block)
{
    const ToolCallPart &call = *block.part->as<ToolCallPart>();
    out.beginObject();
    out.key("toolUse");
    out.beginObject();
    out.member("toolUseId", toolUseId(block.id));
    out.member("name", shared::toolName(call.name));
    out.key("input");
    writeInput(out, call.arguments);
    out.endObject();
    out.endObject();
}

/// A text, picture or document, in a turn or in a tool result.
Result<void> writeContent(json::Writer &out, const Part &part, BlockContext &context, bool &isWritten)
{
    if (part.as<ImagePart>() || part.as<DocumentPart>()) {
        isWritten = true;
        return part.as<ImagePart>() ? writeImage(out, part, context) : writeDocument(out, part, context);
    }
    if (const auto *text = part.as<TextPart>(); text && !shared::isBlank(text->text)) {
        isWritten = true;
        writeText(out, text->text);
    }
    return {};
}

Result<void> writeResult(json::Writer &out, const TurnBlock &block, BlockContext &context)
{
    const auto *result = block.part ? block.part->as<ToolResultPart>() : nullptr;
    out.beginObject();
    out.key("toolResult");
    out.beginObject();
    out.member("toolUseId", toolUseId(block.id));
    out.key("content");
    out.beginArray();
    bool isWritten = false;
    for (std::size_t i = 0; result && i < result->content.size(); ++i) {
        if (auto written = writeContent(out, result->content[i], context, isWritten); !written)
            return written;
    }
    if (!isWritten) // blank text is refused, and so may be none at all
        writeText(out, result ? "(no output)" : "no result");
    out.endArray();
    if (!result || result->isError)
        out.member("status", "error");
    out.endObject();
    out.endObject();
    return {};
}

Result<void> writeBlock(json::Writer &out, const TurnBlock &block, BlockContext &context)
{
    switch (block.kind) {
    case TurnBlock::Kind::Text:
        writeText(out, block.text);
        return {};
    case TurnBlock::Kind::Call:
        writeCall(out, block);
        break;
    case TurnBlock::Kind::Result:
    case TurnBlock::Kind::MissingResult:
        if (auto written = writeResult(out, block, context); !written)
            return written;
        break;
    case TurnBlock::Kind::Part:
        if (const auto *thinking = block.part->as<ThinkingPart>()) {
            writeReasoning(out, *thinking);
            return {}; // no cache point may follow it
        }
        if (const auto *redacted = block.part->as<RedactedThinkingPart>()) {
            writeRedacted(out, *redacted);
            return {};
        }
        bool isWritten = false;
        if (auto written = writeContent(out, *block.part, context, isWritten); !written)
            return written;
        break;
    }
    if (block.part)
        context.points.write(out, markOf(*block.part));
    return {};
}

bool isDocument(const TurnBlock &block)
{
    return block.kind == TurnBlock::Kind::Part && block.part->as<DocumentPart>();
}

bool isText(const TurnBlock &block)
{
    return block.kind == TurnBlock::Kind::Text || (block.kind == TurnBlock::Kind::Part && block.part->as<TextPart>());
}

std::size_t marksIn(const Conversation &conversation)
{
    std::size_t count = 0;
    for (const Part *part : conversation.system)
        count += part->cache ? 1 : 0;
    for (const Turn &turn : conversation.turns) {
        for (const TurnBlock &block : turn.blocks)
            count += block.part && markOf(*block.part) ? 1 : 0;
    }
    return count;
}

/// The last block has a cache point: the request's own would be a second one there.
bool endsInMark(const Conversation &conversation)
{
    if (conversation.turns.empty() || conversation.turns.back().blocks.empty())
        return false;
    const Part *last = conversation.turns.back().blocks.back().part;
    return last && markOf(*last);
}

} // namespace

std::optional<CacheMark> markOf(const Part &part)
{
    if (part.as<ThinkingPart>() || part.as<RedactedThinkingPart>())
        return std::nullopt;
    if (part.cache)
        return part.cache;
    if (const auto *result = part.as<ToolResultPart>()) {
        for (const Part &inner : result->content) {
            if (inner.cache)
                return inner.cache;
        }
    }
    return std::nullopt;
}

CachePoints::CachePoints(const ChatRequest &request, const Conversation &conversation, bool isTaken, Losses &losses)
{
    constexpr std::size_t kMost = 4;
    std::size_t count = marksIn(conversation) + (request.cache && !endsInMark(conversation) ? 1 : 0);
    for (const Tool &tool : request.tools)
        count += tool.cache ? 1 : 0;
    const std::size_t most = isTaken ? kMost : 0;
    if (count <= most)
        return;
    m_toDrop = count - most;
    shared::note(losses, isTaken ? "cache_control: more than 4" : "cache_control");
}

void CachePoints::write(json::Writer &out, const std::optional<CacheMark> &mark)
{
    if (!mark)
        return;
    if (m_toDrop > 0) {
        --m_toDrop;
        return;
    }
    out.beginObject();
    out.key("cachePoint");
    out.beginObject();
    out.member("type", "default");
    if (!mark->ttl.empty())
        out.member("ttl", mark->ttl);
    out.endObject();
    out.endObject();
}

Result<void> writeTurns(json::Writer &out, const Conversation &conversation, BlockContext &context)
{
    out.beginArray();
    for (const Turn &turn : conversation.turns) {
        out.beginObject();
        out.member("role", turn.isUser ? "user" : "assistant");
        out.key("content");
        out.beginArray();
        for (const TurnBlock &block : turn.blocks) {
            if (auto written = writeBlock(out, block, context); !written)
                return written;
        }
        const bool hasDocument = std::any_of(turn.blocks.begin(), turn.blocks.end(), isDocument);
        if (hasDocument && std::none_of(turn.blocks.begin(), turn.blocks.end(), isText))
            writeText(out, "See the document."); // it is refused without words beside it
        if (&turn == &conversation.turns.back() && !endsInMark(conversation))
            context.points.write(out, context.request.cache);
        out.endArray();
        out.endObject();
    }
    out.endArray();
    return {};
}

} // namespace pm::bedrock
