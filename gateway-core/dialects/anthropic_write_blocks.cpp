// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic_fields.h"

#include "base/json.h"
#include "dialects/anthropic_write.h"
#include "dialects/framing/surrogates.h"

#include <algorithm>

namespace pm::anthropic {

namespace {

void writeInput(json::Writer &out, std::string_view arguments)
{
    if (isBlank(arguments)) {
        out.raw("{}");
        return;
    }
    const auto parsed = parseLenient(arguments);
    if (parsed && parsed->root().is_object()) {
        out.raw(json::text(parsed->root()));
        return;
    }
    out.beginObject();
    out.member("input", arguments);
    out.endObject();
}

void writeMark(json::Writer &out, const std::optional<CacheMark> &mark)
{
    if (mark)
        writeCacheMark(out, *mark);
}

/// Of what a tool gave back; the API refuses empty text.
bool isWritten(const Part &part)
{
    const auto *text = part.as<TextPart>();
    return part.as<ImagePart>() || part.as<DocumentPart>() || (text && !isBlank(text->text));
}

Result<void> writeResultContent(json::Writer &out, const Part &part, const TargetTraits &target,
                                CacheMarks &marks)
{
    const auto mark = marks.pass(part.cache);
    if (const auto *image = part.as<ImagePart>())
        return writeImage(out, *image, target, mark);
    if (const auto *document = part.as<DocumentPart>())
        return writeDocument(out, *document, target, mark);
    if (const auto *text = part.as<TextPart>(); text && !isBlank(text->text))
        writeTextBlock(out, text->text, mark);
    return {};
}

Result<void> writeResult(json::Writer &out, const TurnBlock &block, const TargetTraits &target,
                         CacheMarks &marks)
{
    const ToolResultPart &result = *block.part->as<ToolResultPart>();
    out.beginObject();
    out.member("type", "tool_result");
    out.member("tool_use_id", block.id);
    if (std::any_of(result.content.begin(), result.content.end(), isWritten)) {
        out.key("content");
        out.beginArray();
        for (const Part &part : result.content) {
            if (auto written = writeResultContent(out, part, target, marks); !written)
                return written;
        }
        out.endArray();
    }
    if (result.isError)
        out.member("is_error", true);
    writeMark(out, marks.pass(block.part->cache));
    out.endObject();
    return {};
}

void writeMissingResult(json::Writer &out, const std::string &id)
{
    out.beginObject();
    out.member("type", "tool_result");
    out.member("tool_use_id", id);
    out.key("content");
    out.beginArray();
    writeTextBlock(out, "no result");
    out.endArray();
    out.member("is_error", true);
    out.endObject();
}

void writeCall(json::Writer &out, const TurnBlock &block, CacheMarks &marks)
{
    const ToolCallPart &call = *block.part->as<ToolCallPart>();
    beginToolUseBlock(out, block.id, toolName(call.name), call.arguments);
    writeMark(out, marks.pass(block.part->cache));
    out.endObject();
}

Result<void> writePart(json::Writer &out, const Part &part, const TargetTraits &target, CacheMarks &marks)
{
    if (const auto *thinking = part.as<ThinkingPart>()) {
        writeThinkingBlock(out, *thinking);
        return {};
    }
    if (const auto *redacted = part.as<RedactedThinkingPart>()) {
        writeRedactedBlock(out, *redacted);
        return {};
    }
    return writeResultContent(out, part, target, marks);
}

Result<void> writeBlock(json::Writer &out, const TurnBlock &block, const TargetTraits &target,
                        CacheMarks &marks)
{
    switch (block.kind) {
    case TurnBlock::Kind::Text:
        writeTextBlock(out, block.text);
        return {};
    case TurnBlock::Kind::Call:
        writeCall(out, block, marks);
        return {};
    case TurnBlock::Kind::Result:
        return writeResult(out, block, target, marks);
    case TurnBlock::Kind::MissingResult:
        writeMissingResult(out, block.id);
        return {};
    case TurnBlock::Kind::Part:
        break;
    }
    return writePart(out, *block.part, target, marks);
}

std::size_t countMarks(const Part &part)
{
    if (part.as<ThinkingPart>() || part.as<RedactedThinkingPart>())
        return 0; // the API takes none there
    std::size_t count = part.cache ? 1 : 0;
    if (const auto *result = part.as<ToolResultPart>()) {
        for (const Part &inner : result->content)
            count += countMarks(inner);
    }
    return count;
}

} // namespace

void writeTextBlock(json::Writer &out, std::string_view text, const std::optional<CacheMark> &mark)
{
    out.beginObject();
    out.member("type", "text");
    out.member("text", text);
    writeMark(out, mark);
    out.endObject();
}

void writeThinkingBlock(json::Writer &out, const ThinkingPart &thinking)
{
    out.beginObject();
    out.member("type", "thinking");
    out.member("thinking", thinking.text);
    out.member("signature", sealed(thinking.signature, kFamily));
    out.endObject();
}

void writeRedactedBlock(json::Writer &out, const RedactedThinkingPart &redacted)
{
    out.beginObject();
    out.member("type", "redacted_thinking");
    out.member("data", sealed(redacted.data, kFamily));
    out.endObject();
}

void beginToolUseBlock(json::Writer &out, std::string_view id, std::string_view name,
                       std::string_view arguments)
{
    out.beginObject();
    out.member("type", "tool_use");
    out.member("id", id);
    out.member("name", name);
    out.key("input");
    writeInput(out, arguments);
}

CacheMarks::CacheMarks(const ChatRequest &request, const Conversation &conversation, bool isTaken,
                       Losses &losses)
{
    constexpr std::size_t kMost = 4;
    std::size_t count = request.cache ? 1 : 0;
    for (const Tool &tool : request.tools)
        count += tool.cache ? 1 : 0;
    for (const Part *part : conversation.system)
        count += countMarks(*part);
    for (const Turn &turn : conversation.turns) {
        for (const TurnBlock &block : turn.blocks)
            count += block.part ? countMarks(*block.part) : 0;
    }
    const std::size_t most = isTaken ? kMost : 0;
    if (count <= most)
        return;
    m_toDrop = count - most;
    note(losses, isTaken ? "cache_control: more than 4" : "cache_control");
}

std::optional<CacheMark> CacheMarks::pass(const std::optional<CacheMark> &mark)
{
    if (!mark || m_toDrop == 0)
        return mark;
    --m_toDrop;
    return std::nullopt;
}

Result<void> writeTurns(json::Writer &out, const Conversation &conversation, const TargetTraits &target,
                        CacheMarks &marks)
{
    out.beginArray();
    for (const Turn &turn : conversation.turns) {
        out.beginObject();
        out.member("role", turn.isUser ? "user" : "assistant");
        out.key("content");
        out.beginArray();
        for (const TurnBlock &block : turn.blocks) {
            if (auto written = writeBlock(out, block, target, marks); !written)
                return written;
        }
        out.endArray();
        out.endObject();
    }
    out.endArray();
    return {};
}

} // namespace pm::anthropic
